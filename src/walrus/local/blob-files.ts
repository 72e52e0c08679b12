import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { type BlobId, blobIdFromHex, blobIdToHex } from "../blob-id.ts";
import { syncDirectory } from "../atomic-file.ts";
import type { Ledger } from "./ledger.ts";

/** An upload on disk, not yet a blob. */
export interface Spooled {
  readonly path: string;
  readonly size: number;
  readonly contentHash: `0x${string}`;
}

/**
 * The unencoded bytes of blobs that came through the publisher or the relay: `blobs/<hex>`. Names are hex because file systems that
 * ignore case would confuse Blob IDs.
 */
export class BlobFiles {
  readonly #blobs: string;
  readonly #uploads: string;
  readonly #sizes = new Map<BlobId, number>();

  private constructor(directory: string) {
    this.#blobs = join(directory, "blobs");
    this.#uploads = join(directory, "uploads");
  }

  /** Lists what is on disk, and removes what the ledger does not know. */
  static async open({
    directory,
    ledger,
  }: {
    readonly directory: string;
    readonly ledger: Ledger;
  }): Promise<BlobFiles> {
    const files = new BlobFiles(directory);
    await rm(files.#uploads, { recursive: true, force: true });
    await mkdir(files.#uploads, { recursive: true });
    await mkdir(files.#blobs, { recursive: true });
    for (const name of await readdir(files.#blobs)) {
      if (!/^[0-9a-f]{64}$/.test(name)) continue;
      const blobId = blobIdFromHex(`0x${name}`);
      const [object] = ledger.objects(blobId);
      if (object === undefined) await files.remove(blobId);
      // What no longer fits is not served; it stays on disk for its owner to look at.
      else if ((await stat(files.path(blobId))).size === object.size) files.#sizes.set(blobId, object.size);
    }
    return files;
  }

  /** Bytes of a blob that is here; undefined for one that is not. */
  size(blobId: BlobId): number | undefined {
    return this.#sizes.get(blobId);
  }

  blobs(): BlobId[] {
    return [...this.#sizes.keys()];
  }

  path(blobId: BlobId): string {
    return join(this.#blobs, blobIdToHex(blobId).slice(2));
  }

  /** Writes an upload to disk; undefined if it is longer than `limit`. */
  async spool({
    body,
    limit,
    onChunk = () => undefined,
  }: {
    readonly body: AsyncIterable<Uint8Array>;
    readonly limit: number;
    readonly onChunk?: () => void;
  }): Promise<Spooled | undefined> {
    const path = join(this.#uploads, randomBytes(12).toString("hex"));
    const hash = createHash("sha256");
    let size = 0;
    const handle = await open(path, "wx");
    try {
      for await (const chunk of body) {
        size += chunk.length;
        if (size > limit) break;
        hash.update(chunk);
        await handle.writeFile(chunk);
        onChunk();
      }
      await handle.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    if (size <= limit) return { path, size, contentHash: `0x${hash.digest("hex")}` };
    await rm(path, { force: true });
    return undefined;
  }

  async discard(spooled: Spooled): Promise<void> {
    await rm(spooled.path, { force: true });
  }

  /** Makes an upload the bytes of a blob; durable when it returns. */
  async adopt({ spooled, blobId }: { readonly spooled: Spooled; readonly blobId: BlobId }): Promise<void> {
    await rename(spooled.path, this.path(blobId));
    await syncDirectory(this.#blobs);
    this.#sizes.set(blobId, spooled.size);
  }

  async remove(blobId: BlobId): Promise<void> {
    this.#sizes.delete(blobId);
    await rm(this.path(blobId), { force: true });
  }
}
