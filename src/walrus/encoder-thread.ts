import { extname } from "node:path";
import { Worker } from "node:worker_threads";

import type { EncoderAnswer, EncoderMessage, EncoderRequest, EncoderSource } from "./encoder-job.ts";

/** Bytes handed to a worker at once. */
const WINDOW = 2 ** 22;

export interface ThreadTask extends Omit<EncoderRequest, "source"> {
  readonly source: EncoderSource;
  readonly onHashed?: ((bytes: number) => void) | undefined;
}

interface Waiting {
  readonly resolve: (answer: EncoderAnswer) => void;
  readonly reject: (reason: Error) => void;
  readonly onHashed: ThreadTask["onHashed"];
  /** Puts the next piece of bytes in memory into the worker's window. */
  readonly fill: (piece: { readonly offset: number; readonly length: number }) => void;
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
    this.#worker.on("message", (message: EncoderMessage) => {
      if (message.kind === "need") this.#waiting?.fill(message);
      else if (message.kind === "hashed") this.#waiting?.onHashed?.(message.bytes);
      else this.#take()?.resolve(message.answer);
    });
    this.#worker.on("error", (error) =>
      this.#take()?.reject(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on("exit", (code) => this.#take()?.reject(new Error(`the worker ended with code ${code}`)));
    this.#worker.unref();
  }

  run({ source, onHashed, ...request }: ThreadTask): Promise<EncoderAnswer> {
    return new Promise((resolve, reject) => {
      this.#worker.ref();
      if (!("bytes" in source)) {
        this.#waiting = { resolve, reject, onHashed, fill: () => undefined };
        this.#worker.postMessage({ ...request, source } satisfies EncoderRequest);
        return;
      }
      const { bytes } = source;
      const window = new SharedArrayBuffer(Math.min(WINDOW, bytes.length));
      const filled = new SharedArrayBuffer(4);
      const fill: Waiting["fill"] = ({ offset, length }) => {
        new Uint8Array(window).set(bytes.subarray(offset, offset + length));
        const count = new Int32Array(filled);
        Atomics.add(count, 0, 1);
        Atomics.notify(count, 0);
      };
      this.#waiting = { resolve, reject, onHashed, fill };
      const staged = { size: bytes.length, window, filled };
      this.#worker.postMessage({ ...request, source: staged } satisfies EncoderRequest);
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
