export interface AtOnceOptions<T> {
  readonly items: readonly T[];
  /** How many to work on at the same time. */
  readonly limit: number;
  /** `signal` is aborted once another item failed, too. */
  readonly work: (item: T, context: { readonly index: number; readonly signal: AbortSignal }) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Works on items in their order, some at a time. After the first failure no other item is begun, those under way are stopped, and
 * when the last of them has ended, that failure is thrown.
 */
export async function atOnce<T>({ items, limit, work, signal }: AtOnceOptions<T>): Promise<void> {
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (!stop.aborted) {
      const index = next++;
      const item = items[index];
      if (index >= items.length || item === undefined) return;
      try {
        await work(item, { index, signal: stop });
      } catch (error) {
        failed.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  signal?.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
}
