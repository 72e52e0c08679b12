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
  /** The version whose manifest it has to be; undefined to take any. */
  readonly version: ResolvedVersion | undefined;
  readonly store: BlobStore;
  /** Where to look first, and to keep the bytes. */
  readonly cache?: ModelCache;
  readonly signal?: AbortSignal;
  /** Called when it comes from Walrus. */
  readonly onFetched?: () => void;
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

/** Requires that a manifest names the model, and that its blobs are those that the chain speaks of. */
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

/**
 * Gets a manifest by its blob reference, from the cache or from Walrus. Its bytes are those of the content hash, it is valid in
 * itself, and it belongs to the version; only then it is kept.
 * @throws ScrimshawError `models.content-hash-invalid`, `models.manifest-of-another-model`, `models.blobs-hash-mismatch`,
 *   errors of `decodeManifest` and of the store
 */
export async function fetchManifest(options: FetchManifestOptions): Promise<Manifest> {
  const { manifest, version, store, cache, signal } = options;
  requireManifestSize(manifest.size);
  requireContentHash(manifest.contentHash);
  const content = { sha256: manifest.contentHash.slice(2), size: manifest.size };
  const cached = await cache?.read(content);
  const bytes = cached ?? (await store.get({ ...manifest, maxSize: MAX_MANIFEST, ...(signal && { signal }) }));
  const decoded = decodeManifest(bytes);
  if (version) requireManifestOf(version, decoded);
  if (!cached) {
    options.onFetched?.();
    await cache?.blobs.write({ content, what: "the manifest", fill: (write) => write(bytes) });
  }
  return decoded;
}
