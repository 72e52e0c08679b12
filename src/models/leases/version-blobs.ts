import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { isScrimshawError } from "../../errors.ts";
import type { ScrimshawError } from "../../errors.ts";
import type { BlobReference, BlobStore } from "../../walrus/blob-store.ts";
import type { ModelCache } from "../cache/model-cache.ts";
import { readDocuments } from "../documents/read-documents.ts";
import type { DocumentRecord } from "../documents/read-documents.ts";
import { fetchManifest } from "../fetch-manifest.ts";
import type { ResolvedVersion } from "../resolve.ts";

/** Of the documents of a version so many are looked at. */
const MOST_DOCUMENTS = 10_000;

export interface VersionBlobsOptions {
  readonly resolved: ResolvedVersion;
  readonly registry: ModelRegistry;
  readonly store: BlobStore;
  /** Where to look for the manifest first. */
  readonly cache?: ModelCache | undefined;
  /** Which of the documents belong to it, those not revoked; undefined for none. */
  readonly documents?: ((document: DocumentRecord) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A blob that a version needs, or that was said about it. */
export interface VersionBlob {
  readonly role: "manifest" | "files" | "document";
  readonly blob: BlobReference;
}

/** The blobs of a version; all but the manifest are unknown if that cannot be had. */
export interface VersionBlobs {
  /** The manifest first, then the blobs in its order, then documents. Each once. */
  readonly blobs: readonly VersionBlob[];
  /** Why the manifest cannot be had. */
  readonly problem: ScrimshawError | undefined;
}

/**
 * Which blobs a version consists of, from its manifest as the chain names it.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function findVersionBlobs(options: VersionBlobsOptions): Promise<VersionBlobs> {
  const { resolved, registry, store, cache, documents, signal } = options;
  const { model, version } = resolved;
  const found = new Map<string, VersionBlob>();
  const add = (role: VersionBlob["role"], blob: BlobReference): void => {
    if (!found.has(blob.blobId)) found.set(blob.blobId, { role, blob });
  };
  add("manifest", version.manifest);
  let problem: ScrimshawError | undefined;
  try {
    const common = { store, ...(cache && { cache }), ...(signal && { signal }) };
    const manifest = await fetchManifest({ manifest: version.manifest, version: resolved, ...common });
    for (const { id, sha256, size } of manifest.blobs) add("files", { blobId: id, contentHash: `0x${sha256}`, size });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    problem = error;
  }
  if (documents !== undefined) {
    const where = { registry, modelId: model.modelId, version: version.version, count: MOST_DOCUMENTS, signal };
    for await (const document of readDocuments(where)) {
      if (!document.revoked && documents(document)) add("document", document.blob);
    }
  }
  return { blobs: [...found.values()], problem };
}
