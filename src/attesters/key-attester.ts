import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { getBytes } from "ethers";
import { type KeyObject, constants, createPublicKey, sign } from "node:crypto";
import { attesterIdOf } from "./attester-id.ts";
import { sealOf } from "./seal.ts";
import type { TypedMessage } from "../chain/sign-digest.ts";
import type { AttesterSigner, Hex } from "./sign-digest.ts";
import { type KeyVerifiers, type SignatureScheme, schemeOf, signerOfKey } from "./signer-key.ts";

/** What a signer outside is asked for: the digest alone would do, the message is for those that show or judge what they sign. */
export interface SignRequest {
  readonly scheme: SignatureScheme;
  readonly digest: Hex;
  readonly message: TypedMessage;
}

/** Signs where the key is: a KMS, an HSM, an enclave. ECDSA as DER, `r`,`s` or `r`,`s`,`v`; RSA-PSS as it is. */
export type RawSign = (request: SignRequest) => Promise<Uint8Array>;

/** As OpenSSL's default and OpenGradient's enclaves have it; the contract takes any. */
const RSA_SALT_BYTES = 32;

/**
 * An attester whose key is elsewhere, known by its public half. Every signature is verified before it is passed on.
 * @throws ScrimshawError `attesters.key-unsupported`, `attesters.verifier-unknown`; when it signs `attesters.signature-invalid` and what `sign` throws
 */
export function remoteAttester({
  publicKey,
  verifiers = {},
  sign: signRaw,
}: {
  readonly publicKey: KeyObject;
  readonly verifiers?: KeyVerifiers;
  readonly sign: RawSign;
}): AttesterSigner {
  const scheme = schemeOf(publicKey);
  const signer = signerOfKey({ key: publicKey, verifiers });
  return {
    signer,
    attesterId: attesterIdOf(signer),
    sign: async (digest, message) =>
      sealOf({ publicKey, digest, signature: await signRaw({ scheme, digest, message }) }),
  };
}

/** Signs a digest with a private key in this process. */
function signWith(key: KeyObject, { scheme, digest }: SignRequest): Uint8Array {
  const bytes = getBytes(digest);
  if (scheme === "rsa-pss") {
    return sign("sha256", bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: RSA_SALT_BYTES });
  }
  // Node hashes whatever it signs with ECDSA, and a digest is signed as it is.
  const secret = Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
  return (scheme === "p256" ? p256 : secp256k1).sign(bytes, secret, { prehash: false });
}

/**
 * An attester whose private key is in this process: secp256k1, P-256 or RSA.
 * @throws ScrimshawError `attesters.key-unsupported`, `attesters.verifier-unknown`
 */
export function keyAttester({
  privateKey,
  verifiers = {},
}: {
  readonly privateKey: KeyObject;
  readonly verifiers?: KeyVerifiers;
}): AttesterSigner {
  return remoteAttester({
    publicKey: createPublicKey(privateKey),
    verifiers,
    sign: (request) => Promise.resolve(signWith(privateKey, request)),
  });
}
