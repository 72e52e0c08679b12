import { blake2b } from "@noble/hashes/blake2.js";

import type { BlobId } from "../blob-id.ts";

/** The Blob ID that commits to a root and a size (Walrus `blob.move`, `derive_blob_id`; encoding type 1 is RS2). */
export function deriveBlobId({ rootHash, size }: { readonly rootHash: `0x${string}`; readonly size: number }): BlobId {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(size));
  const preimage = Buffer.concat([Buffer.of(1), length, Buffer.from(rootHash.slice(2), "hex")]);
  return Buffer.from(blake2b(preimage, { dkLen: 32 })).toString("base64url");
}
