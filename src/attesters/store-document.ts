import { createHash } from "node:crypto";
import type { BlobProgress, BlobReference, BlobStore, StoredBlob } from "../walrus/blob-store.ts";
import { confirmStored } from "../walrus/confirm-stored.ts";
import type { BlobId } from "../walrus/blob-id.ts";

export interface StoreDocumentOptions {
  /** A document that was verified: see `requireDocument`. */
  readonly bytes: Uint8Array;
  readonly store: BlobStore;
  readonly epochs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: BlobProgress) => void;
}

/** The reference that a document will have, before it is stored. */
export async function documentReference(
  bytes: Uint8Array,
  computeBlobId: (bytes: Uint8Array) => Promise<BlobId>,
): Promise<BlobReference> {
  const contentHash = `0x${createHash("sha256").update(bytes).digest("hex")}` as const;
  return { blobId: await computeBlobId(bytes), contentHash, size: bytes.length };
}

/**
 * Stores an attestation document on Walrus for good, as long as it is paid for, and reads it back.
 * @throws ScrimshawError `walrus.blob-not-confirmed`, errors of the store
 */
export async function storeDocument(options: StoreDocumentOptions): Promise<StoredBlob> {
  const { bytes, store, epochs, signal, onProgress } = options;
  const blob = await store.put({
    bytes,
    ...(epochs !== undefined && { epochs }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  await confirmStored({ store, blob, what: "the attestation document", ...(signal && { signal }) });
  return blob;
}
