import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  privateEncrypt,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { AbiCoder, concat, getBytes, hexlify, id, toBeHex, Wallet, type BytesLike } from "ethers";
import vectors from "../../vectors/rsa-keys.json" with { type: "json" };
import type { Deployment } from "./deployment.ts";

/** An RSA key by its name in the vectors, which are the bits of its modulus. */
export function rsaKey(name: keyof typeof vectors.keys): KeyObject {
  return createPrivateKey({ key: Buffer.from(vectors.keys[name], "base64"), format: "der", type: "pkcs8" });
}

/** The public half of a key, as big-endian bytes without leading zeros. */
export function rsaNumbers(key: KeyObject): { e: Uint8Array; n: Uint8Array } {
  const { e, n } = createPublicKey(key).export({ format: "jwk" });
  if (e === undefined || n === undefined) throw new Error("this is no RSA key");
  return { e: Buffer.from(e, "base64url"), n: Buffer.from(n, "base64url") };
}

/** A key as `RsaPssVerifier` takes it. */
export function encodeRsaKey(e: BytesLike, n: BytesLike): string {
  return AbiCoder.defaultAbiCoder().encode(["bytes", "bytes"], [e, n]);
}

/** OpenSSL's signature of 32 bytes as a message. */
export function signRsaPss(key: KeyObject, message: string, saltLength: number): string {
  return hexlify(sign("sha256", getBytes(message), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }));
}

/** SHA-256. */
export function sha256(...parts: BytesLike[]): Uint8Array {
  return createHash("sha256")
    .update(getBytes(concat(parts)))
    .digest();
}

/** The parts of an encoded message (RFC 8017, 9.1.1), to be put together otherwise than they should be. */
export interface Encoding {
  readonly salt: BytesLike;
  /** What stands before the salt; zeros and a one if left out. */
  readonly padding?: Uint8Array;
  readonly trailer?: number;
  readonly prefix?: Uint8Array;
  /** What stands for the hash of the message. */
  readonly messageHash?: BytesLike;
  /** Any other hash than that of the message and the salt. */
  readonly hash?: Uint8Array;
}

/** Zeros and a one. */
export function pssPadding(length: number): Uint8Array {
  const padding = new Uint8Array(length);
  padding[length - 1] = 1;
  return padding;
}

/** EMSA-PSS-ENCODE of 32 bytes as a message, with every part open to change. */
export function encodePss(message: string, bits: number, encoding: Encoding): Uint8Array {
  const salt = getBytes(encoding.salt);
  const length = Math.ceil((bits - 1) / 8);
  const prefix = encoding.prefix ?? new Uint8Array(8);
  const hash = encoding.hash ?? sha256(prefix, encoding.messageHash ?? sha256(message), salt);
  const padding = encoding.padding ?? pssPadding(length - 33 - salt.length);
  const block = getBytes(concat([padding, salt]));
  const counters = Array.from({ length: Math.ceil(block.length / 32) }, (_, counter) => toBeHex(counter, 4));
  const mask = getBytes(concat(counters.map((counter) => sha256(hash, counter))));
  const masked = block.map((byte, index) => byte ^ (mask[index] ?? 0));
  const spare = 8 * length - (bits - 1);
  masked[0] = (masked[0] ?? 0) & (0xff >> spare);
  return getBytes(concat([masked, hash, new Uint8Array([encoding.trailer ?? 0xbc])]));
}

/** What OpenSSL says of a signature of 32 bytes as a message, whatever the length of its salt. */
export function opensslAccepts(key: { e: BytesLike; n: BytesLike }, message: string, signature: string): boolean {
  const part = (bytes: BytesLike): string => Buffer.from(getBytes(bytes)).toString("base64url");
  try {
    const publicKey = createPublicKey({ key: { kty: "RSA", e: part(key.e), n: part(key.n) }, format: "jwk" });
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return verify("sha256", getBytes(message), { key: publicKey, padding }, getBytes(signature));
  } catch {
    return false;
  }
}

/** RSASP1: an encoded message raised to the private exponent, as long as the modulus. */
export function rsaPower(key: KeyObject, encoded: Uint8Array): string {
  const { n } = rsaNumbers(key);
  const whole = new Uint8Array(n.length);
  whole.set(encoded, n.length - encoded.length);
  return hexlify(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, whole));
}

/** A key on P-256 that always signs a digest in the same way (RFC 6979), with a low `s`. */
export function p256Key(secret: string): { key: string; sign: (digest: string) => string } {
  const bytes = getBytes(secret);
  const key = hexlify(p256.getPublicKey(bytes, false).subarray(1));
  const options = { prehash: false, lowS: true, format: "compact" } as const;
  return { key, sign: (digest) => hexlify(p256.sign(getBytes(digest), bytes, options)) };
}

export interface TestSigner {
  readonly kind: string;
  /** ERC-7913 bytes. */
  readonly signer: string;
  /** Whether the key is bound to a measurement. */
  readonly measured: boolean;
  readonly sign: (digest: string) => string;
}

/** One signer of every kind; each signs a digest in the same way each time. */
export async function signersOfEveryKind({
  p256: p256Verifier,
  rsaPss,
}: Pick<Deployment, "p256" | "rsaPss">): Promise<[TestSigner, ...TestSigner[]]> {
  const account = new Wallet(id("the key of an account"));
  const elliptic = p256Key(id("a key on P-256"));
  const all: [TestSigner, ...TestSigner[]] = [
    {
      kind: "an account without measurement",
      signer: account.address,
      measured: false,
      sign: (digest) => account.signingKey.sign(digest).serialized,
    },
    {
      kind: "P-256",
      signer: concat([await p256Verifier.getAddress(), elliptic.key]),
      measured: true,
      sign: elliptic.sign,
    },
  ];
  for (const bits of ["2048", "3072", "4096"] as const) {
    const key = rsaKey(bits);
    const { e, n } = rsaNumbers(key);
    all.push({
      kind: `RSA-PSS of ${bits} bits`,
      signer: concat([await rsaPss.getAddress(), encodeRsaKey(e, n)]),
      measured: true,
      // With a salt that is not drawn by lot.
      sign: (digest) => rsaPower(key, encodePss(digest, Number(bits), { salt: id("salt") })),
    });
  }
  return all;
}
