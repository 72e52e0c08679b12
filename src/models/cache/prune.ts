import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ModelCache, StampedView } from "./model-cache.ts";

export interface PruneCacheOptions {
  readonly cache: ModelCache;
  /** Bytes that the cache may keep. Default 0: only what is in use stays. */
  readonly maxBytes?: number;
  /** A view that stays in any case. */
  readonly keep?: string;
  readonly signal?: AbortSignal;
}

/** What was removed from the cache, and what stays. */
export interface PrunedCache {
  readonly removedViews: readonly string[];
  readonly freedBytes: number;
  readonly keptBytes: number;
  /** Views that would have had to go, but are in use. */
  readonly pinnedViews: readonly string[];
}

interface Contents {
  /** Bytes by name: a SHA-256, or that of a file which a process left unfinished. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly paths: ReadonlyMap<string, string>;
  readonly total: number;
}

/** Everything in the content store, manifests too. */
export async function contentsOf(cache: ModelCache): Promise<Contents> {
  const root = join(cache.root, "blobs", "sha256");
  const sizes = new Map<string, number>();
  const paths = new Map<string, string>();
  for (const folder of await readdir(root).catch(() => [])) {
    for (const name of await readdir(join(root, folder)).catch(() => [])) {
      const stats = await lstat(join(root, folder, name)).catch(() => undefined);
      if (stats) {
        sizes.set(name, stats.size);
        paths.set(name, join(root, folder, name));
      }
    }
  }
  return { sizes, paths, total: [...sizes.values()].reduce((sum, size) => sum + size, 0) };
}

function usedBy(views: Iterable<StampedView>): Set<string> {
  const used = new Set<string>();
  for (const { stamp } of views) {
    used.add(stamp.manifestHash);
    for (const { sha256 } of stamp.files) used.add(sha256);
  }
  return used;
}

/**
 * Removes versions, the longest unused first, until the cache has at most `maxBytes`, and all content that no version uses any
 * more, what broken-off pulls left included. Versions in use stay. Waits for pulls that are under way.
 */
export async function pruneCache({ cache, maxBytes = 0, keep, signal }: PruneCacheOptions): Promise<PrunedCache> {
  using locks = new DisposableStack();
  locks.use(await cache.lock("prune", "exclusive", signal));
  const before = await contentsOf(cache);
  const left = new Map((await cache.views()).map((view) => [view.key, view]));
  const sizeLeft = (): number =>
    [...usedBy(left.values())].reduce((sum, sha256) => sum + (before.sizes.get(sha256) ?? 0), 0);
  const removedViews: string[] = [];
  const pinnedViews: string[] = [];
  for (const { key } of [...left.values()]) {
    if (sizeLeft() <= maxBytes) break;
    signal?.throwIfAborted();
    if (key === keep) continue;
    using unused = await cache.tryLock(`pin-${key}`, "exclusive");
    if (unused === undefined) {
      pinnedViews.push(key);
      continue;
    }
    await cache.removeView(key);
    left.delete(key);
    removedViews.push(key);
  }
  await removeStrays(cache, new Set(left.keys()));
  const used = usedBy(left.values());
  for (const [name, path] of before.paths) {
    if (!used.has(name)) await rm(path, { force: true });
  }
  await rm(join(cache.root, "partial"), { recursive: true, force: true });
  await removeCiphertexts(cache);
  const keptBytes = sizeLeft();
  return { removedViews, pinnedViews, keptBytes, freedBytes: before.total - keptBytes };
}

/** What publishing keeps of private models saves encrypting and sending again, and is in use while something is published. */
async function removeCiphertexts(cache: ModelCache): Promise<void> {
  using unused = await cache.tryLock("ciphertexts", "exclusive");
  if (unused) await rm(cache.pathOfCiphertexts, { recursive: true, force: true });
}

/** Folders that nobody vouches for: half removed, half made, or found damaged. */
async function removeStrays(cache: ModelCache, known: ReadonlySet<string>): Promise<void> {
  for (const key of await readdir(join(cache.root, "views")).catch(() => [])) {
    if (known.has(key)) continue;
    using unused = await cache.tryLock(`pin-${key}`, "exclusive");
    if (unused) await cache.removeView(key);
  }
}
