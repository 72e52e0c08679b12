import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";

import type { HashAnswer, HashRequest } from "./hash-job.ts";
import { hasherFailed, inlineHash, type RunningHash } from "./running-hash.ts";

/** Below this a thread takes longer to start than the hash to compute. */
const LEAST_SIZE = 2 ** 25;
/** A message costs as much as hashing 30 KiB. */
const BATCH = 2 ** 20;
/** What comes while the thread starts. */
const AHEAD = 2 ** 24;

export interface HashThreadOptions {
  /** Fewer bytes are hashed by the caller's own thread. Default 32 MiB; never a thread on a single core. */
  readonly leastSize?: number;
  /** Bytes handed over at once. Default 1 MiB. */
  readonly batch?: number;
  /** Bytes that one hash may have handed over and not got back. Default 16 MiB. */
  readonly ahead?: number;
  /** What the thread runs. Default: the worker beside this file. */
  readonly script?: URL;
}

/** One request and what becomes of it. */
type Post = (request: Omit<HashRequest, "job">) => void;

interface Job {
  readonly answered: (answer: HashAnswer) => void;
  readonly failed: (cause: unknown) => void;
}

/**
 * A thread that hashes beside downloads. One is enough for all of them, because they share the one thread that receives. Started for the
 * first large read; idle it keeps no process alive. Close it when done.
 */
export class HashThread implements AsyncDisposable {
  readonly #leastSize: number;
  readonly #batch: number;
  readonly #ahead: number;
  readonly #script: URL;
  readonly #jobs = new Map<number, Job>();
  #worker: Worker | undefined;
  #opened = 0;
  #unanswered = 0;
  #closed = false;

  constructor({ leastSize, batch = BATCH, ahead = AHEAD, script }: HashThreadOptions = {}) {
    this.#leastSize = leastSize ?? (availableParallelism() > 1 ? LEAST_SIZE : Infinity);
    this.#batch = batch;
    this.#ahead = ahead;
    // The sources run as .ts and the built package as .js; a worker inherits no loader of its parent.
    const extension = extname(new URL(import.meta.url).pathname);
    this.#script = script ?? new URL(`./hash-worker${extension}`, import.meta.url);
  }

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /** Ends the thread; what it was hashing fails. Later hashes do without it. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#fail(new Error("it was closed"));
    await worker?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A hash of about so many bytes. The number decides only where it is computed. */
  open(size: number): RunningHash {
    return size >= this.#leastSize && !this.#closed ? this.#openJob() : inlineHash();
  }

  #openJob(): RunningHash {
    this.#opened += 1;
    const job = this.#opened;
    this.#worker ??= this.#start();
    const post: Post = ({ pieces, end }) => {
      if (this.#unanswered === 0) this.#worker?.ref();
      this.#unanswered += 1;
      // Moved, not copied: afterwards the memory is the thread's, until it gives it back.
      const memory = pieces.map(({ buffer }) => buffer);
      this.#worker?.postMessage({ job, pieces, end } satisfies HashRequest, memory);
    };
    const close = (): void => {
      // So that the thread forgets it too.
      if (this.#jobs.delete(job)) post({ pieces: [], end: true });
    };
    const { hash, ...listener } = threadHash({ post, close, batch: this.#batch, ahead: this.#ahead });
    this.#jobs.set(job, listener);
    return hash;
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { execArgv: [] });
    this.#unanswered = 0;
    const failed = (cause: unknown): void => {
      if (this.#worker === worker) this.#fail(cause);
    };
    worker.on("message", (answer: HashAnswer) => {
      if (this.#worker !== worker) return;
      this.#unanswered -= 1;
      if (this.#unanswered === 0) worker.unref();
      this.#jobs.get(answer.job)?.answered(answer);
    });
    worker.on("error", failed);
    worker.on("exit", (code) => failed(new Error(`the thread ended with code ${code}`)));
    worker.unref();
    return worker;
  }

  #fail(cause: unknown): void {
    this.#worker = undefined;
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const job of jobs) job.failed(cause);
  }
}

/** The same bytes in an array that may be moved: themselves, if nothing else is in their memory. */
function movable(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = piece;
  const alone = buffer instanceof ArrayBuffer && buffer.byteLength === piece.byteLength;
  return alone ? new Uint8Array(buffer) : new Uint8Array(piece);
}

function threadHash({
  post,
  close,
  batch,
  ahead,
}: {
  readonly post: Post;
  readonly close: () => void;
  readonly batch: number;
  readonly ahead: number;
}): Job & { readonly hash: RunningHash } {
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let waitingBytes = 0;
  let handedOver = 0;
  let ready: Uint8Array[] = [];
  let digest: `0x${string}` | undefined;
  let failure: Error | undefined;
  /** Ends of hashes that are on their way for nothing, with the pieces before them. */
  let forgotten = 0;
  let wake: (() => void) | undefined;

  const send = (end: boolean): void => {
    if (failure !== undefined) return;
    handedOver += waitingBytes;
    post({ pieces: waiting, end });
    waiting = [];
    waitingBytes = 0;
  };
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) {
      if (failure !== undefined) throw failure;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const hash: RunningHash = {
    add: (piece) => {
      if (piece.length === 0) return;
      waiting.push(movable(piece));
      waitingBytes += piece.length;
      if (waitingBytes >= batch) send(false);
    },
    room: () => (failure === undefined && handedOver < ahead ? undefined : until(() => handedOver < ahead)),
    take: () => ready.splice(0),
    end: async () => {
      send(true);
      await until(() => digest !== undefined);
      const found = digest as `0x${string}`;
      digest = undefined;
      return found;
    },
    restart: () => {
      send(true);
      forgotten += 1;
      ready = [];
    },
    [Symbol.dispose]: close,
  };
  return {
    hash,
    answered: (answer) => {
      for (const { length } of answer.pieces) handedOver -= length;
      if (forgotten === 0) {
        ready.push(...answer.pieces);
        digest = answer.digest;
      } else if (answer.digest !== undefined) forgotten -= 1;
      wake?.();
    },
    failed: (cause) => {
      failure = hasherFailed(cause);
      wake?.();
    },
  };
}
