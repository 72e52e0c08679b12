import { lstat, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ContentStore, incompleteName } from "./content-store.ts";
import type { Content } from "./content-store.ts";
import { isExactCopy } from "./exact-copy.ts";
import type { ModelFile } from "./exact-copy.ts";

export interface ModelCacheOptions {
  /** Folder of the cache; made when it is first needed. */
  readonly root: string;
}

export interface ViewOptions {
  /** SHA-256 of the manifest, in hex. */
  readonly manifestHash: string;
  readonly files: readonly ModelFile[];
  readonly signal?: AbortSignal;
}

/**
 * Pulled models on this machine: `blobs/sha256/<aa>/<hex>` holds each file once, `views/<manifest hash>/` the folder of a
 * version as links into it. Everything with a final name is complete and read-only, whatever was interrupted.
 */
export class ModelCache {
  readonly root: string;
  readonly blobs: ContentStore;

  constructor({ root }: ModelCacheOptions) {
    this.root = resolve(root);
    this.blobs = new ContentStore({ root: join(this.root, "blobs") });
  }

  #pathOfView(manifestHash: string): string {
    return join(this.root, "views", manifestHash);
  }

  /** The folder of a version if it is here and every byte of it is right; a damaged one is removed. */
  async findView({ manifestHash, files, signal }: ViewOptions): Promise<string | undefined> {
    const folder = this.#pathOfView(manifestHash);
    if ((await lstat(folder).catch(() => undefined)) === undefined) return undefined;
    if (await isExactCopy({ folder, files, ...(signal && { signal }) })) return folder;
    // Moved away first: what is removed must not be what another process puts here at this moment.
    const damaged = incompleteName(folder);
    await rename(folder, damaged).catch(ignoreMissing);
    await rm(damaged, { recursive: true, force: true });
    return undefined;
  }

  /**
   * Makes the folder of a version from contents that are in `blobs`. When another process was faster, its folder is taken.
   * @param options paths must have been checked, as `decodeManifest` does
   */
  async makeView(options: ViewOptions): Promise<string> {
    const folder = this.#pathOfView(options.manifestHash);
    const incomplete = incompleteName(folder);
    try {
      await mkdir(incomplete, { recursive: true });
      for (const file of options.files) {
        options.signal?.throwIfAborted();
        await this.blobs.linkTo(file, join(incomplete, file.path));
      }
      await rename(incomplete, folder);
      return folder;
    } catch (error) {
      await rm(incomplete, { recursive: true, force: true });
      const theirs = isTaken(error) ? await this.findView(options) : undefined;
      if (theirs === undefined) throw error;
      return theirs;
    }
  }

  /** The bytes of small content, if it is here and right. */
  async read(content: Content): Promise<Uint8Array | undefined> {
    if (!(await this.blobs.has(content))) return undefined;
    return readFile(this.blobs.pathOf(content));
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}

function isTaken(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOTEMPTY" || code === "EEXIST" || code === "EPERM";
}
