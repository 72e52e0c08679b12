import { isScrimshawError } from "../errors.ts";

/** Failures that a node also has with an answer that is too long, or a call that is too heavy, for it. */
const TOO_MUCH = new Set(["chain.request-failed", "chain.reverted"]);

export interface ReadPagesOptions<T> {
  /** The first entry wanted, and the one behind the last. */
  readonly from: number;
  readonly end: number;
  /** Entries of the first request; it halves when the node refuses and grows again. */
  readonly pageSize: number;
  /** Reads a page; it may be shorter at the end. Fails as `callChain` does. */
  readonly read: (offset: number, limit: number) => Promise<readonly T[]>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Entries of a list on chain, one after the other, asked for in pages that the node can answer. Ends early where the list does.
 * @throws ScrimshawError what `read` throws for a single entry
 */
export async function* readPages<T>(options: ReadPagesOptions<T>): AsyncGenerator<T, void, undefined> {
  const { end, pageSize, read, signal } = options;
  let { from } = options;
  let size = pageSize;
  while (from < end) {
    signal?.throwIfAborted();
    const most = Math.min(size, end - from);
    let page: readonly T[];
    try {
      page = await read(from, most);
    } catch (error) {
      if (most === 1 || !isScrimshawError(error) || !TOO_MUCH.has(error.code)) throw error;
      size = Math.floor(most / 2);
      continue;
    }
    if (page.length === 0) return;
    // A node is a stranger: more than was asked for must not pass.
    yield* page.slice(0, most);
    from += most;
    size = Math.min(size * 2, pageSize);
  }
}
