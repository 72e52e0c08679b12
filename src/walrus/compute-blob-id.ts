import { openBlobInput } from "./blob-input.ts";
import type { BlobReference, BlobSource } from "./blob-store.ts";
import { EncoderPool } from "./encoder-pool.ts";

export type ComputeBlobIdOptions = BlobSource & {
  /** The Blob ID depends on it. Default 1000, as on mainnet and testnet. */
  readonly nShards?: number;
  readonly signal?: AbortSignal;
  /** Workers to use; without one a worker is started for this blob and ended. */
  readonly pool?: EncoderPool;
  /** Hears how many bytes have reached the encoder, from 0 to all of them. */
  readonly onHashed?: (bytes: number) => void;
};

/** A blob reference computed from the bytes alone. */
export interface ComputedBlob extends BlobReference {
  /** Root of the Merkle tree over the sliver pairs, from which the Blob ID derives. */
  readonly rootHash: `0x${string}`;
  readonly nShards: number;
}

/**
 * The Blob ID that Walrus gives these bytes, computed offline in a worker thread. At 1000 shards any blob takes at least a second; the
 * worker holds the bytes once, in the encoder's memory, which takes 1.7 times the blob.
 * @throws ScrimshawError `walrus.blob-too-large`, `walrus.encoder-failed`, `walrus.file-unreadable`; the signal's reason when
 * aborted
 * @example
 * const { blobId } = await computeBlobId({ bytes: new TextEncoder().encode("some other string") });
 * // M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk
 */
export async function computeBlobId(options: ComputeBlobIdOptions): Promise<ComputedBlob> {
  const { nShards = 1000, signal, pool, onHashed } = options;
  const { source } = await openBlobInput(options);
  const encoders = pool ?? new EncoderPool({ size: 1 });
  try {
    const listener = onHashed === undefined ? {} : { onHashed };
    const task = { source, nShards, ...(signal === undefined ? {} : { signal }), ...listener };
    const { blobId, contentHash, rootHash, size } = await encoders.computeBlobId(task);
    return { blobId, contentHash, size, rootHash, nShards };
  } finally {
    if (pool === undefined) await encoders.close();
  }
}
