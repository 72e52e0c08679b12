import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { type KeyObject, constants, verify } from "node:crypto";

/** Whom a signature is to be of: an account, a point on P-256 (`x || y`), or an RSA key that `RsaPssVerifier` takes. */
export type SignedBy =
  | { readonly scheme: "secp256k1"; readonly account: Uint8Array }
  | { readonly scheme: "p256"; readonly point: Uint8Array }
  | { readonly scheme: "rsa-pss"; readonly key: KeyObject };

/** One question; all of it can be handed to another thread. */
export interface SignatureTask {
  readonly by: SignedBy;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

const COMPACT_BYTES = 64;
const ADDRESS_AT = 12;
/** What ecrecover takes as `v` less the bit that it tells. */
const V_OF_EVEN = 27;
const UNCOMPRESSED = 4;

/** As OpenZeppelin's ECDSA on ecrecover: 65 bytes, the lower `s`, a `v` of 27 or 28. */
function isOfAccount(account: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  const bit = (signature[COMPACT_BYTES] ?? 0) - V_OF_EVEN;
  if (signature.length !== COMPACT_BYTES + 1 || (bit !== 0 && bit !== 1)) return false;
  const given = secp256k1.Signature.fromBytes(signature.subarray(0, COMPACT_BYTES), "compact");
  if (given.hasHighS()) return false;
  const point = given.addRecoveryBit(bit).recoverPublicKey(digest).toBytes(false);
  const recovered = keccak_256(point.subarray(1)).subarray(ADDRESS_AT);
  return Buffer.from(recovered).equals(account);
}

/** As OpenZeppelin's P256: `r || s` with the lower `s`, by a point of the curve. */
function isOfPoint(point: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== COMPACT_BYTES || point.length !== COMPACT_BYTES) return false;
  const key = Uint8Array.of(UNCOMPRESSED, ...point);
  return p256.verify(signature, digest, key, { prehash: false, lowS: true });
}

/** RSASSA-PSS with SHA-256 over the digest as a message, a salt of any length, and as many bytes as the modulus has. */
function isOfRsaKey(key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)) return false;
  const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  return verify("sha256", digest, options, signature);
}

/**
 * Whether a signature is one that the contracts `AttestedSignatureVerifier`, `P256Verifier` and `RsaPssVerifier` take. What says yes here they
 * say yes to; bytes that are no signature at all are a no.
 */
export function isSigned({ by, digest, signature }: SignatureTask): boolean {
  try {
    if (by.scheme === "secp256k1") return isOfAccount(by.account, digest, signature);
    if (by.scheme === "p256") return isOfPoint(by.point, digest, signature);
    return isOfRsaKey(by.key, digest, signature);
  } catch {
    return false;
  }
}
