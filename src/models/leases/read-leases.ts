import { isScrimshawError } from "../../errors.ts";
import type { ScrimshawError } from "../../errors.ts";
import type { BlobStatus, BlobStore } from "../../walrus/blob-store.ts";
import { inPairs } from "../../walrus/in-pairs.ts";
import type { VersionBlob } from "./version-blobs.ts";

/** Blobs asked for at once: each asks many storage nodes. */
const WIDTH = 4;

export interface ReadLeasesOptions {
  readonly blobs: readonly VersionBlob[];
  readonly store: Pick<BlobStore, "status">;
  readonly signal?: AbortSignal | undefined;
  readonly onLease?: ((lease: BlobLease, index: number) => void) | undefined;
}

/** What is known of a blob's lease. */
export interface BlobLease extends VersionBlob {
  /** Undefined if nobody could say. */
  readonly status: BlobStatus | undefined;
  /** Why nobody could. */
  readonly problem: ScrimshawError | undefined;
}

/**
 * What a store can say of one blob's lease; not knowing is an answer.
 * @throws the signal's reason when aborted
 */
export async function readLease(blob: VersionBlob, options: Omit<ReadLeasesOptions, "blobs">): Promise<BlobLease> {
  const { store, signal } = options;
  try {
    const status = await store.status({ blobId: blob.blob.blobId, ...(signal && { signal }) });
    return { ...blob, status, problem: undefined };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    return { ...blob, status: undefined, problem: error };
  }
}

/** What a store can say of the leases of blobs, in their order. */
export async function readLeases(options: ReadLeasesOptions): Promise<readonly BlobLease[]> {
  const { blobs, signal, onLease } = options;
  return inPairs({
    items: blobs.map((blob, index) => ({ blob, index })),
    width: WIDTH,
    signal,
    work: async ({ blob, index }, stop) => {
      const lease = await readLease(blob, { ...options, signal: stop });
      onLease?.(lease, index);
      return lease;
    },
  });
}

/** True for a blob that is there for sure until its end epoch: certified, and not its owner's to delete. */
export function isSafe({ status }: BlobLease): boolean {
  return status?.state === "certified" && status.deletable !== true;
}

/** The first end epoch among blobs; undefined if that of one is unknown. */
export function firstEnd(ends: readonly (number | undefined)[]): number | undefined {
  const known = ends.filter((end) => end !== undefined);
  return known.length === ends.length && known.length > 0 ? Math.min(...known) : undefined;
}
