import { createHash } from "node:crypto";

import { encodedSize } from "../encoding-parameters.ts";
import { type Answer, jsonAnswer } from "./api-answer.ts";
import { base58 } from "./base58.ts";
import type { BlobRecord, Lease } from "./blob-record.ts";

/** FROST for a MiB of encoded size: for each epoch, and once for the write. They give the price of Walrus's own sample. */
export const STORAGE_PRICE = 100;
export const WRITE_PRICE = 2_000;
const MEBIBYTE = 2 ** 20;

/** What the publisher did to reach the lease asked for. */
export type StoreOperation =
  | { readonly kind: "registerFromScratch"; readonly epochs: number }
  | { readonly kind: "reuseAndExtend"; readonly epochs: number };

/**
 * Stands for the Sui event that certified a blob. There is no Sui here: the digest names no transaction, but is the same each time.
 */
export function certifiedEvent(record: BlobRecord): { readonly txDigest: string; readonly eventSeq: string } {
  const digest = createHash("sha256").update(`scrimshaw local walrus event ${record.blobId}`).digest();
  return { txDigest: base58(digest), eventSeq: "0" };
}

export function newlyCreatedAnswer({
  record,
  lease,
  operation,
  nShards,
}: {
  readonly record: BlobRecord;
  readonly lease: Lease;
  readonly operation: StoreOperation;
  readonly nShards: number;
}): Answer {
  const encodedLength = encodedSize({ size: record.size, nShards });
  const units = Math.ceil(encodedLength / MEBIBYTE);
  const { kind, epochs } = operation;
  const write = kind === "registerFromScratch" ? WRITE_PRICE : 0;
  return jsonAnswer({
    value: {
      newlyCreated: {
        blobObject: {
          id: lease.objectId,
          registeredEpoch: lease.registeredEpoch,
          blobId: record.blobId,
          size: record.size,
          encodingType: "RS2",
          certifiedEpoch: record.certified?.epoch ?? null,
          storage: {
            id: lease.storageId,
            startEpoch: lease.registeredEpoch,
            endEpoch: lease.endEpoch,
            storageSize: encodedLength,
          },
          deletable: lease.deletable,
        },
        resourceOperation: {
          [kind]: { encodedLength, [kind === "registerFromScratch" ? "epochsAhead" : "epochsExtended"]: epochs },
        },
        cost: units * (STORAGE_PRICE * epochs + write),
        ...(lease.owner === "shared" ? { sharedBlobObject: lease.objectId } : {}),
      },
    },
  });
}

/** Names the event for a permanent blob and the object for a deletable one, as Walrus does. */
export function alreadyCertifiedAnswer({
  record,
  lease,
}: {
  readonly record: BlobRecord;
  readonly lease: Lease;
}): Answer {
  const where = lease.deletable ? { object: lease.objectId } : { event: certifiedEvent(record) };
  return jsonAnswer({ value: { alreadyCertified: { blobId: record.blobId, ...where, endEpoch: lease.endEpoch } } });
}
