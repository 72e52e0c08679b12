import { secp256k1 } from "@noble/curves/secp256k1.js";
import { type KeyObject, createPrivateKey, createPublicKey } from "node:crypto";
import { ScrimshawError } from "../errors.ts";

const SECRET = /^(0x)?[0-9a-fA-F]{64}$/;
/** DER of an EC private key (RFC 5915) on secp256k1, around its 32 secret bytes. */
const SECP256K1_HEAD = Buffer.from("302e0201010420", "hex");
const SECP256K1_TAIL = Buffer.from("a00706052b8104000a", "hex");

function unreadable(what: string): ScrimshawError {
  return new ScrimshawError({
    code: "attesters.key-unreadable",
    expected: what,
    // The text itself may be a key, and OpenSSL's words may quote it.
    found: "something else",
    next: "Write it as PEM, for example with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem`.",
  });
}

/**
 * A private key in PEM without a passphrase, or an account's as 64 hex digits.
 * @throws ScrimshawError `attesters.key-unreadable`, without a word of the text
 */
export function readPrivateKey(text: string): KeyObject {
  try {
    const trimmed = text.trim();
    if (!SECRET.test(trimmed)) return createPrivateKey(trimmed);
    const secret = Buffer.from(trimmed.slice(-64), "hex");
    // OpenSSL takes any 32 bytes.
    if (!secp256k1.utils.isValidSecretKey(secret)) throw new RangeError("not a secret key");
    const der = Buffer.concat([SECP256K1_HEAD, secret, SECP256K1_TAIL]);
    return createPrivateKey({ key: der, format: "der", type: "sec1" });
  } catch {
    throw unreadable("a private key in PEM without a passphrase, or 64 hex digits");
  }
}

/**
 * A public key in PEM. A private one is refused, so that none is kept where a public one would do.
 * @throws ScrimshawError `attesters.key-unreadable`
 */
export function readPublicKey(text: string): KeyObject {
  try {
    if (!text.includes("PRIVATE")) return createPublicKey(text.trim());
  } catch {
    throw unreadable("a public key in PEM");
  }
  throw unreadable("a public key in PEM, and not a private one");
}
