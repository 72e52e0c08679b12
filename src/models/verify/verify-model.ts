import { lstat } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { outcomeOf } from "../../checks.ts";
import { ScrimshawError } from "../../errors.ts";
import type { BlobStore } from "../../walrus/blob-store.ts";
import { computeBlobId } from "../../walrus/compute-blob-id.ts";
import { EncoderPool } from "../../walrus/encoder-pool.ts";
import type { Identities } from "../age/identities.ts";
import type { ModelCache } from "../cache/model-cache.ts";
import { asDiskError } from "../disk-error.ts";
import type { Manifest } from "../manifest.ts";
import { formatReference } from "../reference.ts";
import type { ModelReference } from "../reference.ts";
import { resolveVersion } from "../resolve.ts";
import { DEFAULT_MAX_SIZE, requireModestSize, requireRoom } from "../room.ts";
import { selectFiles } from "../select-files.ts";
import { viewKey } from "../view-key.ts";
import { BlobShelf } from "./blob-shelf.ts";
import { checkBlobs } from "./check-blobs.ts";
import { checkFolder } from "./check-folder.ts";
import { checkManifest } from "./check-manifest.ts";
import { ModelCheckList } from "./report.ts";
import type { ModelCheck, ModelReport } from "./report.ts";

/** Bytes that were fetched or hashed, of all that will be. */
export interface VerifyProgress {
  readonly kind: "fetch" | "hash";
  /** Blob ID, or path. */
  readonly about: string;
  readonly done: number;
  readonly total: number;
}

export interface VerifyModelOptions {
  readonly reference: ModelReference;
  readonly registry: ModelRegistry;
  readonly store: BlobStore;
  /** The folder to compare. Without it, and without `deep`, the version's folder in the cache. */
  readonly folder?: string | undefined;
  /** Where manifests are kept, and the version's folder is, if it was pulled. */
  readonly cache?: ModelCache | undefined;
  /** Fetch everything from Walrus and recompute it, at this many shards of the network. */
  readonly deep?: { readonly nShards: number; readonly pool?: EncoderPool } | undefined;
  /** Only these of the files are compared in the folder; see `selectFiles`. */
  readonly include?: readonly string[] | undefined;
  /** Whether the folder may hold other files too. Default false. */
  readonly allowExtra?: boolean;
  /** Open a private model, with `deep`. Without them what it holds is not checked. */
  readonly identities?: Identities | undefined;
  /** Refuse to fetch models of more bytes than this. Default 1 TiB. */
  readonly maxSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears each answer as it is found. */
  readonly onCheck?: (check: ModelCheck) => void;
  readonly onProgress?: (event: VerifyProgress) => void;
}

interface Verification extends VerifyModelOptions {
  readonly list: ModelCheckList;
}

const sum = (items: readonly { readonly size: number }[]): number => items.reduce((total, { size }) => total + size, 0);

/** The folder to compare, if there is any to. */
async function folderOf(
  { folder, cache, deep, include, reference }: VerifyModelOptions,
  { manifest, manifestHash }: { readonly manifest: Manifest; readonly manifestHash: string },
): Promise<string | undefined> {
  if (folder !== undefined || deep !== undefined) return folder;
  const view = cache?.pathOfView(viewKey(manifestHash, selectFiles(manifest, include).choice));
  if (view !== undefined && (await lstat(view).catch(() => undefined)) !== undefined) return view;
  throw new ScrimshawError({
    code: "models.not-in-cache",
    expected: `a folder to compare, or ${formatReference(reference)} in the cache`,
    found: "neither",
    next: "Name the folder with --folder, pull the model, or check all of Walrus with --deep.",
  });
}

/** A progress listener that adds up. */
function counting(
  { onProgress }: VerifyModelOptions,
  kind: VerifyProgress["kind"],
  total: number,
): (about: string, bytes: number) => void {
  let done = 0;
  return (about, bytes) => {
    done += bytes;
    onProgress?.({ kind, about, done, total });
  };
}

async function checkDeep(
  verification: Verification,
  { manifest, pool, nShards }: { readonly manifest: Manifest; readonly pool: EncoderPool; readonly nShards: number },
): Promise<void> {
  const { store, identities, list, signal, maxSize = DEFAULT_MAX_SIZE } = verification;
  const { blobs, files } = manifest;
  for (const sizes of [blobs, files]) requireModestSize({ files: sizes, maxSize });
  const [first, second] = blobs.map(({ size }) => size).sort((a, b) => b - a);
  await requireRoom([{ folder: tmpdir(), bytes: (first ?? 0) + (second ?? 0) }]);
  const onReceived = counting(verification, "fetch", sum(blobs));
  await using shelf = await BlobShelf.open({ manifest, store, identities, nShards, pool, list, signal, onReceived });
  await checkBlobs({ manifest, shelf, list, signal });
}

async function verify(verification: Verification): Promise<ModelReport> {
  const { reference, registry, store, cache, deep, include, allowExtra = false, list, signal } = verification;
  await using own = new AsyncDisposableStack();
  const pool = deep && (deep.pool ?? own.use(new EncoderPool()));
  const resolved = await resolveVersion({ reference, registry, signal });
  const computed = deep && {
    computeBlobId: async (bytes: Uint8Array) => {
      const { blobId } = await computeBlobId({ bytes, ...deep, ...(pool && { pool }), ...(signal && { signal }) });
      return blobId;
    },
  };
  const manifest = await checkManifest({ resolved, store, list, signal, ...(computed ?? { cache }) });
  let compared: Pick<ModelReport, "missing" | "changed" | "extra"> = { missing: [], changed: [], extra: [] };
  let folder: string | undefined;
  if (manifest !== undefined) {
    const manifestHash = resolved.version.manifest.contentHash.slice(2);
    folder = await folderOf(verification, { manifest, manifestHash });
    if (folder !== undefined) {
      const { files } = selectFiles(manifest, include);
      const onHashed = counting(verification, "hash", sum(files));
      compared = await checkFolder({ folder, manifest, files, allowExtra, list, signal, onHashed });
    }
    if (deep && pool) await checkDeep(verification, { manifest, pool, nShards: deep.nShards });
  }
  return { ...resolved, folder, ...compared, checks: list.checks, outcome: outcomeOf(list.checks) };
}

/**
 * Checks a version as a stranger would: a folder against the manifest that is registered on chain, or with `deep` everything from the
 * chain's record down to the bytes on Walrus, Blob IDs recomputed. A failed check is an answer, not an error. Fetched blobs lie in the
 * system's folder for temporary files meanwhile, at most two at a time.
 * @throws ScrimshawError errors of `resolveVersion`, `models.not-in-cache`, `models.folder-missing`, `models.folder-unreadable`,
 *   `models.nothing-included`, `models.too-large`, `models.disk-too-full`, `models.disk-failed`
 * @example
 * const { outcome, changed } = await verifyModel({ reference, registry, store, folder: "models/iris" });
 */
export async function verifyModel(options: VerifyModelOptions): Promise<ModelReport> {
  try {
    return await verify({ ...options, list: new ModelCheckList(options.onCheck) });
  } catch (error) {
    throw asDiskError(error);
  }
}
