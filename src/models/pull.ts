import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import type { BlobReference, BlobStore } from "../walrus/blob-store.ts";
import type { Identities } from "./age/identities.ts";
import type { ModelCache, ViewOptions } from "./cache/model-cache.ts";
import { pruneCache } from "./cache/prune.ts";
import { asDiskError } from "./disk-error.ts";
import { download, sizeOfDownload } from "./download.ts";
import { exportFolder, sizeOfExport, stateOfExport } from "./export/export-folder.ts";
import { fetchManifest } from "./fetch-manifest.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import type { ModelReference } from "./reference.ts";
import { DEFAULT_MAX_SIZE, requireModestSize, requireRoom } from "./room.ts";
import { requirePulledNeeds } from "./require-pulled-needs.ts";
import { requireUsable } from "./require-usable.ts";
import { resolveVersion } from "./resolve.ts";
import type { ResolvedVersion } from "./resolve.ts";
import { selectFiles } from "./select-files.ts";
import { viewKey } from "./view-key.ts";

/** Steps of `pullModel`; `missing` counts files that are not in the cache, `total` their bytes. */
export type PullProgress =
  | { readonly kind: "resolved"; readonly resolved: ResolvedVersion }
  | { readonly kind: "manifest"; readonly manifest: Manifest; readonly files: number; readonly missing: number }
  | { readonly kind: "download"; readonly path: string; readonly received: number; readonly total: number };

/**
 * What to pull: a version by its name, checked against the registry; one that was looked up before; or any manifest by its blob
 * reference.
 */
export type PullSource =
  | { readonly reference: ModelReference; readonly registry: ModelRegistry }
  | { readonly reference: ModelReference; readonly resolved: ResolvedVersion }
  | { readonly manifest: BlobReference };

export type PullModelOptions = PullSource & {
  readonly store: BlobStore;
  readonly cache: ModelCache;
  /** Opens a private model. Not needed for what is in the cache. */
  readonly identities?: Identities | undefined;
  /** A folder to copy the files to, or to update from another version; without it they are used from the cache. */
  readonly to?: string;
  /** Replace files in that folder which no pull put there, or which were changed since. */
  readonly overwrite?: boolean;
  /** Only files that match one of these patterns; see `selectFiles`. */
  readonly include?: readonly string[];
  /** Take a version that its owner has revoked. */
  readonly force?: boolean;
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
  /** Those that were asked for. */
  readonly files: readonly ManifestFile[];
  /** What the chain said; undefined when pulled by manifest alone. Its status says whether its owner still stands by it. */
  readonly resolved: ResolvedVersion | undefined;
  /** Bytes that were fetched from Walrus for the files; 0 when all were in the cache. */
  readonly downloaded: number;
}

async function resolveSource(options: PullModelOptions): Promise<ResolvedVersion | undefined> {
  if (!("reference" in options)) return undefined;
  const { reference, force = false, signal, onProgress } = options;
  const resolved =
    "resolved" in options
      ? options.resolved
      : await resolveVersion({ reference, registry: options.registry, ...(signal && { signal }) });
  if (!force) requireUsable(resolved, reference);
  onProgress?.({ kind: "resolved", resolved });
  return resolved;
}

async function missingFiles(
  files: readonly ManifestFile[],
  { cache, signal }: PullModelOptions,
): Promise<readonly ManifestFile[]> {
  const bySha = new Map(files.map((file) => [file.sha256, file]));
  const missing: ManifestFile[] = [];
  for (const file of bySha.values()) {
    signal?.throwIfAborted();
    if (!(await cache.blobs.has(file, signal))) missing.push(file);
  }
  return missing;
}

/**
 * Brings a model's files to this machine. The version is looked up on chain; the manifest's bytes must have the content hash
 * that the chain holds and its blobs the chain's `blobsHash`; every file must have the hash that the manifest says. A folder of
 * the cache that was not touched since its files were hashed is not hashed again. Nothing appears at a final path before it was
 * checked. Many pulls at once, of several processes too, download once; one that was stopped goes on where it was.
 * @throws ScrimshawError `models.model-unknown`, `models.version-unknown`, `models.version-revoked`,
 *   `models.blobs-hash-mismatch`, `models.manifest-of-another-model`, `models.content-mismatch`, `models.part-mismatch`,
 *   `models.needed-file-missing`, `models.nothing-included`, `models.destination-taken`, `models.too-large`, `models.disk-too-full`, `models.disk-failed`,
 *   `models.identity-missing`, `models.identity-wrong`, `models.ciphertext-invalid`, errors of `decodeManifest`, of the store and of the room `chain`
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
  const { store, cache, to, overwrite = false, include, maxSize = DEFAULT_MAX_SIZE, signal, onProgress } = options;
  const abort = signal ? { signal } : {};
  const resolved = await resolveSource(options);
  const manifestReference = resolved?.version.manifest ?? ("manifest" in options ? options.manifest : undefined);
  if (!manifestReference) throw new TypeError("neither a reference nor a manifest");
  const manifest = await fetchManifest({ manifest: manifestReference, version: resolved, store, cache, ...abort });
  const { files, choice } = selectFiles(manifest, include);
  requireModestSize({ files, maxSize });
  const pulled = { manifest, manifestReference, files, resolved };
  const isPrivate = manifest.encryption !== undefined;
  const model = resolved ? `${resolved.model.creator}/${resolved.model.name}` : manifest.name;
  // The user's own link, to another disk perhaps, is theirs to follow; those inside the folder are not.
  const real = to === undefined ? undefined : await realpath(to).catch(() => to);
  const target = real !== undefined && {
    to: real,
    files,
    all: manifest.files,
    model,
    cache,
    overwrite,
    isPrivate,
    ...abort,
  };
  const state = target && (await stateOfExport(target));
  const copy = target && state ? [{ folder: target.to, bytes: sizeOfExport(state, files) }] : [];

  const manifestHash = manifestReference.contentHash.slice(2);
  const key = viewKey(manifestHash, choice);
  const viewOptions = { key, manifestHash, files, isPrivate, ...abort };
  const found = await cache.findView(viewOptions);
  if (found !== undefined) {
    onProgress?.({ kind: "manifest", manifest, files: files.length, missing: 0 });
    await requireRoom(copy);
  }
  const { view, downloaded } =
    found === undefined ? await fill(manifest, viewOptions, copy, options) : { view: found, downloaded: 0 };
  if (target && state) await exportFolder({ ...target, view, state });
  const folder = to === undefined ? view : resolve(to);
  return { ...pulled, folder, downloaded };
}

/** Makes the view, alone among all processes; who comes second finds it. */
async function fill(
  manifest: Manifest,
  viewOptions: ViewOptions & { readonly files: readonly ManifestFile[] },
  copy: Parameters<typeof requireRoom>[0],
  options: PullModelOptions,
): Promise<{ readonly view: string; readonly downloaded: number }> {
  const { store, cache, identities, signal, onProgress } = options;
  const { key, files } = viewOptions;
  let result: { readonly view: string; readonly downloaded: number };
  {
    using locks = new DisposableStack();
    locks.use(await cache.lock("prune", "shared", signal));
    locks.use(await cache.lock(`view-${key}`, "exclusive", signal));
    const theirs = await cache.findView(viewOptions);
    const missing = theirs === undefined ? await missingFiles(files, options) : [];
    onProgress?.({ kind: "manifest", manifest, files: files.length, missing: missing.length });
    await requireRoom([{ folder: cache.root, bytes: sizeOfDownload(manifest, missing) }, ...copy]);
    const onReceived: Parameters<typeof download>[0]["onReceived"] = (event) =>
      onProgress?.({ kind: "download", ...event });
    const downloaded = await download({ manifest, missing, store, cache, identities, signal, onReceived });
    if (theirs === undefined) await requirePulledNeeds({ manifest, files, cache, signal });
    result = { view: theirs ?? (await cache.makeView(viewOptions)), downloaded };
  }
  if (Number.isFinite(cache.maxBytes))
    await pruneCache({ cache, maxBytes: cache.maxBytes, keep: key, ...(signal && { signal }) });
  return result;
}
