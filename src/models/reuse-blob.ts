import { isScrimshawError } from "../errors.ts";
import type { BlobStore, StoredBlob } from "../walrus/blob-store.ts";
import type { Content } from "./cache/content-store.ts";
import type { KnownBlobs } from "./known-blobs.ts";

/** When a blob that Walrus holds already need not be sent. */
export interface ReuseTerms {
  readonly known: KnownBlobs;
  /** The first epoch that need not be paid for. */
  readonly until: number;
}

export interface FindStoredOptions extends ReuseTerms {
  readonly content: Content;
  readonly store: Pick<BlobStore, "status">;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The blob of these bytes, if Walrus certifies it for good and for long enough. Not knowing is no failure: then they are sent.
 */
export async function findStored({
  known,
  until,
  content,
  store,
  signal,
}: FindStoredOptions): Promise<StoredBlob | undefined> {
  const blobId = await known.find(content);
  if (blobId === undefined) return undefined;
  try {
    const { state, deletable, endEpoch } = await store.status({ blobId, ...(signal && { signal }) });
    if (state !== "certified" || deletable !== false || endEpoch === undefined || endEpoch < until) return undefined;
    return { blobId, contentHash: `0x${content.sha256}`, size: content.size, endEpoch, alreadyCertified: true };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    return undefined;
  }
}
