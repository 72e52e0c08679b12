import type { BlobProgress, BlobStore, StoredBlob } from "../walrus/blob-store.ts";
import { confirmStored } from "../walrus/confirm-stored.ts";
import { BatchTree } from "./batch-tree.ts";
import { batchIdOf } from "./batch.ts";
import type { Batch } from "./batch.ts";
import { encodeBundle } from "./bundle.ts";
import type { BundlePart } from "./batch-part.ts";
import type { BundleEntry } from "./bundle.ts";
import type { Hex } from "./statement.ts";

export interface StoreBundleOptions {
  readonly parts: readonly BundlePart[];
  readonly store: BlobStore;
  /** The account that will settle; part of the batch id. */
  readonly settler: string;
  readonly epochs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: BlobProgress) => void;
}

/** A batch whose bundle is stored, and which may be settled. */
export interface StoredBatch {
  readonly batchId: Hex;
  readonly batch: Batch;
  readonly bundle: StoredBlob;
  readonly entries: readonly BundleEntry[];
  readonly tree: BatchTree;
}

/**
 * Stores the one bundle of many proofs and reads it back. The same parts for the same settler give the same batch.
 * @throws ScrimshawError `proofs.bundle-part-invalid`, `walrus.blob-not-confirmed`, and what the store throws
 */
export async function storeBundle({
  parts,
  store,
  settler,
  epochs,
  signal,
  onProgress,
}: StoreBundleOptions): Promise<StoredBatch> {
  const { bytes, entries } = encodeBundle(parts);
  const tree = new BatchTree(entries);
  const abort = signal ? { signal } : {};
  const bundle = await store.put({
    bytes,
    ...(epochs !== undefined && { epochs }),
    ...abort,
    ...(onProgress && { onProgress }),
  });
  await confirmStored({ store, blob: bundle, what: "the bundle", ...abort });
  const batch = { root: tree.root, count: entries.length, bundle };
  return { batchId: batchIdOf({ settler, batch }), batch, bundle, entries, tree };
}
