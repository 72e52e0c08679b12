import { createHash } from "node:crypto";
import type { BlobReference, BlobStore } from "../walrus/blob-store.ts";
import { MAX_MANIFEST } from "./limits.ts";

export interface ReferToManifestOptions {
  readonly blobId: string;
  readonly store: Pick<BlobStore, "get">;
  readonly signal?: AbortSignal;
}

/**
 * The blob reference of a manifest of which only the Blob ID is known: its bytes are read and checked against it.
 * @throws ScrimshawError errors of the store
 */
export async function referToManifest({ blobId, store, signal }: ReferToManifestOptions): Promise<BlobReference> {
  const bytes = await store.get({ blobId, maxSize: MAX_MANIFEST, ...(signal && { signal }) });
  const hash = createHash("sha256").update(bytes).digest("hex");
  return { blobId, contentHash: `0x${hash}`, size: bytes.length };
}
