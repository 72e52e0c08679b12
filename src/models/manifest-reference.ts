import { createHash } from "node:crypto";
import type { BlobReference, BlobStore } from "../walrus/blob-store.ts";
import type { RecordedManifests } from "./cache/recorded-manifests.ts";
import { MAX_MANIFEST } from "./limits.ts";

export interface ReferToManifestOptions {
  readonly blobId: string;
  readonly store: Pick<BlobStore, "get">;
  /** Where it is looked up first, and noted. */
  readonly records?: RecordedManifests;
  readonly signal?: AbortSignal;
}

/**
 * The blob reference of a manifest of which only the Blob ID is known: its bytes are read and checked against it, once.
 * @throws ScrimshawError errors of the store
 */
export async function referToManifest(options: ReferToManifestOptions): Promise<BlobReference> {
  const { blobId, store, records, signal } = options;
  const recorded = await records?.find(blobId);
  if (recorded) return recorded;
  const bytes = await store.get({ blobId, maxSize: MAX_MANIFEST, ...(signal && { signal }) });
  const hash = createHash("sha256").update(bytes).digest("hex");
  const reference = { blobId, contentHash: `0x${hash}`, size: bytes.length } as const;
  // Who may only read the cache is not hindered.
  await records?.record(reference).catch(() => undefined);
  return reference;
}
