import { isScrimshawError } from "../../errors.ts";
import type { BlobId } from "../../walrus/blob-id.ts";
import type { BlobStore } from "../../walrus/blob-store.ts";
import { getOrWrong } from "../../walrus/get-or-wrong.ts";
import type { MarkedBytes } from "../../walrus/get-or-wrong.ts";
import type { ModelCache } from "../cache/model-cache.ts";
import { MAX_MANIFEST } from "../limits.ts";
import { blobsHashOf, decodeManifest } from "../manifest-bytes.ts";
import type { Manifest } from "../manifest.ts";
import type { ResolvedVersion } from "../resolve.ts";
import type { ModelCheckList } from "./report.ts";

export interface CheckManifestOptions {
  readonly resolved: ResolvedVersion;
  readonly store: BlobStore;
  /** Where its bytes may be taken from, which does not go down to Walrus. */
  readonly cache?: ModelCache | undefined;
  /** Computes the Blob ID of the bytes; without it that is not asked. */
  readonly computeBlobId?: ((bytes: Uint8Array) => Promise<BlobId>) | undefined;
  readonly list: ModelCheckList;
  readonly signal?: AbortSignal | undefined;
}

/** Checks what the chain says of a version down to its manifest. @returns the manifest if its bytes are the registered ones, and valid */
export async function checkManifest(options: CheckManifestOptions): Promise<Manifest | undefined> {
  const { resolved, list, computeBlobId } = options;
  const { model, version } = resolved;
  const { blobId, contentHash, size } = version.manifest;
  const name = `version ${String(version.version)} of ${model.creator}/${model.name}`;
  list.expect({ check: "version" }, version.status !== "revoked", {
    passed: `${name} is registered and ${version.status}`,
    failed: `${name} is revoked by its owner`,
  });
  const got = await fetchManifestBytes(options);
  if (typeof got === "string") {
    list.notChecked({ check: "manifest-hash" }, got);
    return undefined;
  }
  const { bytes, hashHolds } = got;
  list.expect({ check: "manifest-hash" }, hashHolds, {
    passed: `SHA-256 of the manifest's ${String(size)} bytes is ${contentHash}`,
    failed: `the manifest's ${String(bytes.length)} bytes are not the ${String(size)} with SHA-256 ${contentHash}`,
  });
  if (computeBlobId) {
    const computed = await computeBlobId(bytes);
    list.expect({ check: "manifest-blob-id", about: blobId }, computed === blobId, {
      passed: "encoding the manifest again gives this Blob ID",
      failed: `the manifest's bytes encode to ${computed}`,
    });
  }
  if (hashHolds) return readManifest(options, bytes);
  list.notChecked({ check: "manifest" }, "its bytes are not the registered ones");
  return undefined;
}

async function fetchManifestBytes(options: CheckManifestOptions): Promise<MarkedBytes | string> {
  const { resolved, store, cache, signal } = options;
  const { manifest } = resolved.version;
  if (manifest.size > MAX_MANIFEST)
    return `the registry names a manifest of ${String(manifest.size)} bytes; none may have more than ${String(MAX_MANIFEST)}`;
  const cached = await cache?.read({ sha256: manifest.contentHash.slice(2), size: manifest.size });
  return cached ? { bytes: cached, hashHolds: true } : getOrWrong({ store, blob: manifest, signal });
}

function readManifest({ resolved, list }: CheckManifestOptions, bytes: Uint8Array): Manifest | undefined {
  const { model, version } = resolved;
  let manifest: Manifest;
  try {
    manifest = decodeManifest(bytes);
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    list.add({ check: "manifest", status: "failed", detail: `${error.code}: ${error.found}` });
    return undefined;
  }
  const { files, blobs } = manifest;
  list.expect({ check: "manifest" }, manifest.name === model.name, {
    passed: `it lists ${String(files.length)} files of ${model.name} in ${String(blobs.length)} blobs`,
    failed: `it is one of the model ${manifest.name}`,
  });
  const blobsHash = blobsHashOf(manifest);
  list.expect({ check: "blobs-hash" }, blobsHash === version.blobsHash, {
    passed: `the manifest's Blob IDs have the registered hash ${blobsHash}`,
    failed: `the manifest's Blob IDs have the hash ${blobsHash}, the registry names ${version.blobsHash}`,
  });
  return manifest;
}
