import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { type BlobId, blobIdFromHex, blobIdToHex } from "../blob-id.ts";
import { writeFileAtomic } from "../atomic-file.ts";
import { type LedgerRecord, parseRecord, serializeRecord } from "./blob-object.ts";

/** The ledger's records in memory and on disk: `ledger/<hex>.json`. */
export class LedgerRecords {
  readonly #directory: string;
  readonly #records = new Map<BlobId, LedgerRecord>();
  readonly #blobOf = new Map<string, BlobId>();

  private constructor(directory: string) {
    this.#directory = join(directory, "ledger");
  }

  static async open(directory: string): Promise<LedgerRecords> {
    const records = new LedgerRecords(directory);
    await mkdir(records.#directory, { recursive: true });
    for (const name of await readdir(records.#directory)) {
      const path = join(records.#directory, name);
      if (name.endsWith(".incomplete")) await rm(path, { force: true });
      const hex = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
      if (hex === undefined) continue;
      const record = parseRecord(await readFile(path, "utf8"));
      // What is no record of its name is not believed; it stays on disk for its owner to look at.
      if (record?.blobId === blobIdFromHex(`0x${hex}`)) records.#keep(record);
    }
    return records;
  }

  blobs(): BlobId[] {
    return [...this.#records.keys()];
  }

  get(blobId: BlobId): LedgerRecord | undefined {
    return this.#records.get(blobId);
  }

  /** The blob of which an object is, or was until it expired. */
  blobOf(objectId: string): BlobId | undefined {
    return this.#blobOf.get(objectId);
  }

  /** Durable when it returns. */
  async save(record: LedgerRecord): Promise<void> {
    await writeFileAtomic({ path: this.#path(record.blobId), data: serializeRecord(record) });
    this.#keep(record);
  }

  async remove(blobId: BlobId): Promise<void> {
    await rm(this.#path(blobId), { force: true });
    for (const { objectId } of this.#records.get(blobId)?.objects ?? []) this.#blobOf.delete(objectId);
    this.#records.delete(blobId);
  }

  #keep(record: LedgerRecord): void {
    for (const { objectId } of this.#records.get(record.blobId)?.objects ?? []) this.#blobOf.delete(objectId);
    for (const { objectId } of record.objects) this.#blobOf.set(objectId, record.blobId);
    this.#records.set(record.blobId, record);
  }

  #path(blobId: BlobId): string {
    return join(this.#directory, `${blobIdToHex(blobId).slice(2)}.json`);
  }
}
