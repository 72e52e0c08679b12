/**
 * Runs `work` on all items, a few at a time, and tells the results in the items' order. The first failure ends the rest.
 */
export async function inPairs<Item, Result>({
  items,
  width = 2,
  signal,
  work,
}: {
  readonly items: readonly Item[];
  /** Items at once. Default 2: each takes a core, and memory of its size. */
  readonly width?: number;
  readonly signal?: AbortSignal | undefined;
  readonly work: (item: Item, signal: AbortSignal) => Promise<Result>;
}): Promise<Result[]> {
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const results = new Map<number, Result>();
  const waiting = items.entries();
  const run = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      stop.throwIfAborted();
      try {
        results.set(index, await work(item, stop));
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, run));
  signal?.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
  const rejected = ended.find((end) => end.status === "rejected");
  if (rejected !== undefined) throw rejected.reason;
  return [...results.entries()].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
