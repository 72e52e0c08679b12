import { DEFAULT_LIMITS, type TransferLimits } from "./exchange.ts";

/** Storage nodes answer small questions quickly or not at all. */
export const NODE_LIMITS: TransferLimits = { ...DEFAULT_LIMITS, answerMs: 10_000, idleMs: 5_000 };

/** Requests to storage nodes at once: all of mainnet's, so that slow ones hold nobody up. */
const CONCURRENCY = 150;

/**
 * Asks every storage node, many at once, until all were asked or `enough` says so; what is under way is then ended.
 * `ask` reports for itself and never rejects.
 */
export async function askNodes({
  count,
  concurrency = CONCURRENCY,
  signal,
  ask,
}: {
  /** Number of nodes. */
  readonly count: number;
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly ask: (
    place: number,
    context: { readonly signal: AbortSignal; readonly enough: () => void },
  ) => Promise<void>;
}): Promise<void> {
  signal?.throwIfAborted();
  const done = new AbortController();
  const stop = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
  const enough = (): void => done.abort();
  const places = Array.from({ length: count }, (_, place) => place).values();
  const worker = async (): Promise<void> => {
    for (const place of places) {
      if (stop.aborted) return;
      await ask(place, { signal: stop, enough });
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
  signal?.throwIfAborted();
}
