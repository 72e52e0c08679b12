import { extname } from "node:path";
import { Worker } from "node:worker_threads";

import type { EncoderAnswer, EncoderRequest } from "./encoder-job.ts";

interface Waiting {
  readonly resolve: (answer: EncoderAnswer) => void;
  readonly reject: (reason: Error) => void;
}

/** One worker thread that handles one request at a time. It keeps the process alive only while it works. */
export class EncoderThread {
  readonly #worker: Worker;
  #waiting: Waiting | undefined;

  constructor() {
    // The sources run as .ts and the built package as .js; a worker inherits no loader of its parent.
    const extension = extname(new URL(import.meta.url).pathname);
    this.#worker = new Worker(new URL(`./encoder-worker${extension}`, import.meta.url), { execArgv: [] });
    // These listeners stay for life: removing the last one of a worker detaches its port.
    this.#worker.on("message", (answer: EncoderAnswer) => this.#take()?.resolve(answer));
    this.#worker.on("error", (error) =>
      this.#take()?.reject(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on("exit", (code) => this.#take()?.reject(new Error(`the worker ended with code ${code}`)));
    this.#worker.unref();
  }

  run(request: EncoderRequest): Promise<EncoderAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.ref();
      if (!("bytes" in request.source)) {
        this.#worker.postMessage(request);
        return;
      }
      // Posting a view would copy all of the buffer behind it.
      const bytes = Uint8Array.from(request.source.bytes);
      this.#worker.postMessage({ ...request, source: { bytes } } satisfies EncoderRequest, [bytes.buffer]);
    });
  }

  /** Ends the thread; a request under way is rejected. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker.unref();
    return waiting;
  }
}
