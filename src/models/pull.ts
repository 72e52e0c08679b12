import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import type { BlobReference, BlobStore } from "../walrus/blob-store.ts";
import type { ModelCache } from "./cache/model-cache.ts";
import { asDiskError } from "./disk-error.ts";
import { exportFolder, stateOfExport } from "./export-folder.ts";
import { fetchManifest } from "./fetch-manifest.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { PartSource } from "./part-source.ts";
import type { ModelReference } from "./reference.ts";
import { DEFAULT_MAX_SIZE, requireModestSize, requireRoom } from "./room.ts";
import { requireUsable, resolveVersion } from "./resolve.ts";
import type { ResolvedVersion } from "./resolve.ts";
import { quoted } from "./text.ts";

/** Steps of `pullModel`; `missing` counts files that are not in the cache, `total` their bytes. */
export type PullProgress =
  | { readonly kind: "resolved"; readonly resolved: ResolvedVersion }
  | { readonly kind: "manifest"; readonly manifest: Manifest; readonly missing: number }
  | { readonly kind: "download"; readonly path: string; readonly received: number; readonly total: number };

/** What to pull: a version by its name, checked against the registry, or any manifest by its blob reference. */
export type PullSource =
  { readonly reference: ModelReference; readonly registry: ModelRegistry } | { readonly manifest: BlobReference };

export type PullModelOptions = PullSource & {
  readonly store: BlobStore;
  readonly cache: ModelCache;
  /** A folder to copy the files to; without it they are used from the cache. */
  readonly to?: string;
  /** Refuse models whose files have more bytes than this in all. Default 1 TiB. */
  readonly maxSize?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: PullProgress) => void;
};

/** A model's files on this machine, every byte checked. */
export interface PulledModel {
  /** The folder that holds the files: `to`, or a read-only one in the cache. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly manifestReference: BlobReference;
  /** What the chain said; undefined when pulled by manifest alone. */
  readonly resolved: ResolvedVersion | undefined;
  /** Bytes that were fetched from Walrus for the files; 0 when all were in the cache. */
  readonly downloaded: number;
}

async function resolveSource(options: PullModelOptions): Promise<ResolvedVersion | undefined> {
  if (!("reference" in options)) return undefined;
  const { reference, registry, signal, onProgress } = options;
  const resolved = await resolveVersion({ reference, registry, ...(signal && { signal }) });
  requireUsable(resolved, reference);
  onProgress?.({ kind: "resolved", resolved });
  return resolved;
}

async function missingFiles(manifest: Manifest, { cache, signal }: PullModelOptions): Promise<readonly ManifestFile[]> {
  const bySha = new Map(manifest.files.map((file) => [file.sha256, file]));
  const missing: ManifestFile[] = [];
  for (const file of bySha.values()) {
    signal?.throwIfAborted();
    if (!(await cache.blobs.has(file, signal))) missing.push(file);
  }
  // Blob by blob, as the source of parts likes it.
  return missing.sort((a, b) => (a.parts[0]?.blob ?? -1) - (b.parts[0]?.blob ?? -1));
}

const sizeOf = (files: readonly ManifestFile[]): number => files.reduce((sum, { size }) => sum + size, 0);

async function download(
  manifest: Manifest,
  missing: readonly ManifestFile[],
  options: PullModelOptions,
): Promise<number> {
  const { store, cache, signal, onProgress } = options;
  const wanted = missing.flatMap(({ parts }) => parts);
  const total = wanted.reduce((sum, { length }) => sum + length, 0);
  const source = new PartSource({ manifest, wanted, store, ...(signal && { signal }) });
  let received = 0;
  for (const file of missing) {
    const fill = async (write: (bytes: Uint8Array) => Promise<void>): Promise<void> => {
      for (const part of file.parts) {
        signal?.throwIfAborted();
        await write(await source.read(part));
        received += part.length;
        onProgress?.({ kind: "download", path: file.path, received, total });
      }
    };
    await cache.blobs.write({ content: file, fill, what: `the file ${quoted(file.path)}` });
  }
  return received;
}

/**
 * Brings a model's files to this machine. The version is looked up on chain; the manifest's bytes must have the content hash
 * that the chain holds and its blobs the chain's `blobsHash`; every file must have the hash that the manifest says. What the
 * cache holds is hashed again and not fetched. Nothing appears at a final path before it was checked.
 * @throws ScrimshawError `models.model-unknown`, `models.version-unknown`, `models.version-revoked`,
 *   `models.blobs-hash-mismatch`, `models.manifest-of-another-model`, `models.content-mismatch`, `models.part-mismatch`,
 *   `models.destination-taken`, `models.too-large`, `models.disk-too-full`, `models.disk-failed`, errors of `decodeManifest`, of the store and of the room `chain`
 * @example
 * const reference = parseReference({ text: "0x7099...79C8/iris@stable" });
 * const { folder } = await pullModel({ reference, registry, store, cache: new ModelCache({ root: "cache" }) });
 */
export async function pullModel(options: PullModelOptions): Promise<PulledModel> {
  try {
    return await pullChecked(options);
  } catch (error) {
    throw asDiskError(error);
  }
}

async function pullChecked(options: PullModelOptions): Promise<PulledModel> {
  const { store, cache, to, maxSize = DEFAULT_MAX_SIZE, signal, onProgress } = options;
  const abort = signal ? { signal } : {};
  const resolved = await resolveSource(options);
  const manifestReference = "reference" in options ? resolved?.version.manifest : options.manifest;
  if (!manifestReference) throw new TypeError("neither a reference nor a manifest");
  const manifest = await fetchManifest({ manifest: manifestReference, version: resolved, store, cache, ...abort });
  const { files } = manifest;
  requireModestSize({ files, maxSize });
  if (to !== undefined) await stateOfExport({ to, files, ...abort });

  const viewOptions = { manifestHash: manifestReference.contentHash.slice(2), files, ...abort };
  const found = await cache.findView(viewOptions);
  const missing = found === undefined ? await missingFiles(manifest, options) : [];
  onProgress?.({ kind: "manifest", manifest, missing: missing.length });
  const copy = to === undefined ? [] : [{ folder: to, bytes: sizeOf(files) }];
  await requireRoom([{ folder: cache.root, bytes: sizeOf(missing) }, ...copy]);
  const downloaded = await download(manifest, missing, options);
  const view = found ?? (await cache.makeView(viewOptions));
  const folder = to === undefined ? view : await exportFolder({ to, files, view, ...abort });
  return { folder, manifest, manifestReference, resolved, downloaded };
}
