import { bls12_381 } from "@noble/curves/bls12-381.js";

/** BLS12-381 min-pk as Walrus uses it: keys in G1 (48 bytes), signatures in G2 (96 bytes), plain DST. */
export const BLS_DST = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";

const scheme = bls12_381.longSignatures;
type PublicKey = ReturnType<typeof scheme.getPublicKey>;
type Signature = ReturnType<typeof scheme.sign>;
type MessagePoint = ReturnType<typeof scheme.hash>;
export type { MessagePoint as BlsMessage, PublicKey as BlsPublicKey, Signature as BlsSignature };

/** Parses 48 compressed bytes; refuses points outside the subgroup and the point at infinity. Throws a plain error. */
export function parsePublicKey(bytes: Uint8Array): PublicKey {
  const point = bls12_381.G1.Point.fromBytes(bytes);
  point.assertValidity();
  if (point.is0()) throw new Error("the public key is the point at infinity");
  return point;
}

/** Parses 96 compressed bytes; refuses points outside the subgroup and the point at infinity. Throws a plain error. */
export function parseSignature(bytes: Uint8Array): Signature {
  const point = scheme.Signature.fromBytes(bytes);
  point.assertValidity();
  if (point.is0()) throw new Error("the signature is the point at infinity");
  return point;
}

export function aggregateKeys(keys: readonly PublicKey[]): PublicKey {
  return keys.reduce((sum, key) => sum.add(key), bls12_381.G1.Point.ZERO);
}

/** 96 compressed bytes of the sum. */
export function aggregateSignatures(signatures: readonly Signature[]): Uint8Array {
  return scheme.Signature.toBytes(scheme.aggregateSignatures([...signatures]));
}

/** The sum of signatures: under one message by many keys, or by one key under many messages. */
export function sumSignatures(signatures: readonly Signature[]): Signature {
  return scheme.aggregateSignatures([...signatures]);
}

/** Many messages as one point, for the sum of a key's signatures under each. */
export function sumMessages(points: readonly MessagePoint[]): MessagePoint {
  return points.reduce((sum, point) => sum.add(point));
}

/** The message as a point, for many signatures over it. */
export function hashMessage(message: Uint8Array): MessagePoint {
  return scheme.hash(message, BLS_DST);
}

export function blsVerify({
  message,
  signature,
  publicKey,
}: {
  readonly message: Uint8Array | MessagePoint;
  readonly signature: Signature;
  readonly publicKey: PublicKey;
}): boolean {
  const point = message instanceof Uint8Array ? hashMessage(message) : message;
  return !publicKey.is0() && scheme.verify(signature, point, publicKey);
}

/** 96 compressed bytes. */
export function blsSign({
  message,
  secretKey,
}: {
  readonly message: Uint8Array;
  readonly secretKey: Uint8Array;
}): Uint8Array {
  return scheme.Signature.toBytes(scheme.sign(scheme.hash(message, BLS_DST), secretKey));
}

export function newBlsKey(): { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array } {
  const { secretKey, publicKey } = scheme.keygen();
  return { secretKey, publicKey: publicKey.toBytes() };
}

/** The 48-byte public key of a secret key. Throws a plain error for a key out of range. */
export function blsPublicKey(secretKey: Uint8Array): Uint8Array {
  return scheme.getPublicKey(secretKey).toBytes();
}
