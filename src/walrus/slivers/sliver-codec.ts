import { extname } from "node:path";
import { Worker } from "node:worker_threads";

import type { JobOf, ResultOf, SliverCodecAnswer, SliverCodecJob, SliverCodecResult } from "./sliver-codec-job.ts";

/** WebAssembly memory never shrinks: a worker that held more than this is ended. */
const RECYCLE_SIZE = 2 ** 24;

function weightOf(job: SliverCodecJob): number {
  if (job.task !== "expand") return job.size;
  return job.slivers.reduce((sum, { length }) => sum + length, 0);
}

/** Encodes, extends and decodes slivers in one worker thread, one job after the other: encoding takes about ten times the blob's memory. */
export class SliverCodec implements AsyncDisposable {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  encode(job: Omit<JobOf<"encode">, "task">): Promise<ResultOf<"encode">> {
    return this.#queue({ task: "encode", ...job }) as Promise<ResultOf<"encode">>;
  }

  expand(job: Omit<JobOf<"expand">, "task">): Promise<ResultOf<"expand">> {
    return this.#queue({ task: "expand", ...job }) as Promise<ResultOf<"expand">>;
  }

  decode(job: Omit<JobOf<"decode">, "task">): Promise<ResultOf<"decode">> {
    return this.#queue({ task: "decode", ...job }) as Promise<ResultOf<"decode">>;
  }

  /** Ends the worker; jobs under way and waiting are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #queue(job: SliverCodecJob): Promise<SliverCodecResult> {
    const run = this.#last.then(() => this.#run(job));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #run(job: SliverCodecJob): Promise<SliverCodecResult> {
    if (this.#closed) throw new Error("the sliver codec was closed");
    // The sources run as .ts and the built package as .js; a worker inherits no loader of its parent.
    const url = new URL(`./sliver-codec-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
    const worker = (this.#worker ??= new Worker(url, { execArgv: [] }));
    const answer = await new Promise<SliverCodecAnswer>((resolve) => {
      const done = (message: string): void => resolve({ ok: false, message });
      const onExit = (): void => done("the encoder's worker ended");
      const onError = (error: unknown): void => done(String(error));
      worker.once("exit", onExit).once("error", onError);
      worker.once("message", (message: SliverCodecAnswer) => {
        worker.off("exit", onExit).off("error", onError);
        resolve(message);
      });
      worker.postMessage(job);
    });
    // A failed WebAssembly call may leave its memory poisoned.
    if (!answer.ok || weightOf(job) > RECYCLE_SIZE) await this.#end();
    if (!answer.ok) throw new Error(answer.message);
    return answer.result;
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}
