import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";

import { isSigned } from "./is-signed.ts";
import type { SignatureTask } from "./is-signed.ts";

export interface SignatureRequest {
  readonly job: number;
  readonly task: SignatureTask;
}

export interface SignatureAnswer {
  readonly job: number;
  readonly signed: boolean;
}

export interface SignatureThreadsOptions {
  /** Threads at most. Default: one a core; on a single core none, the caller's own thread does as well. */
  readonly size?: number;
  /** What a thread runs. Default: the worker beside this file. */
  readonly script?: URL;
}

interface Job {
  readonly task: SignatureTask;
  readonly resolve: (signed: boolean) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly jobs: Map<number, Job>;
}

/**
 * Threads that check signatures, of which a core does some hundreds a second. Started one by one while all others are busy; idle they keep no
 * process alive. Callers bound how many questions are open. Close it when done.
 */
export class SignatureThreads implements AsyncDisposable {
  readonly #script: URL;
  readonly #threads = new Set<Thread>();
  #size: number;
  #asked = 0;

  constructor({ size, script }: SignatureThreadsOptions = {}) {
    const cores = availableParallelism();
    this.#size = size ?? (cores > 1 ? cores : 0);
    // The sources run as .ts and the built package as .js; a worker inherits no loader of its parent.
    const extension = extname(new URL(import.meta.url).pathname);
    this.#script = script ?? new URL(`./signature-worker${extension}`, import.meta.url);
  }

  get running(): number {
    return this.#threads.size;
  }

  /** See `isSigned`. The answer does not depend on a thread: what one left open when it failed is checked by the caller's. */
  async isSigned(task: SignatureTask): Promise<boolean> {
    const thread = this.#free();
    if (thread === undefined) return isSigned(task);
    this.#asked += 1;
    const job = this.#asked;
    return new Promise((resolve) => {
      if (thread.jobs.size === 0) thread.worker.ref();
      thread.jobs.set(job, { task, resolve });
      thread.worker.postMessage({ job, task } satisfies SignatureRequest);
    });
  }

  /** Ends all threads; later questions, and those under way, are answered without. */
  async close(): Promise<void> {
    this.#size = 0;
    const threads = [...this.#threads];
    for (const thread of threads) this.#end(thread);
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The thread with the least to do, or a new one where none is idle. */
  #free(): Thread | undefined {
    const [least] = [...this.#threads].toSorted((a, b) => a.jobs.size - b.jobs.size);
    if (this.#threads.size >= this.#size || least?.jobs.size === 0) return least;
    return this.#start();
  }

  #start(): Thread {
    const thread: Thread = { worker: new Worker(this.#script, { execArgv: [] }), jobs: new Map() };
    const { worker, jobs } = thread;
    this.#threads.add(thread);
    const failed = (): void => {
      if (!this.#threads.has(thread)) return;
      // Whatever ended it may end the next one.
      this.#size = 0;
      this.#end(thread);
    };
    worker.on("message", ({ job, signed }: SignatureAnswer) => {
      jobs.get(job)?.resolve(signed);
      jobs.delete(job);
      if (jobs.size === 0) worker.unref();
    });
    worker.on("error", failed);
    worker.on("exit", failed);
    worker.unref();
    return thread;
  }

  #end(thread: Thread): void {
    this.#threads.delete(thread);
    const open = [...thread.jobs.values()];
    thread.jobs.clear();
    for (const { task, resolve } of open) resolve(isSigned(task));
  }
}
