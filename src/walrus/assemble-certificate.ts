import { aggregateSignatures, type BlsSignature } from "./bls.ts";
import type { Certificate } from "./verify-certificate.ts";

/** One member's signature, and its place in the committee. */
export interface PlacedSignature {
  readonly place: number;
  readonly signature: BlsSignature;
}

/** Puts signatures over one message together. It checks none of them: `verifyCertificate` does. */
export function assembleCertificate({
  message,
  signatures,
}: {
  readonly message: Uint8Array;
  readonly signatures: readonly PlacedSignature[];
}): Certificate {
  const last = Math.max(...signatures.map(({ place }) => place));
  const bitmap = Buffer.alloc((last >> 3) + 1);
  for (const { place } of signatures) bitmap[place >> 3] = (bitmap[place >> 3] ?? 0) | (1 << (place & 7));
  const signature = aggregateSignatures(signatures.map((placed) => placed.signature));
  return {
    message: `0x${Buffer.from(message).toString("hex")}`,
    bitmap: `0x${bitmap.toString("hex")}`,
    signature: `0x${Buffer.from(signature).toString("hex")}`,
  };
}
