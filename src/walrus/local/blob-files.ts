import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { type BlobId, blobIdFromHex, blobIdToHex } from "../blob-id.ts";
import { syncDirectory, writeFileAtomic } from "./atomic-file.ts";
import { type BlobRecord, liveLeases, parseRecord, serializeRecord } from "./blob-record.ts";
import type { EpochClock } from "./epoch-clock.ts";

/** An upload on disk, not yet a blob. */
export interface Spooled {
  readonly path: string;
  readonly size: number;
  readonly contentHash: `0x${string}`;
}

/**
 * Blobs and their records on disk: `blobs/<hex>` and `blobs/<hex>.json`, the record written last. Names are hex because file systems
 * that ignore case would confuse Blob IDs.
 */
export class BlobFiles {
  readonly #blobs: string;
  readonly #uploads: string;
  readonly #clock: EpochClock;
  readonly #records = new Map<BlobId, BlobRecord>();
  readonly #turns = new Map<BlobId, Promise<unknown>>();

  private constructor(directory: string, clock: EpochClock) {
    this.#blobs = join(directory, "blobs");
    this.#uploads = join(directory, "uploads");
    this.#clock = clock;
  }

  /** Lists what is on disk, and removes what was never acknowledged. */
  static async open({
    directory,
    clock,
  }: {
    readonly directory: string;
    readonly clock: EpochClock;
  }): Promise<BlobFiles> {
    const files = new BlobFiles(directory, clock);
    await rm(files.#uploads, { recursive: true, force: true });
    await mkdir(files.#uploads, { recursive: true });
    await mkdir(files.#blobs, { recursive: true });
    await files.#list();
    await files.sweep();
    return files;
  }

  /** The record of a blob with a lease that still runs. */
  find(blobId: BlobId): BlobRecord | undefined {
    const record = this.#records.get(blobId);
    if (record === undefined) return undefined;
    return liveLeases({ record, epoch: this.#clock.epoch() }).length > 0 ? record : undefined;
  }

  list(): BlobId[] {
    return [...this.#records.keys()].filter((blobId) => this.find(blobId) !== undefined);
  }

  /** Where the unencoded bytes of a blob are. */
  path(blobId: BlobId): string {
    return join(this.#blobs, blobIdToHex(blobId).slice(2));
  }

  /** Where something that derives from a blob is kept, and removed with it. */
  derivedPath(blobId: BlobId, kind: "metadata"): string {
    return `${this.path(blobId)}.${kind}`;
  }

  /** Writes an upload to disk; undefined if it is longer than `limit`. */
  async spool({
    body,
    limit,
  }: {
    readonly body: AsyncIterable<Uint8Array>;
    readonly limit: number;
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

  /** Makes an upload the bytes of a blob; storage nodes hold it from now on, but nothing is acknowledged yet. */
  async register({ spooled, record }: { readonly spooled: Spooled; readonly record: BlobRecord }): Promise<void> {
    await rename(spooled.path, this.path(record.blobId));
    await syncDirectory(this.#blobs);
    this.#records.set(record.blobId, record);
  }

  /** Keeps a certified record; durable when it returns. */
  async save(record: BlobRecord): Promise<void> {
    await writeFileAtomic({ path: `${this.path(record.blobId)}.json`, data: serializeRecord(record) });
    this.#records.set(record.blobId, record);
  }

  async remove(blobId: BlobId): Promise<void> {
    this.#records.delete(blobId);
    const path = this.path(blobId);
    // The record goes first: bytes without a record are swept at the next start, a record without bytes would lie.
    await rm(`${path}.json`, { force: true });
    await rm(this.derivedPath(blobId, "metadata"), { force: true });
    await rm(path, { force: true });
  }

  /** Removes blobs whose last lease has ended. */
  async sweep(): Promise<void> {
    for (const blobId of [...this.#records.keys()]) {
      await this.inTurn(blobId, async () => {
        if (this.#records.has(blobId) && this.find(blobId) === undefined) await this.remove(blobId);
      });
    }
  }

  /** Runs `work` when no other work on the same blob is under way. */
  async inTurn<T>(blobId: BlobId, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(blobId) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(blobId, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(blobId) === turn) this.#turns.delete(blobId);
    }
  }

  async #list(): Promise<void> {
    const names = new Set(await readdir(this.#blobs));
    for (const name of names) {
      const [hex = "", kind] = name.split(".");
      if (!/^[0-9a-f]{64}$/.test(hex)) continue;
      if (kind === undefined && !names.has(`${hex}.json`)) await rm(join(this.#blobs, name), { force: true });
      if (kind !== "json" || name !== `${hex}.json`) {
        if (name.endsWith(".incomplete")) await rm(join(this.#blobs, name), { force: true });
        continue;
      }
      const record = parseRecord(await readFile(join(this.#blobs, name), "utf8"));
      const size = await stat(join(this.#blobs, hex)).then(
        (found) => found.size,
        () => undefined,
      );
      // What no longer fits its record is not served; it stays on disk for its owner to look at.
      if (record === undefined || record.blobId !== blobIdFromHex(`0x${hex}`) || record.size !== size) continue;
      this.#records.set(record.blobId, record);
    }
  }
}
