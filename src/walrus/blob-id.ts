import { ScrimshawError } from "../errors.ts";

/** A Blob ID as people write it: 32 bytes in base64url without padding (43 characters). */
export type BlobId = string;

const BASE64URL = /^[A-Za-z0-9_-]{43}$/;
const HEX = /^0x[0-9a-f]{64}$/i;

function invalid(found: string, expected: string): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.blob-id-invalid",
    expected,
    found: JSON.stringify(found.slice(0, 80)),
    next: "Copy the Blob ID again from where it was printed.",
  });
}

/** True if `text` is the canonical base64url form of 32 bytes. */
export function isBlobId(text: string): text is BlobId {
  return BASE64URL.test(text) && Buffer.from(text, "base64url").toString("base64url") === text;
}

/**
 * The raw 32 bytes of a Blob ID as `0x`-hex, the `bytes32` that contracts hold. The bytes are not reversed; Sui's `u256` is
 * their little-endian reading.
 * @throws ScrimshawError `walrus.blob-id-invalid`
 */
export function blobIdToHex(blobId: BlobId): `0x${string}` {
  if (!isBlobId(blobId)) throw invalid(blobId, "a Blob ID, 43 base64url characters for 32 bytes");
  return `0x${Buffer.from(blobId, "base64url").toString("hex")}`;
}

/**
 * The base64url form of a `bytes32`.
 * @throws ScrimshawError `walrus.blob-id-invalid`
 */
export function blobIdFromHex(hex: string): BlobId {
  if (!HEX.test(hex)) throw invalid(hex, "a Blob ID as 0x and 64 hex digits");
  return Buffer.from(hex.slice(2), "hex").toString("base64url");
}

/**
 * A Blob ID as people give it: base64url, or `0x`-hex, which no command line mistakes for an option.
 * @throws ScrimshawError `walrus.blob-id-invalid`
 */
export function parseBlobId(text: string): BlobId {
  if (HEX.test(text)) return blobIdFromHex(text);
  if (!isBlobId(text)) throw invalid(text, "a Blob ID, 43 base64url characters or 0x and 64 hex digits");
  return text;
}
