import { type BlobId, blobIdFromHex, blobIdToHex } from "../blob-id.ts";

/** A Blob ID as Sui's `u256`: the little-endian reading of its bytes. */
export function toU256(blobId: BlobId): bigint {
  return BigInt(`0x${Buffer.from(blobIdToHex(blobId).slice(2), "hex").reverse().toString("hex")}`);
}

/**
 * The Blob ID that a `u256` of Sui stands for.
 * @throws ScrimshawError `walrus.blob-id-invalid`
 */
export function fromU256(value: bigint | string): BlobId {
  const hex = BigInt(value).toString(16).padStart(64, "0");
  return blobIdFromHex(`0x${Buffer.from(hex, "hex").reverse().toString("hex")}`);
}
