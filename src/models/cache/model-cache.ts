import { lstat, mkdir, readFile, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ResolvedFolder, ResolveFolderOptions } from "../resolve-folder.ts";
import { ContentStore, incompleteName } from "./content-store.ts";
import type { Content } from "./content-store.ts";
import { isExactCopy } from "./exact-copy.ts";
import type { ModelFile } from "./exact-copy.ts";
import { lock, tryLock } from "../../file-lock.ts";
import type { FileLock, LockOptions } from "../../file-lock.ts";
import { looksUntouched, parseStamp, stampView } from "./view-stamp.ts";
import type { ViewStamp } from "./view-stamp.ts";

export interface ModelCacheOptions {
  /** Folder of the cache; made when it is first needed. */
  readonly root: string;
  /** After a pull, versions that nobody uses are removed, the longest unused first, until its bytes are at most this. */
  readonly maxBytes?: number;
}

export interface ViewOptions {
  /** Names the view: the hash of its manifest, and what was chosen of it. */
  readonly key: string;
  /** SHA-256 of the manifest, in hex. */
  readonly manifestHash: string;
  readonly files: readonly ModelFile[];
  /** True if nobody else on this machine is to read them. */
  readonly isPrivate?: boolean;
  readonly signal?: AbortSignal;
}

/** A folder of the cache as its stamp describes it. */
export interface StampedView {
  readonly key: string;
  readonly folder: string;
  readonly stamp: ViewStamp;
  readonly usedAt: Date;
}

/**
 * Pulled models on this machine: `blobs/sha256/<aa>/<hex>` holds each file once, `views/<key>/` the folder of a version as links
 * into it, `stamps/<key>.json` how that looked when its files were hashed. Everything with a final name is complete and
 * read-only, whatever was interrupted. `partial/` holds what is being fetched, `locks/` keeps processes apart.
 */
export class ModelCache {
  readonly root: string;
  readonly maxBytes: number;
  readonly blobs: ContentStore;

  constructor({ root, maxBytes = Infinity }: ModelCacheOptions) {
    this.root = resolve(root);
    this.maxBytes = maxBytes;
    this.blobs = new ContentStore({ root: join(this.root, "blobs") });
  }

  pathOfView(key: string): string {
    return join(this.root, "views", key);
  }

  #pathOfStamp(key: string): string {
    return join(this.root, "stamps", `${key}.json`);
  }

  /** Where age files wait to be stored, and where it is noted which were. */
  get pathOfCiphertexts(): string {
    return join(this.root, "age");
  }

  /** Where content is gathered until it is complete; who writes there holds the lock `content-<sha256>`. */
  pathOfPartial({ sha256 }: Content): string {
    return join(this.root, "partial", sha256);
  }

  /**
   * The folder of a model, from the cache where that is enough: see `resolveFolder`.
   * @throws ScrimshawError `models.not-in-cache`, `models.version-revoked`, errors of `pullModel`
   * @example
   * using model = await cache.resolve({ reference, chain: "mainnet", online });
   * const session = await openModel(model.folder);
   */
  async resolve(options: ResolveFolderOptions): Promise<ResolvedFolder> {
    const { resolveFolder } = await import("../resolve-folder.ts");
    return resolveFolder(this, options);
  }

  lock(name: string, kind: LockOptions["kind"], signal?: AbortSignal): Promise<FileLock> {
    return lock({ path: join(this.root, "locks", `${name}.lock`), kind, signal });
  }

  tryLock(name: string, kind: LockOptions["kind"]): Promise<FileLock | undefined> {
    return tryLock({ path: join(this.root, "locks", `${name}.lock`), kind });
  }

  /** Keeps a view from being removed until it is released, or this process ends. */
  pin(key: string, signal?: AbortSignal): Promise<FileLock> {
    return this.lock(`pin-${key}`, "shared", signal);
  }

  /** The folder of a view if it looks as it did when its files were hashed, which takes no hashing. Marks it as used. */
  async findUntouched(key: string): Promise<StampedView | undefined> {
    const path = this.#pathOfStamp(key);
    const text = await readFile(path, "utf8").catch(() => "");
    const stamp = parseStamp(text);
    const folder = this.pathOfView(key);
    if (stamp === undefined || !(await looksUntouched(folder, stamp))) return undefined;
    const usedAt = new Date();
    // Who may only read the cache is not hindered.
    await utimes(path, usedAt, usedAt).catch(() => undefined);
    return { key, folder, stamp, usedAt };
  }

  /** The folder of a view if it is here and right: untouched since its files were hashed, or hashed again now. */
  async findView(options: ViewOptions): Promise<string | undefined> {
    const { key, files, signal } = options;
    const untouched = await this.findUntouched(key);
    if (untouched && sameFiles(untouched.stamp, options)) return untouched.folder;
    const folder = this.pathOfView(key);
    if ((await lstat(folder).catch(() => undefined)) === undefined) return undefined;
    // Looked at before it is hashed, so that what happens meanwhile does not pass for hashed.
    const stamp = await stampView({ folder, manifestHash: options.manifestHash, files }).catch(() => undefined);
    if (stamp && (await isExactCopy({ folder, files, ...(signal && { signal }) }))) {
      await this.#writeStamp(key, stamp);
      return folder;
    }
    await this.removeView(key);
    return undefined;
  }

  /** Has a view hashed at its next use. */
  async distrustView(key: string): Promise<void> {
    await rm(this.#pathOfStamp(key), { force: true });
  }

  /** Moved away first: what is removed must not be what another process puts here at this moment. */
  async removeView(key: string): Promise<void> {
    await this.distrustView(key);
    const folder = this.pathOfView(key);
    const damaged = incompleteName(folder);
    await rename(folder, damaged).catch(ignoreMissing);
    await rm(damaged, { recursive: true, force: true });
  }

  /**
   * Makes the folder of a version from contents that are in `blobs`. When another process was faster, its folder is taken.
   * @param options paths must have been checked, as `decodeManifest` does
   */
  async makeView(options: ViewOptions): Promise<string> {
    const { isPrivate = false } = options;
    const folder = this.pathOfView(options.key);
    const incomplete = incompleteName(folder);
    try {
      await mkdir(dirname(incomplete), { recursive: true });
      await mkdir(incomplete, { mode: isPrivate ? 0o700 : 0o777 });
      for (const file of options.files) {
        options.signal?.throwIfAborted();
        await this.blobs.linkTo(file, join(incomplete, file.path), isPrivate);
      }
      await rename(incomplete, folder);
    } catch (error) {
      await rm(incomplete, { recursive: true, force: true });
      const theirs = isTaken(error) ? await this.findView(options) : undefined;
      if (theirs === undefined) throw error;
      return theirs;
    }
    const { key, manifestHash, files } = options;
    await this.#writeStamp(key, await stampView({ folder, manifestHash, files }));
    return folder;
  }

  /** All views with a stamp, the longest unused first. */
  async views(): Promise<readonly StampedView[]> {
    const names = await readdir(dirname(this.#pathOfStamp("x"))).catch(() => []);
    const views: StampedView[] = [];
    for (const name of names.filter((candidate) => candidate.endsWith(".json"))) {
      const key = name.slice(0, -".json".length);
      const path = this.#pathOfStamp(key);
      const stamp = parseStamp(await readFile(path, "utf8").catch(() => ""));
      const stats = await lstat(path).catch(() => undefined);
      if (stamp && stats) views.push({ key, folder: this.pathOfView(key), stamp, usedAt: stats.mtime });
    }
    return views.sort((a, b) => a.usedAt.getTime() - b.usedAt.getTime());
  }

  /** The bytes of small content, if it is here and right. */
  async read(content: Content): Promise<Uint8Array | undefined> {
    if (!(await this.blobs.has(content))) return undefined;
    return readFile(this.blobs.pathOf(content));
  }

  /** In a cache that may only be read the files are hashed at every use. */
  async #writeStamp(key: string, stamp: ViewStamp): Promise<void> {
    await writeWhole(this.#pathOfStamp(key), JSON.stringify(stamp)).catch(() => undefined);
  }
}

/** Writes a small file that appears complete or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const incomplete = incompleteName(path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(incomplete, text);
  await rename(incomplete, path);
}

function sameFiles({ files, manifestHash }: ViewStamp, wanted: ViewOptions): boolean {
  if (manifestHash !== wanted.manifestHash || files.length !== wanted.files.length) return false;
  const hashes = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  return wanted.files.every(({ path, sha256 }) => hashes.get(path) === sha256);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}

function isTaken(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOTEMPTY" || code === "EEXIST" || code === "EPERM";
}
