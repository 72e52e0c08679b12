import { ScrimshawError } from "../../errors.ts";
import { type BlobId, blobIdToHex } from "../blob-id.ts";

/** A patch as Walrus names it in text: 37 bytes in base64url without padding (50 characters). */
export type PatchId = string;

/** The columns of a quilt's matrix that hold a patch, the first of them inclusive, the end exclusive. */
export interface PatchColumns {
  readonly start: number;
  readonly end: number;
}

const BASE64URL = /^[A-Za-z0-9_-]{50}$/;
const VERSION = 1;

/**
 * Quilt ID (32 bytes), version 1, start and end column as little-endian `u16` (walrus-core `metadata.rs`).
 * @throws ScrimshawError `walrus.blob-id-invalid`
 */
export function encodePatchId({ quiltId, start, end }: PatchColumns & { readonly quiltId: BlobId }): PatchId {
  const bytes = Buffer.alloc(37);
  bytes.write(blobIdToHex(quiltId).slice(2), "hex");
  bytes.writeUInt8(VERSION, 32);
  bytes.writeUInt16LE(start, 33);
  bytes.writeUInt16LE(end, 35);
  return bytes.toString("base64url");
}

/**
 * @throws ScrimshawError `walrus.patch-id-invalid`
 */
export function parsePatchId(text: string): PatchColumns & { readonly quiltId: BlobId } {
  const bytes = Buffer.from(BASE64URL.test(text) ? text : "", "base64url");
  const canonical = bytes.length === 37 && bytes.toString("base64url") === text;
  if (!canonical || bytes.readUInt8(32) !== VERSION) {
    throw new ScrimshawError({
      code: "walrus.patch-id-invalid",
      expected: "a quilt patch ID of version 1, 50 base64url characters",
      found: JSON.stringify(text.slice(0, 80)),
      next: "Copy the patch ID again, or list the quilt's patches.",
    });
  }
  return {
    quiltId: bytes.subarray(0, 32).toString("base64url"),
    start: bytes.readUInt16LE(33),
    end: bytes.readUInt16LE(35),
  };
}
