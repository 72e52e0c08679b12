import { availableParallelism } from "node:os";

import { ScrimshawError } from "../errors.ts";
import type { EncodedBlob, EncoderAnswer, EncoderResult, EncoderSource } from "./encoder-job.ts";
import { EncoderThread, type ThreadTask } from "./encoder-thread.ts";
import { blobTooLarge, encodingParameters } from "./encoding-parameters.ts";

/** The encoder's 32-bit memory holds no larger array: one byte more ends it. */
const MAX_METADATA_SIZE = 2 ** 31 - 1;
/** WebAssembly memory never shrinks, so a thread that grew is ended. */
const RECYCLE_SIZE = 2 ** 26;
/** Encoding takes about so many times the memory that a Blob ID takes. */
const ENCODING_WEIGHT = 6;
const CLOSED = "the encoder pool was closed";

export interface EncoderPoolOptions {
  /** Workers that may run at once. Default: two, or one on a single core. */
  readonly size?: number;
  /** A worker ends after a blob of more bytes than this. Default 64 MiB. */
  readonly recycleSize?: number;
}

export interface EncoderTask {
  readonly source: EncoderSource;
  readonly nShards: number;
  readonly signal?: AbortSignal;
  /** Hears how many bytes have reached the encoder. What it then does with them cannot be watched. */
  readonly onHashed?: (bytes: number) => void;
}

interface Job {
  readonly request: ThreadTask;
  /** Bytes of memory, with those of a Blob ID's computation as the blob's own. */
  readonly weight: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: JobResult) => void;
  readonly reject: (reason: Error) => void;
}

type JobResult = Extract<EncoderAnswer, { ok: true }>["result"];

function sizeOf(source: EncoderSource): number {
  return "bytes" in source ? source.bytes.length : source.size;
}

/**
 * Checks that the Blob ID of so large a blob can be computed here.
 * @throws ScrimshawError `walrus.blob-too-large`, which names whose limit it is
 */
export function checkEncodable({ size, nShards }: { readonly size: number; readonly nShards: number }): void {
  const { maxBlobSize } = encodingParameters(nShards);
  if (size > maxBlobSize) throw blobTooLarge({ size, limit: maxBlobSize, why: `at ${nShards} shards` });
  if (size > MAX_METADATA_SIZE) {
    const why = "whose Blob ID the WebAssembly encoder can compute in its 32-bit memory";
    throw blobTooLarge({ size, limit: MAX_METADATA_SIZE, why });
  }
}

function encoderFailed(found: string): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.encoder-failed",
    expected: "the encoder to compute the Blob ID",
    found,
    next: "Free memory or use smaller blobs, then try again.",
  });
}

/** Worker threads that encode blobs. Started on demand; idle ones keep no process alive. Close it when done. */
export class EncoderPool implements AsyncDisposable {
  readonly #size: number;
  readonly #recycleSize: number;
  readonly #threads = new Set<EncoderThread>();
  readonly #idle: EncoderThread[] = [];
  readonly #queue: Job[] = [];
  #running = 0;
  #closed = false;

  constructor({ size, recycleSize = RECYCLE_SIZE }: EncoderPoolOptions = {}) {
    this.#size = Math.max(1, size ?? Math.min(availableParallelism(), 2));
    this.#recycleSize = recycleSize;
  }

  /**
   * Blob ID, root and content hash of a blob.
   * @throws ScrimshawError `walrus.blob-too-large`, `walrus.encoder-failed`; the signal's reason when aborted
   */
  async computeBlobId({ source, nShards, signal, onHashed }: EncoderTask): Promise<EncoderResult> {
    checkEncodable({ size: sizeOf(source), nShards });
    return this.#run({ request: { source, nShards, onHashed, slivers: false }, signal });
  }

  /**
   * The same, with the slivers, which take about 4.5 times the blob.
   * @throws ScrimshawError `walrus.blob-too-large`, `walrus.encoder-failed`; the signal's reason when aborted
   */
  async encode({ source, nShards, signal, onHashed }: EncoderTask): Promise<EncodedBlob> {
    checkEncodable({ size: sizeOf(source), nShards });
    const { slivers, ...result } = await this.#run({ request: { source, nShards, onHashed, slivers: true }, signal });
    if (slivers === undefined) throw encoderFailed("no slivers");
    return { ...result, slivers };
  }

  /** Ends all workers; work under way and waiting is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const reason = encoderFailed(CLOSED);
    for (const job of this.#queue.splice(0)) job.reject(reason);
    this.#idle.length = 0;
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run({
    request,
    signal,
  }: {
    readonly request: ThreadTask;
    readonly signal: AbortSignal | undefined;
  }): Promise<JobResult> {
    const weight = sizeOf(request.source) * (request.slivers ? ENCODING_WEIGHT : 1);
    if (this.#closed) throw encoderFailed(CLOSED);
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leaveQueue = (): void => {
        const place = this.#queue.indexOf(job);
        if (place === -1) return;
        this.#queue.splice(place, 1);
        job.reject(signal?.reason as Error);
      };
      const job: Job = {
        request,
        weight,
        signal,
        resolve: (result) => {
          signal?.removeEventListener("abort", leaveQueue);
          resolve(result);
        },
        reject: (reason) => {
          signal?.removeEventListener("abort", leaveQueue);
          reject(reason);
        },
      };
      signal?.addEventListener("abort", leaveQueue, { once: true });
      this.#queue.push(job);
      this.#next();
    });
  }

  #next(): void {
    while (this.#running < this.#size) {
      const job = this.#queue.shift();
      if (job === undefined) return;
      this.#start(job);
    }
  }

  #start(job: Job): void {
    this.#running += 1;
    const thread = this.#idle.pop() ?? new EncoderThread();
    this.#threads.add(thread);
    const onAbort = (): void => {
      job.reject(job.signal?.reason as Error);
      void thread.end();
    };
    job.signal?.addEventListener("abort", onAbort, { once: true });
    void thread
      .run(job.request)
      .catch((error: unknown): EncoderAnswer => ({ ok: false, message: String(error) }))
      .then((answer) => {
        job.signal?.removeEventListener("abort", onAbort);
        this.#running -= 1;
        // A failed WebAssembly call may leave its memory grown or poisoned: that thread is not used again.
        if (answer.ok && !this.#closed && !job.signal?.aborted && job.weight <= this.#recycleSize) {
          this.#idle.push(thread);
        } else {
          this.#threads.delete(thread);
          void thread.end();
        }
        if (answer.ok) job.resolve(answer.result);
        else job.reject(encoderFailed(this.#closed ? CLOSED : answer.message.slice(0, 300)));
        this.#next();
      });
  }
}
