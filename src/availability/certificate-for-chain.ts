import type { Hex } from "../chain/sign-digest.ts";
import { parseSignature, sumSignatures } from "../walrus/bls.ts";
import type { Certificate } from "../walrus/verify-certificate.ts";

/** A certificate as `BlobAvailability` takes it: the signature, 192 bytes uncompressed, then the bitmap of the signers. */
export function certificateForChain(certificate: Certificate): Hex {
  return certificatesForChain([certificate]);
}

/** Certificates by the same signers as `certifyMany` takes them: the sum of their signatures, then the bitmap. */
export function certificatesForChain(certificates: readonly Certificate[]): Hex {
  const [first] = certificates;
  if (first === undefined || certificates.some(({ bitmap }) => bitmap !== first.bitmap)) {
    throw new RangeError("certificates by the same signers, at least one");
  }
  const signatures = certificates.map(({ signature }) => parseSignature(Buffer.from(signature.slice(2), "hex")));
  return `0x${Buffer.from(sumSignatures(signatures).toBytes(false)).toString("hex")}${first.bitmap.slice(2)}`;
}
