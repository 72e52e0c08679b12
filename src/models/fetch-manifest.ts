import { ScrimshawError } from "../errors.ts";
import type { BlobReference, BlobStore } from "../walrus/blob-store.ts";
import type { ModelCache } from "./cache/model-cache.ts";
import { MAX_MANIFEST } from "./limits.ts";
import { blobsHashOf, decodeManifest, requireManifestSize } from "./manifest-bytes.ts";
import type { Manifest } from "./manifest.ts";
import type { ResolvedVersion } from "./resolve.ts";
import { quoted } from "./text.ts";

export interface FetchManifestOptions {
  readonly manifest: BlobReference;
  readonly store: BlobStore;
  /** Where to look first, and to keep the bytes. */
  readonly cache?: ModelCache;
  readonly signal?: AbortSignal;
}

/**
 * Gets a manifest by its blob reference, from the cache or from Walrus. Its bytes are those of the content hash, and it is
 * valid in itself; whether it is the one of a version is said by `requireManifestOf`.
 * @throws ScrimshawError errors of `decodeManifest` and of the store
 */
export async function fetchManifest({ manifest, store, cache, signal }: FetchManifestOptions): Promise<Manifest> {
  requireManifestSize(manifest.size);
  requireContentHash(manifest.contentHash);
  const content = { sha256: manifest.contentHash.slice(2), size: manifest.size };
  const cached = await cache?.read(content);
  if (cached) return decodeManifest(cached);
  const bytes = await store.get({ ...manifest, maxSize: MAX_MANIFEST, ...(signal && { signal }) });
  const decoded = decodeManifest(bytes);
  await cache?.blobs.write({ content, what: "the manifest", fill: (write) => write(bytes) });
  return decoded;
}

/** The hash becomes a file name in the cache. */
function requireContentHash(contentHash: string): void {
  if (/^0x[0-9a-f]{64}$/.test(contentHash)) return;
  throw new ScrimshawError({
    code: "models.content-hash-invalid",
    expected: "the manifest's SHA-256 as 0x and 64 lower-case hex digits",
    found: quoted(contentHash),
    next: "Copy the content hash again from where it was printed.",
  });
}

/**
 * Requires that a manifest belongs to a version: it names the model, and its blobs are those that the chain speaks of.
 * @throws ScrimshawError `models.manifest-of-another-model`, `models.blobs-hash-mismatch`
 */
export function requireManifestOf({ model, version }: ResolvedVersion, manifest: Manifest): void {
  if (manifest.name !== model.name) {
    throw new ScrimshawError({
      code: "models.manifest-of-another-model",
      expected: `a manifest of ${model.name}`,
      found: `one of ${manifest.name}`,
      next: "Do not use this version, and tell its publisher.",
    });
  }
  const blobsHash = blobsHashOf(manifest);
  if (blobsHash === version.blobsHash) return;
  throw new ScrimshawError({
    code: "models.blobs-hash-mismatch",
    expected: `blobs with the hash ${version.blobsHash} that the registry holds`,
    found: `${blobsHash} for the manifest's blobs`,
    next: "Do not use this version, and tell its publisher.",
  });
}
