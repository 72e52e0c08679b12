import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { getBytes, hexlify } from "ethers";
import { type KeyObject, constants, verify } from "node:crypto";
import { ScrimshawError } from "../errors.ts";
import type { Hex } from "./sign-digest.ts";
import { schemeOf } from "./signer-key.ts";

const COMPACT_BYTES = 64;

/** SEC1 form of a key's point. */
function pointOf(key: KeyObject): Uint8Array {
  const { x, y } = key.export({ format: "jwk" });
  return Buffer.concat([Uint8Array.of(4), ...[x, y].map((one) => Buffer.from(one ?? "", "base64url"))]);
}

/** An ECDSA signature over the digest itself, as `r`, `s` and for accounts `v`, with the lower of the two `s`. */
function ecdsaSeal(key: KeyObject, digest: Uint8Array, raw: Uint8Array): Uint8Array | undefined {
  const isAccount = schemeOf(key) === "secp256k1";
  const curve = isAccount ? secp256k1 : p256;
  const publicKey = pointOf(key);
  // 65 bytes are r, s and v, whose v is found anew. A DER signature may be as long as a compact one; only one of the two holds.
  const forms = [
    [raw.length === COMPACT_BYTES || raw.length === COMPACT_BYTES + 1, raw.subarray(0, COMPACT_BYTES), "compact"],
    [true, raw, "der"],
  ] as const;
  for (const [applies, bytes, form] of forms) {
    try {
      if (!applies) continue;
      const given = curve.Signature.fromBytes(bytes, form);
      const s = given.hasHighS() ? curve.Point.Fn.ORDER - given.s : given.s;
      const signature = new curve.Signature(given.r, s);
      if (!curve.verify(signature.toBytes("compact"), digest, publicKey, { prehash: false })) continue;
      if (!isAccount) return signature.toBytes("compact");
      const recovery = [0, 1].find((bit) =>
        Buffer.from(signature.addRecoveryBit(bit).recoverPublicKey(digest).toBytes(false)).equals(publicKey),
      );
      if (recovery !== undefined) return Buffer.concat([signature.toBytes("compact"), Uint8Array.of(27 + recovery)]);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** RSASSA-PSS with SHA-256 over the digest as a message, with a salt of any length. */
function rsaSeal(key: KeyObject, digest: Uint8Array, raw: Uint8Array): Uint8Array | undefined {
  const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  return verify("sha256", digest, options, raw) ? raw : undefined;
}

/**
 * A signature as the contracts check it. Signers answer in many forms: DER, `r` and `s`, with either `s`. What comes out was verified, so that a
 * signer with another key, or one that signed something else, is told before anything is sent.
 * @throws ScrimshawError `attesters.signature-invalid`
 */
export function sealOf({
  publicKey,
  digest,
  signature,
}: {
  readonly publicKey: KeyObject;
  readonly digest: Hex;
  readonly signature: Uint8Array;
}): Hex {
  const scheme = schemeOf(publicKey);
  const seal = (scheme === "rsa-pss" ? rsaSeal : ecdsaSeal)(publicKey, getBytes(digest), signature);
  if (seal !== undefined) return hexlify(seal) as Hex;
  throw new ScrimshawError({
    code: "attesters.signature-invalid",
    expected: `a ${scheme} signature of ${digest} by the attester's key`,
    found: `${signature.length} bytes that are none`,
    next:
      scheme === "rsa-pss"
        ? "Sign the 32 bytes as a message, with RSA-PSS, SHA-256 and MGF1 with SHA-256, and with the key that is registered."
        : "Sign the 32 bytes as they are, without hashing or prefixing them, and with the key that is registered.",
  });
}
