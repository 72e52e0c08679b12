import { AbiCoder, computeAddress, concat, hexlify } from "ethers";
import { type KeyObject, createPublicKey } from "node:crypto";
import { ScrimshawError } from "../errors.ts";
import type { SignerKind } from "./records.ts";
import type { Hex } from "./sign-digest.ts";

/** How a key signs a digest. */
export type SignatureScheme = "secp256k1" | "p256" | "rsa-pss";

/** Where the contracts are that check signatures by keys which are no accounts (ERC-7913). */
export interface KeyVerifiers {
  /** A `P256Verifier`. */
  readonly p256?: string;
  /** An `RsaPssVerifier`. */
  readonly rsaPss?: string;
}

/** What a signer's bytes say: an account, a key of which a known contract is asked, or a contract that nobody here knows. */
export type ReadSigner =
  | { readonly kind: "account"; readonly address: Hex }
  | { readonly kind: "key"; readonly scheme: "p256" | "rsa-pss"; readonly publicKey: KeyObject }
  | { readonly kind: "unknown"; readonly verifier: Hex };

const ADDRESS_BYTES = 20;
const P256_KEY_BYTES = 64;
const RSA_BITS = { min: 2048, max: 4096 } as const;
/** More than this, and verifying costs more than anyone pays. */
const RSA_EXPONENT_BYTES = 8;
const abi = AbiCoder.defaultAbiCoder();

function unsupported(found: string): ScrimshawError {
  return new ScrimshawError({
    code: "attesters.key-unsupported",
    expected: "a key on secp256k1 or P-256, or an RSA key of 2048 to 4096 bits",
    found,
    next: "Give the attester a key of one of these kinds.",
  });
}

/** @throws ScrimshawError `attesters.key-unsupported` */
export function schemeOf(key: KeyObject): SignatureScheme {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "ec" && details?.namedCurve === "secp256k1") return "secp256k1";
  if (type === "ec" && details?.namedCurve === "prime256v1") return "p256";
  if (type !== "rsa") throw unsupported(`a key of type ${type ?? key.type} ${details?.namedCurve ?? ""}`.trim());
  const { modulusLength = 0, publicExponent = 0n } = details ?? {};
  if (modulusLength < RSA_BITS.min || modulusLength > RSA_BITS.max)
    throw unsupported(`an RSA key of ${modulusLength} bits`);
  if (publicExponent < 3n || publicExponent >= 1n << BigInt(8 * RSA_EXPONENT_BYTES))
    throw unsupported("an RSA key with an exponent below 3 or longer than 8 bytes");
  return "rsa-pss";
}

function verifierFor(scheme: "p256" | "rsa-pss", { p256, rsaPss }: KeyVerifiers): string {
  const address = scheme === "p256" ? p256 : rsaPss;
  if (address !== undefined) return address;
  throw new ScrimshawError({
    code: "attesters.verifier-unknown",
    expected: `the address of the contract that checks ${scheme} signatures`,
    found: "none for this chain",
    next: "Deploy it with the other contracts: `npx hardhat deployment create`.",
  });
}

/** Whether signatures are judged the same at any time: by an account's key, or by a contract that is known to keep no state. */
export function isJudgedForGood(
  { signer, signerKind }: { readonly signer: Hex; readonly signerKind: SignerKind },
  { p256, rsaPss }: KeyVerifiers,
): boolean {
  const verifier = signer.slice(0, 2 + 2 * ADDRESS_BYTES);
  return (
    signerKind === "account" || (signerKind === "key" && [p256, rsaPss].some((one) => one?.toLowerCase() === verifier))
  );
}

function part(jwk: { readonly [name: string]: unknown }, name: string): Uint8Array {
  return Buffer.from(jwk[name] as string, "base64url");
}

/** Big-endian, without the zeros that a JWK may begin with. */
function stripped(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? new Uint8Array(0) : bytes.subarray(first);
}

/**
 * ERC-7913 bytes of a key, public or private: for secp256k1 the account's address, else the address of the contract that checks its
 * signatures and the key as that contract reads it.
 * @throws ScrimshawError `attesters.key-unsupported`, `attesters.verifier-unknown`
 */
export function signerOfKey({ key, verifiers }: { readonly key: KeyObject; readonly verifiers: KeyVerifiers }): Hex {
  const scheme = schemeOf(key);
  const jwk = (key.type === "private" ? createPublicKey(key) : key).export({ format: "jwk" });
  if (scheme === "secp256k1") {
    const point = concat(["0x04", part(jwk, "x"), part(jwk, "y")]);
    return computeAddress(point).toLowerCase() as Hex;
  }
  const encoded =
    scheme === "p256"
      ? concat([part(jwk, "x"), part(jwk, "y")])
      : abi.encode(["bytes", "bytes"], [stripped(part(jwk, "e")), stripped(part(jwk, "n"))]);
  return concat([verifierFor(scheme, verifiers), encoded]).toLowerCase() as Hex;
}

function p256Key(bytes: Uint8Array): KeyObject {
  if (bytes.length !== P256_KEY_BYTES) throw new RangeError("not a point");
  const coordinate = (from: number) => Buffer.from(bytes.subarray(from, from + 32)).toString("base64url");
  return createPublicKey({ key: { kty: "EC", crv: "P-256", x: coordinate(0), y: coordinate(32) }, format: "jwk" });
}

function rsaKey(bytes: Uint8Array): KeyObject {
  const [e, n] = abi.decode(["bytes", "bytes"], bytes) as unknown as [string, string];
  const number = (hex: string) => Buffer.from(hex.slice(2), "hex").toString("base64url");
  return createPublicKey({ key: { kty: "RSA", e: number(e), n: number(n) }, format: "jwk" });
}

/**
 * Reads an attester's ERC-7913 bytes. A key counts only behind a contract that is known: another one might stand up for any signature,
 * whatever key comes after its address.
 * @throws ScrimshawError `attesters.signer-invalid` if the bytes are no signer, or not the one encoding of a key
 */
export function readSigner({
  signer,
  verifiers,
}: {
  readonly signer: Hex;
  readonly verifiers: KeyVerifiers;
}): ReadSigner {
  const bytes = Buffer.from(signer.slice(2), "hex");
  const address: Hex = `0x${bytes.subarray(0, ADDRESS_BYTES).toString("hex")}`;
  if (bytes.length === ADDRESS_BYTES) return { kind: "account", address };
  const schemes = [
    ["p256", verifiers.p256, p256Key],
    ["rsa-pss", verifiers.rsaPss, rsaKey],
  ] as const;
  const known = schemes.find(([, verifier]) => verifier?.toLowerCase() === address);
  if (known === undefined && bytes.length > ADDRESS_BYTES) return { kind: "unknown", verifier: address };
  let cause: unknown;
  try {
    if (known !== undefined) {
      const [scheme, , read] = known;
      const publicKey = read(bytes.subarray(ADDRESS_BYTES));
      if (schemeOf(publicKey) === scheme && signerOfKey({ key: publicKey, verifiers }) === hexlify(bytes))
        return { kind: "key", scheme, publicKey };
    }
  } catch (error) {
    cause = error;
  }
  throw new ScrimshawError({
    code: "attesters.signer-invalid",
    expected: "ERC-7913 bytes: an address, or the address of a verifier and a key as it reads it",
    found: `${signer.slice(0, 100)}${signer.length > 100 ? "..." : ""}`,
    next: "Make the signer from the public key: `npx hardhat attester add <key.pem>`.",
    cause,
  });
}
