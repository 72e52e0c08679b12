import { ScrimshawError } from "../errors.ts";
import type { BlobStatus, ExtendOptions, StoredBlob } from "./blob-store.ts";

export interface ExtendBlobOptions extends ExtendOptions {
  /** What is known of the blob. */
  readonly status: BlobStatus;
  readonly get: () => Promise<Uint8Array>;
  readonly put: (bytes: Uint8Array) => Promise<StoredBlob>;
}

/**
 * Pays for more epochs through publishers. They know no request for that: the blob is read, checked, and stored again for longer,
 * which keeps the Blob ID. A publisher that owns the blob's object extends it, any other one pays for a second one.
 * @throws ScrimshawError `walrus.blob-not-found`, `walrus.blob-marked-invalid`, and those of reading and storing
 */
export async function extendBlob({ blobId, status, get, put }: ExtendBlobOptions): Promise<StoredBlob> {
  if (status.state === "nonexistent" || status.state === "invalid") {
    const gone = status.state === "nonexistent";
    throw new ScrimshawError({
      code: gone ? "walrus.blob-not-found" : "walrus.blob-marked-invalid",
      expected: `a blob ${blobId} that can be extended`,
      found: `${gone ? "none" : "one marked invalid"}, says ${status.source}`,
      next: gone
        ? "Store its bytes again: an expired blob cannot be extended."
        : "Store the right bytes; they have another Blob ID.",
    });
  }
  const bytes = await get();
  const stored = await put(bytes);
  if (stored.blobId !== blobId) {
    throw new ScrimshawError({
      code: "walrus.blob-id-mismatch",
      expected: `bytes of Blob ID ${blobId}`,
      found: `bytes of Blob ID ${stored.blobId}`,
      next: "Leave out the content hash, so that the bytes are checked against the Blob ID.",
    });
  }
  return stored;
}
