import { ScrimshawError } from "../errors.ts";
import { type BlobId, blobIdToHex } from "./blob-id.ts";

/** How a blob may end: never before its lease, or by its owner's deleting the Sui object named. */
export type BlobPersistence =
  { readonly kind: "permanent" } | { readonly kind: "deletable"; readonly objectId: `0x${string}` };

/** What a storage node signs when it holds a blob (walrus-core `messages/storage_confirmation.rs`). */
export interface StorageConfirmation {
  readonly epoch: number;
  readonly blobId: BlobId;
  readonly persistence: BlobPersistence;
}

/** Intent: type 1 (blob certificate), version 0, application 3 (Walrus). */
const INTENT = Buffer.of(1, 0, 3);
const PERMANENT_LENGTH = 40;
const DELETABLE_LENGTH = 72;

/** 40 bytes for a permanent blob, 72 for a deletable one. */
export function encodeConfirmation({ epoch, blobId, persistence }: StorageConfirmation): Uint8Array {
  const epochBytes = Buffer.alloc(4);
  epochBytes.writeUInt32LE(epoch);
  const id = Buffer.from(blobIdToHex(blobId).slice(2), "hex");
  const tail =
    persistence.kind === "permanent"
      ? Buffer.of(0)
      : Buffer.concat([Buffer.of(1), Buffer.from(persistence.objectId.slice(2), "hex")]);
  return new Uint8Array(Buffer.concat([INTENT, epochBytes, id, tail]));
}

/**
 * @throws ScrimshawError `walrus.confirmation-invalid`
 */
export function decodeConfirmation(message: Uint8Array): StorageConfirmation {
  const bytes = Buffer.from(message);
  const variant = bytes[39];
  const wellFormed =
    bytes.subarray(0, 3).equals(INTENT) &&
    ((bytes.length === PERMANENT_LENGTH && variant === 0) || (bytes.length === DELETABLE_LENGTH && variant === 1));
  if (!wellFormed) {
    throw new ScrimshawError({
      code: "walrus.confirmation-invalid",
      expected: "a storage confirmation message of 40 bytes (permanent) or 72 bytes (deletable)",
      found: `0x${bytes.subarray(0, 80).toString("hex")}`,
      next: "Collect the certificate again, from other storage nodes.",
    });
  }
  return {
    epoch: bytes.readUInt32LE(3),
    blobId: bytes.subarray(7, 39).toString("base64url"),
    persistence:
      variant === 0
        ? { kind: "permanent" }
        : { kind: "deletable", objectId: `0x${bytes.subarray(40).toString("hex")}` },
  };
}
