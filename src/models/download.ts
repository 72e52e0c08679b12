import type { BlobStore } from "../walrus/blob-store.ts";
import { identityMissing } from "./age/errors.ts";
import type { Identities } from "./age/identities.ts";
import { atOnce } from "./at-once.ts";
import type { ModelCache } from "./cache/model-cache.ts";
import { fetchFile } from "./fetch-file.ts";
import { LARGE_FILE } from "./limits.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { PartSource } from "./part-source.ts";
import { quoted } from "./text.ts";

/** Large files, and packs of small ones, at a time. Only packs are held in memory: at most 256 MiB each. */
const WORKERS = 4;
/** Small files that come by their ranges, at a time, of each pack. */
const RANGES = 8;

export interface DownloadOptions {
  readonly manifest: Manifest;
  /** Each content once. */
  readonly missing: readonly ManifestFile[];
  readonly store: BlobStore;
  readonly cache: ModelCache;
  /** For a private model. */
  readonly identities?: Identities | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onReceived?: (event: { readonly path: string; readonly received: number; readonly total: number }) => void;
}

/** Besides large files those of a private model that are several blobs: each of these is decrypted as a whole. */
function comesByItself({ size, parts }: ManifestFile, { encryption }: Manifest): boolean {
  return size >= LARGE_FILE || (encryption !== undefined && parts.length > 1);
}

/** A large file by itself, or small ones that share a blob. */
function jobsOf({ missing, manifest }: DownloadOptions): readonly (readonly ManifestFile[])[] {
  const large = missing.filter((file) => comesByItself(file, manifest)).map((file) => [file]);
  const packs = new Map<number, ManifestFile[]>();
  for (const file of missing) {
    if (comesByItself(file, manifest)) continue;
    const blob = file.parts[0]?.blob ?? -1;
    packs.set(blob, [...(packs.get(blob) ?? []), file]);
  }
  return [...packs.values(), ...large];
}

function sizeOf(files: readonly ManifestFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Bytes of the blobs that jobs fetch. */
function ciphertextSize({ blobs }: Manifest, jobs: readonly (readonly ManifestFile[])[]): number {
  const perJob = jobs.map((files) => new Set(files.flatMap(({ parts }) => parts.map(({ blob }) => blob))));
  return perJob.flatMap((indexes) => [...indexes]).reduce((sum, index) => sum + (blobs[index]?.size ?? 0), 0);
}

/**
 * Bytes that a download writes: the files, and of a private model the ciphertexts that are decrypted at one time.
 */
export function sizeOfDownload({ blobs, encryption }: Manifest, missing: readonly ManifestFile[]): number {
  const files = sizeOf(missing);
  if (encryption === undefined) return files;
  const needed = new Set(missing.flatMap(({ parts }) => parts.map(({ blob }) => blob)));
  const sizes = [...needed].map((index) => blobs[index]?.size ?? 0).sort((a, b) => b - a);
  return sizes.slice(0, WORKERS).reduce((sum, size) => sum + size, files);
}

interface Fetching extends Pick<DownloadOptions, "manifest" | "store" | "cache" | "identities"> {
  readonly signal: AbortSignal;
  readonly note: (path: string, bytes: number) => void;
}

/** Small files that share a blob. */
async function fetchPack(files: readonly ManifestFile[], options: Fetching): Promise<void> {
  const { manifest, store, cache, signal, note } = options;
  const source = new PartSource({ manifest, wanted: files.flatMap(({ parts }) => parts), store, signal });
  const bring = async (file: ManifestFile): Promise<void> => {
    const fill = async (write: (bytes: Uint8Array) => Promise<void>): Promise<void> => {
      for (const part of file.parts) {
        signal.throwIfAborted();
        await write(await source.read(part));
        note(file.path, part.length);
      }
    };
    const isPrivate = manifest.encryption !== undefined;
    await cache.blobs.write({ content: file, fill, what: `the file ${quoted(file.path)}`, isPrivate });
  };
  const alone = new Set(files.filter(({ parts }) => parts.every((part) => source.comesAlone(part))));
  for (const file of files) if (!alone.has(file)) await bring(file);
  await atOnce({ items: [...alone], limit: RANGES, signal, work: bring });
}

async function fetchFiles(files: readonly ManifestFile[], options: Fetching): Promise<void> {
  const { manifest, identities, note } = options;
  const [first] = files;
  if (first === undefined) return;
  const onReceived = (bytes: number): void => note(first.path, bytes);
  const blob = manifest.blobs[first.parts[0]?.blob ?? -1];
  if (comesByItself(first, manifest)) await fetchFile({ ...options, file: first, onReceived });
  else if (blob?.age === undefined) await fetchPack(files, options);
  else {
    const { unpackBlob } = await import("./age/unpack-blob.ts");
    if (identities === undefined) throw identityMissing();
    await unpackBlob({ ...options, blob: { ...blob, age: blob.age }, files, identities, onReceived });
  }
}

/**
 * Brings files into the cache, several at a time. Every part and every file is checked before it has a final name.
 * @returns how many bytes were received
 * @throws ScrimshawError `models.part-mismatch`, `models.content-mismatch`, errors of `requireIdentity`, `unpackBlob` and of the store
 */
export async function download(options: DownloadOptions): Promise<number> {
  const { manifest, missing, signal, onReceived } = options;
  if (manifest.encryption !== undefined && missing.length > 0) {
    const { requireIdentity } = await import("./age/require-identity.ts");
    await requireIdentity({ ...options, identities: options.identities });
  }
  const jobs = jobsOf(options);
  const total = manifest.encryption === undefined ? sizeOf(missing) : ciphertextSize(manifest, jobs);
  let received = 0;
  const note = (path: string, bytes: number): void => {
    received += bytes;
    onReceived?.({ path, received, total });
  };
  await atOnce({
    items: jobs,
    limit: WORKERS,
    signal,
    work: (files, { signal: stop }) => fetchFiles(files, { ...options, signal: stop, note }),
  });
  return received;
}
