import type { BlobStore } from "../walrus/blob-store.ts";
import { atOnce } from "./at-once.ts";
import type { ModelCache } from "./cache/model-cache.ts";
import { fetchFile } from "./fetch-file.ts";
import { LARGE_FILE } from "./limits.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { PartSource } from "./part-source.ts";
import { quoted } from "./text.ts";

/** Large files, and packs of small ones, at a time. Only packs are held in memory: at most 256 MiB each. */
const WORKERS = 4;

export interface DownloadOptions {
  readonly manifest: Manifest;
  /** Each content once. */
  readonly missing: readonly ManifestFile[];
  readonly store: BlobStore;
  readonly cache: ModelCache;
  readonly signal?: AbortSignal | undefined;
  readonly onReceived?: (event: { readonly path: string; readonly received: number; readonly total: number }) => void;
}

/** A large file by itself, or small ones that share a blob. */
function jobsOf(missing: readonly ManifestFile[]): readonly (readonly ManifestFile[])[] {
  const large = missing.filter(({ size }) => size >= LARGE_FILE).map((file) => [file]);
  const packs = new Map<number, ManifestFile[]>();
  for (const file of missing) {
    if (file.size >= LARGE_FILE) continue;
    const blob = file.parts[0]?.blob ?? -1;
    packs.set(blob, [...(packs.get(blob) ?? []), file]);
  }
  return [...packs.values(), ...large];
}

/**
 * Brings files into the cache, several at a time. Every part and every file is checked before it has a final name.
 * @returns how many bytes were received
 * @throws ScrimshawError `models.part-mismatch`, `models.content-mismatch`, errors of the store
 */
export async function download({
  manifest,
  missing,
  store,
  cache,
  signal,
  onReceived,
}: DownloadOptions): Promise<number> {
  const total = missing.reduce((sum, { size }) => sum + size, 0);
  let received = 0;
  const note = (path: string, bytes: number): void => {
    received += bytes;
    onReceived?.({ path, received, total });
  };
  await atOnce({
    items: jobsOf(missing),
    limit: WORKERS,
    signal,
    work: async (files, { signal: stop }) => {
      const [first] = files;
      if (first !== undefined && first.size >= LARGE_FILE) {
        const onBytes = (bytes: number): void => note(first.path, bytes);
        await fetchFile({ manifest, file: first, store, cache, signal: stop, onReceived: onBytes });
        return;
      }
      const source = new PartSource({ manifest, wanted: files.flatMap(({ parts }) => parts), store, signal: stop });
      for (const file of files) {
        const fill = async (write: (bytes: Uint8Array) => Promise<void>): Promise<void> => {
          for (const part of file.parts) {
            stop.throwIfAborted();
            await write(await source.read(part));
            note(file.path, part.length);
          }
        };
        await cache.blobs.write({ content: file, fill, what: `the file ${quoted(file.path)}` });
      }
    },
  });
  return received;
}
