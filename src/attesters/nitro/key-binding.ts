import { createHash, createPublicKey } from "node:crypto";
import type { Hex } from "../sign-digest.ts";
import { type KeyVerifiers, type ReadSigner, readSigner, signerOfKey } from "../signer-key.ts";
import type { NitroDocument } from "./document.ts";
import { refusal, shown } from "./refusal.ts";

/**
 * Which field of a document names the attester's key:
 * - `public-key`: `public_key` is its SubjectPublicKeyInfo in DER;
 * - `user-data`: `user_data` is SHA-256 of the attester's ERC-7913 bytes;
 * - `nitriding`: `user_data` is nitriding's, whose second hash is SHA-256 of the key's SubjectPublicKeyInfo or of the ERC-7913 bytes.
 */
export type KeyBinding = "public-key" | "user-data" | "nitriding";

/** What nitriding puts into `user_data`, as OpenGradient's enclaves do. */
export interface NitridingHashes {
  /** SHA-256 of the certificate that the enclave shows in TLS, DER. */
  readonly tlsCertificate: Uint8Array;
  /** SHA-256 of what the application in the enclave registered: its key. */
  readonly application: Uint8Array;
}

/** Multihash: SHA-256, 32 bytes. */
const SHA256_HEAD = Buffer.from("1220", "hex");
const HASH_BYTES = 32;
const MULTIHASH_BYTES = SHA256_HEAD.length + HASH_BYTES;

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/** The two hashes of nitriding's `user_data`; undefined if it is something else. */
export function nitridingHashes({ userData }: Pick<NitroDocument, "userData">): NitridingHashes | undefined {
  if (userData?.length !== 2 * MULTIHASH_BYTES) return undefined;
  const [first, second] = [userData.subarray(0, MULTIHASH_BYTES), userData.subarray(MULTIHASH_BYTES)];
  if ([first, second].some((hash) => !SHA256_HEAD.equals(hash.subarray(0, SHA256_HEAD.length)))) return undefined;
  return {
    tlsCertificate: first.subarray(SHA256_HEAD.length),
    application: second.subarray(SHA256_HEAD.length),
  };
}

/** The signer of a key in DER; undefined if it is none, is not written in the one way, or is of a kind that nobody here checks. */
function signerOfDer(der: Uint8Array, verifiers: KeyVerifiers): Hex | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" });
    return key.export({ format: "der", type: "spki" }).equals(der) ? signerOfKey({ key, verifiers }) : undefined;
  } catch {
    return undefined;
  }
}

function fieldNaming(document: NitroDocument, signer: Hex, read: ReadSigner, verifiers: KeyVerifiers) {
  const { publicKey, userData } = document;
  if (publicKey !== undefined && signerOfDer(publicKey, verifiers) === signer) return "public-key";
  const ofSigner = sha256(Buffer.from(signer.slice(2), "hex"));
  if (userData !== undefined && ofSigner.equals(userData)) return "user-data";
  const application = nitridingHashes(document)?.application;
  if (application === undefined) return undefined;
  const spki = read.kind === "key" ? read.publicKey.export({ format: "der", type: "spki" }) : undefined;
  const named = ofSigner.equals(application) || (spki !== undefined && sha256(spki).equals(application));
  return named ? "nitriding" : undefined;
}

/**
 * Which field of a verified document names the attester's key. Without it a document says that some enclave ran, and nothing of the key.
 * @throws ScrimshawError `attesters.document-key` if none does, or if the key stands behind a contract that is not known; `attesters.signer-invalid`
 */
export function keyBindingOf({
  document,
  signer,
  verifiers,
}: {
  readonly document: NitroDocument;
  /** ERC-7913 bytes, lower-case. */
  readonly signer: Hex;
  readonly verifiers: KeyVerifiers;
}): KeyBinding {
  const read = readSigner({ signer, verifiers });
  if (read.kind === "unknown") {
    throw refusal("key", {
      expected: "a key behind one of this deployment's verifiers",
      found: `one behind ${read.verifier}, which might stand up for any signature`,
    });
  }
  const binding = fieldNaming(document, signer, read, verifiers);
  if (binding !== undefined) return binding;
  const { publicKey, userData } = document;
  throw refusal("key", {
    expected: `the document to name the attester's key in public_key or user_data (SHA-256 ${sha256(Buffer.from(signer.slice(2), "hex")).toString("hex")})`,
    found: `public_key ${publicKey === undefined ? "absent" : shown(publicKey)}, user_data ${userData === undefined ? "absent" : shown(userData)}`,
  });
}
