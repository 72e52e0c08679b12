import { Worker } from "node:worker_threads";

export interface WorkerChannelOptions {
  /** The worker's file; run as it is, without a loader. */
  readonly file: URL;
  /** Limit of each question, in milliseconds. */
  readonly timeoutMs: number;
  /** JavaScript heap of the worker, in MiB. */
  readonly memoryMiB: number;
}

export type ChannelEnd =
  { readonly kind: "timeout"; readonly timeoutMs: number } | { readonly kind: "ended"; readonly reason: string };

/** Why a worker will not answer any more. Its owner turns this into an error of the library. */
export class ChannelEnded extends Error {
  readonly end: ChannelEnd;

  constructor(end: ChannelEnd) {
    super(end.kind);
    this.end = end;
  }
}

/**
 * Asks a worker one question at a time; others wait for their turn. A late or dead worker is terminated, and every later question fails
 * at once.
 */
export class WorkerChannel<Request, Reply> {
  readonly #worker: Worker;
  readonly #timeoutMs: number;
  #settle: ((outcome: Reply | Error) => void) | undefined;
  #dead: ChannelEnded | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ file, timeoutMs, memoryMiB }: WorkerChannelOptions) {
    this.#timeoutMs = timeoutMs;
    this.#worker = new Worker(file, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: memoryMiB } });
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => this.#settle?.(reply));
    this.#worker.on("error", (error) => this.#die({ kind: "ended", reason: error.message }));
    this.#worker.on("exit", (code) => this.#die({ kind: "ended", reason: `exit code ${code}` }));
  }

  /** @throws ChannelEnded when the worker died or took too long; the signal's reason when aborted */
  ask(request: Request, signal?: AbortSignal): Promise<Reply> {
    const answer = this.#turn.then(() => this.#askNow(request, signal));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #askNow(request: Request, signal: AbortSignal | undefined): Promise<Reply> {
    signal?.throwIfAborted();
    if (this.#dead !== undefined) throw this.#dead;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#settle = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
    const timer = setTimeout(() => this.#die({ kind: "timeout", timeoutMs: this.#timeoutMs }), this.#timeoutMs);
    const abort = (): void => {
      reject(signal?.reason as Error);
      this.#die({ kind: "ended", reason: "aborted" });
    };
    signal?.addEventListener("abort", abort, { once: true });
    this.#worker.ref();
    try {
      this.#worker.postMessage(request);
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      this.#settle = undefined;
      this.#worker.unref();
    }
  }

  #die(end: ChannelEnd): void {
    this.#dead ??= new ChannelEnded(end);
    this.#settle?.(this.#dead);
    void this.#worker.terminate();
  }
}
