import type { BlobId } from "../../walrus/blob-id.ts";
import type { Batch } from "../batch.ts";
import type { Hex } from "../statement.ts";
import type { Fees } from "./fees.ts";

/**
 * How far a batch is: its proofs are chosen (`formed`), its bundle is stored and read back (`stored`), a transaction was sent
 * (`sent`), the registry holds it (`settled`), and no reorganisation is reckoned with any more (`final`).
 */
export type BatchState = "formed" | "stored" | "sent" | "settled" | "final";

/** The transaction that settles a batch: the newest of those sent with its nonce. */
export interface SentSettlement {
  readonly nonce: number;
  readonly gasLimit: bigint;
  readonly fees: Fees;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** Of all that were sent, the newest last; what was signed but not acknowledged is missing. */
  readonly hashes: readonly Hex[];
}

/** A batch of the queue. */
export interface QueuedBatch {
  /** Its number in the queue. */
  readonly id: number;
  readonly state: BatchState;
  readonly formedAt: number;
  readonly count: number;
  /** From `stored` on. */
  readonly settlement: { readonly batchId: Hex; readonly batch: Batch } | undefined;
  readonly sent: SentSettlement | undefined;
  /** The block in which it was seen settled first. */
  readonly block: number | undefined;
}

type Row = Record<string, unknown>;

const number = (value: unknown): number | undefined => (value === null ? undefined : Number(value));

/** A row of the table `batches`, which only the queue writes. */
export function batchOfRow(row: Row): QueuedBatch {
  const nonce = number(row["nonce"]);
  const stored = row["batch_id"] !== null;
  const batch = {
    root: row["root"] as Hex,
    count: Number(row["count"]),
    bundle: {
      blobId: row["blob_id"] as BlobId,
      contentHash: row["content_hash"] as Hex,
      size: Number(row["size"]),
    },
  };
  return {
    id: Number(row["id"]),
    state: row["state"] as BatchState,
    formedAt: Number(row["formed_at"]),
    count: Number(row["count"]),
    settlement: stored ? { batchId: row["batch_id"] as Hex, batch } : undefined,
    sent:
      nonce === undefined
        ? undefined
        : {
            nonce,
            gasLimit: BigInt(row["gas_limit"] as string),
            fees: {
              max: BigInt(row["max_fee"] as string),
              priority: row["priority_fee"] === null ? undefined : BigInt(row["priority_fee"] as string),
            },
            sentAt: Number(row["sent_at"]),
            hashes: JSON.parse(row["hashes"] as string) as Hex[],
          },
    block: number(row["block"]),
  };
}
