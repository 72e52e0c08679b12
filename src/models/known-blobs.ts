import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isBlobId } from "../walrus/blob-id.ts";
import type { BlobReference } from "../walrus/blob-store.ts";
import { incompleteName } from "./cache/content-store.ts";
import type { Content } from "./cache/content-store.ts";
import type { Manifest } from "./manifest.ts";

/**
 * Which blobs hold which bytes, as far as this machine has learned. It saves an encoding to ask whether Walrus holds them; that it
 * does is never taken from here. Notes are kept in a folder, if one is given, one file a content.
 */
export class KnownBlobs {
  readonly #root: string | undefined;
  readonly #known = new Map<string, string>();

  constructor({ root }: { readonly root?: string } = {}) {
    this.#root = root;
  }

  /** The Blob ID under which these bytes were stored once. */
  async find({ sha256, size }: Content): Promise<string | undefined> {
    const known = this.#known.get(keyOf({ sha256, size }));
    if (known !== undefined || this.#root === undefined) return known;
    const text = await readFile(this.#pathOf(this.#root, { sha256, size }), "utf8").catch(() => "");
    const blobId = text.trim();
    return isBlobId(blobId) ? blobId : undefined;
  }

  /** Notes a blob that was stored. A folder that cannot be written costs no more than an upload later on. */
  async remember({ blobId, contentHash, size }: BlobReference): Promise<void> {
    const content = { sha256: contentHash.slice(2), size };
    this.#known.set(keyOf(content), blobId);
    if (this.#root === undefined) return;
    const path = this.#pathOf(this.#root, content);
    const incomplete = incompleteName(path);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(incomplete, `${blobId}\n`);
      await rename(incomplete, path);
    } catch {
      // A note more or less.
    }
  }

  /** Notes a manifest and the blobs in it, for as long as this object lives. */
  learn({ blobs }: Manifest, { blobId, contentHash, size }: BlobReference): void {
    for (const { id, sha256, size: length } of blobs) this.#known.set(keyOf({ sha256, size: length }), id);
    this.#known.set(keyOf({ sha256: contentHash.slice(2), size }), blobId);
  }

  #pathOf(root: string, { sha256, size }: Content): string {
    return join(root, sha256.slice(0, 2), `${sha256}-${String(size)}`);
  }
}

function keyOf({ sha256, size }: Content): string {
  return `${sha256}-${String(size)}`;
}
