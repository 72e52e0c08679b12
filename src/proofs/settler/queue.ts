import type { BundlePart } from "../batch-part.ts";
import { proofIdOf } from "../proof.ts";
import type { Hex } from "../statement.ts";
import type { StoredBatch } from "../store-bundle.ts";
import { batchOfRow } from "./queue-batch.ts";
import type { QueuedBatch, SentSettlement } from "./queue-batch.ts";
import { QueueFile } from "./queue-file.ts";
import type { OpenQueueOptions } from "./queue-file.ts";
import { decodePart, encodeProof } from "./queue-part.ts";

/** What became of a proof that was handed in. */
export type ProofState =
  | { readonly state: "queued" }
  | { readonly state: "refused"; readonly reason: string }
  | { readonly state: "settling" | "settled"; readonly batchId: Hex | undefined };

/** What waits to be settled. */
export interface OpenProofs {
  readonly count: number;
  /** Of their evidence and seals. */
  readonly bytes: number;
  /** When the oldest and the newest were accepted, in milliseconds since 1970; undefined where none waits. */
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
}

/**
 * Accepted proofs and the batches that they go into, in one SQLite file. What a method has done when it returns survives a power cut. One process
 * at a time has a queue; the system ends its hold when it is killed.
 */
export class SettlerQueue implements Disposable {
  readonly #file: QueueFile;
  #batchBytes: ReadonlyMap<number, number> = new Map();

  private constructor(file: QueueFile) {
    this.#file = file;
  }

  /**
   * @throws ScrimshawError `proofs.queue-in-use` while another settler has it, `proofs.queue-other-settler` if it belongs to another
   * account, registry or chain, `proofs.queue-unreadable`
   */
  static async open(options: OpenQueueOptions): Promise<SettlerQueue> {
    return new SettlerQueue(await QueueFile.open(options));
  }

  /**
   * Takes proofs in, all in one commit; one that is here already is passed over, unless it was refused: its seal may be another one now, or
   * its attester admitted.
   * @returns how many are new
   */
  accept(parts: readonly BundlePart[], now: number): number {
    return this.#file.transaction(() => {
      let added = 0;
      for (const part of parts) {
        const bytes = part.evidence.length + (part.seal.length - 2) / 2;
        const values = [proofIdOf(part.proof), encodeProof(part.proof), Buffer.from(part.seal.slice(2), "hex")];
        added += this.#file.run(
          `INSERT INTO proofs (proof_id, proof, seal, evidence, bytes, accepted_at) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (proof_id) DO UPDATE SET refused = NULL, proof = excluded.proof, seal = excluded.seal,
             evidence = excluded.evidence, bytes = excluded.bytes, accepted_at = excluded.accepted_at
           WHERE refused IS NOT NULL`,
          ...[...values, part.evidence, bytes, now],
        );
      }
      return added;
    });
  }

  /** What became of a proof; undefined if it was never handed in. */
  find(proofId: Hex): ProofState | undefined {
    const row = this.#file.get(
      `SELECT refused, state, batch_id FROM proofs LEFT JOIN batches ON batches.id = batch WHERE proof_id = ?`,
      proofId,
    );
    if (row === undefined) return undefined;
    if (row["refused"] !== null) return { state: "refused", reason: row["refused"] as string };
    if (row["state"] === null) return { state: "queued" };
    const settled = row["state"] === "settled" || row["state"] === "final";
    return { state: settled ? "settled" : "settling", batchId: (row["batch_id"] as Hex | null) ?? undefined };
  }

  open(): OpenProofs {
    const row = this.#file.get(
      `SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes, min(accepted_at) AS oldest, max(accepted_at) AS newest
       FROM proofs WHERE batch IS NULL AND refused IS NULL`,
    );
    const time = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
    return {
      count: Number(row?.["count"] ?? 0),
      bytes: Number(row?.["bytes"] ?? 0),
      oldest: time(row?.["oldest"]),
      newest: time(row?.["newest"]),
    };
  }

  /** Bytes of proofs in batches that the registry does not hold yet, which the queue keeps for as long. */
  unsettledBytes(): number {
    const rows = this.#file.all(`SELECT id FROM batches WHERE state IN ('formed', 'stored', 'sent')`);
    const ids = rows.map((row) => Number(row["id"]));
    // A batch never changes, and every hand-in asks.
    const known = new Map(ids.map((id) => [id, this.#batchBytes.get(id) ?? this.#bytesOf(id)]));
    this.#batchBytes = known;
    return [...known.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Proofs that wait, the oldest first, up to a number of proofs and bytes; at least one if any waits. */
  oldestOpen({ maxCount, maxBytes }: { readonly maxCount: number; readonly maxBytes: number }): readonly BundlePart[] {
    const ids: string[] = [];
    let bytes = 0;
    const rows = this.#file.all(
      `SELECT proof_id, bytes FROM proofs WHERE batch IS NULL AND refused IS NULL ORDER BY accepted_at, proof_id LIMIT ?`,
      maxCount,
    );
    for (const row of rows) {
      bytes += Number(row["bytes"]);
      if (ids.length > 0 && bytes > maxBytes) break;
      ids.push(row["proof_id"] as string);
    }
    return ids.flatMap((proofId) =>
      this.#file.all(`SELECT proof, seal, evidence FROM proofs WHERE proof_id = ?`, proofId).map(decodePart),
    );
  }

  /** Marks proofs that are not to be settled, with the reason. */
  refuse(refused: ReadonlyMap<Hex, string>): void {
    this.#file.transaction(() => {
      for (const [proofId, reason] of refused) {
        this.#file.run(
          `UPDATE proofs SET refused = ?, evidence = NULL, seal = NULL, proof = NULL
           WHERE proof_id = ? AND batch IS NULL`,
          ...[reason, proofId],
        );
      }
    });
  }

  /** Chooses the proofs of the next batch. From now on they belong to it for good. */
  form(proofIds: readonly Hex[], now: number): number {
    return this.#file.transaction(() => {
      const sql = `INSERT INTO batches (state, formed_at, count) VALUES ('formed', ?, ?) RETURNING id`;
      const id = Number(this.#file.get(sql, now, proofIds.length)?.["id"]);
      for (const proofId of proofIds) {
        const taken = this.#file.run(
          `UPDATE proofs SET batch = ? WHERE proof_id = ? AND batch IS NULL AND refused IS NULL`,
          ...[id, proofId],
        );
        if (taken !== 1) throw new RangeError(`proof ${proofId} does not wait to be settled`);
      }
      return id;
    });
  }

  /** Batches that are not final, in the order in which they were formed. */
  underWay(): readonly QueuedBatch[] {
    return this.#file.all(`SELECT * FROM batches WHERE state <> 'final' ORDER BY id`).map(batchOfRow);
  }

  /** How many batches and proofs are how far. */
  counts(): ReadonlyMap<string, { readonly batches: number; readonly proofs: number }> {
    const rows = this.#file.all(`SELECT state, count(*) AS batches, sum(count) AS proofs FROM batches GROUP BY state`);
    return new Map(
      rows.map((row) => [row["state"] as string, { batches: Number(row["batches"]), proofs: Number(row["proofs"]) }]),
    );
  }

  #bytesOf(id: number): number {
    return Number(this.#file.get(`SELECT coalesce(sum(bytes), 0) AS bytes FROM proofs WHERE batch = ?`, id)?.["bytes"]);
  }

  partsOf(id: number): readonly BundlePart[] {
    const sql = `SELECT proof, seal, evidence FROM proofs WHERE batch = ? ORDER BY proof_id`;
    return this.#file.all(sql, id).map(decodePart);
  }

  markStored(id: number, { batchId, batch: { root, bundle } }: Pick<StoredBatch, "batchId" | "batch">): void {
    this.#file.run(
      `UPDATE batches SET state = 'stored', batch_id = ?, root = ?, blob_id = ?, content_hash = ?, size = ? WHERE id = ?`,
      ...[batchId, root, bundle.blobId, bundle.contentHash, bundle.size, id],
    );
  }

  /** Before a transaction goes out, so that a run after this one knows its nonce. */
  markSending(id: number, { nonce, gasLimit, fees, sentAt }: Omit<SentSettlement, "hashes">): void {
    this.#file.run(
      `UPDATE batches SET state = 'sent', nonce = ?, gas_limit = ?, max_fee = ?, priority_fee = ?, sent_at = ? WHERE id = ?`,
      ...[nonce, gasLimit.toString(), fees.max.toString(), fees.priority?.toString() ?? null, sentAt, id],
    );
  }

  addHash(id: number, hash: Hex): void {
    this.#file.run(`UPDATE batches SET hashes = json_insert(hashes, '$[#]', ?) WHERE id = ?`, hash, id);
  }

  markSettled(id: number, { block, gasUsed }: { readonly block: number; readonly gasUsed: bigint | undefined }): void {
    this.#file.run(
      `UPDATE batches SET state = 'settled', block = ?, gas_used = ? WHERE id = ?`,
      ...[block, gasUsed?.toString() ?? null, id],
    );
  }

  /** The transaction did not settle the batch, or a reorganisation took it back: it is to be sent again. */
  markUnsent(id: number): void {
    this.#file.run(
      `UPDATE batches SET state = 'stored', nonce = NULL, gas_limit = NULL, max_fee = NULL, priority_fee = NULL, sent_at = NULL, hashes = '[]',
       block = NULL, gas_used = NULL WHERE id = ?`,
      id,
    );
  }

  /** Lets go of the bytes of its proofs, which the bundle holds. */
  markFinal(id: number): void {
    this.#file.transaction(() => {
      this.#file.run(`UPDATE batches SET state = 'final' WHERE id = ?`, id);
      this.#file.run(`UPDATE proofs SET proof = NULL, seal = NULL, evidence = NULL WHERE batch = ?`, id);
    });
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}
