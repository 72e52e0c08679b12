import { ScrimshawError } from "../errors.ts";
import { aggregateKeys, type BlsPublicKey, blsVerify, parseSignature } from "./bls.ts";
import { type Committee, committeeKeys } from "./committee.ts";
import { decodeConfirmation, type StorageConfirmation } from "./confirmation-message.ts";
import { quorumWeight } from "./encoding-parameters.ts";

/** A quorum's signature that a blob was available in an epoch. All fields are bytes as `0x`-hex. */
export interface Certificate {
  /** The signed confirmation message, 40 or 72 bytes. */
  readonly message: `0x${string}`;
  /** Bit i = member i signed, least significant bit first; trailing zero bytes left out. */
  readonly bitmap: `0x${string}`;
  /** Aggregate BLS12-381 signature in G2, 96 bytes compressed. */
  readonly signature: `0x${string}`;
}

/** What a certificate proves under the committee it was checked against. */
export interface CertificateFacts extends StorageConfirmation {
  /** Shards of the signers together. */
  readonly weight: number;
  /** Places of the signers in the committee. */
  readonly signers: readonly number[];
}

function refuse(code: string, expected: string, found: string, cause?: unknown): ScrimshawError {
  const next = "Collect a fresh certificate from the committee's storage nodes.";
  return new ScrimshawError({ code, expected, found, next, cause });
}

function signersOf({ bitmap, members }: { readonly bitmap: Uint8Array; readonly members: number }): number[] {
  if (bitmap.length > Math.ceil(members / 8)) {
    throw refuse("walrus.certificate-bitmap-invalid", `at most ${Math.ceil(members / 8)} bytes`, `${bitmap.length}`);
  }
  const signers: number[] = [];
  for (let place = 0; place < bitmap.length * 8; place += 1) {
    if ((((bitmap[place >> 3] ?? 0) >> (place & 7)) & 1) === 0) continue;
    if (place >= members) throw refuse("walrus.certificate-bitmap-invalid", `${members} members`, `signer ${place}`);
    signers.push(place);
  }
  return signers;
}

/**
 * Prepares to check certificates against a committee that the caller trusts: its keys are parsed once. The check throws what
 * `verifyCertificate` throws.
 * @throws ScrimshawError `walrus.committee-invalid`
 */
export function certificateVerifier(committee: Committee): (certificate: Certificate) => CertificateFacts {
  const keys = committeeKeys(committee);
  return (certificate) => verifyWithKeys({ certificate, committee, keys });
}

/**
 * Checks a certificate against a committee that the caller trusts: form, epoch, quorum by weight, BLS signature.
 * @throws ScrimshawError `walrus.committee-invalid`, `walrus.confirmation-invalid`, `walrus.certificate-epoch-mismatch`,
 * `walrus.certificate-bitmap-invalid`, `walrus.certificate-below-quorum`, `walrus.certificate-signature-invalid`
 */
export function verifyCertificate({
  certificate,
  committee,
}: {
  readonly certificate: Certificate;
  readonly committee: Committee;
}): CertificateFacts {
  return certificateVerifier(committee)(certificate);
}

function verifyWithKeys({
  certificate,
  committee,
  keys,
}: {
  readonly certificate: Certificate;
  readonly committee: Committee;
  readonly keys: readonly BlsPublicKey[];
}): CertificateFacts {
  const message = Buffer.from(certificate.message.slice(2), "hex");
  const confirmation = decodeConfirmation(message);
  if (confirmation.epoch !== committee.epoch) {
    throw refuse("walrus.certificate-epoch-mismatch", `epoch ${committee.epoch}`, `epoch ${confirmation.epoch}`);
  }
  const bitmap = Buffer.from(certificate.bitmap.slice(2), "hex");
  const signers = signersOf({ bitmap, members: committee.members.length });
  const weight = signers.reduce((sum, place) => sum + (committee.members[place]?.weight ?? 0), 0);
  const quorum = quorumWeight(committee.nShards);
  if (weight < quorum) {
    const expected = `signers of weight ${quorum} of ${committee.nShards} or more`;
    throw refuse("walrus.certificate-below-quorum", expected, `weight ${weight}`);
  }
  const publicKey = aggregateKeys(keys.filter((_, place) => signers.includes(place)));
  let valid: boolean;
  try {
    const signature = parseSignature(Buffer.from(certificate.signature.slice(2), "hex"));
    valid = blsVerify({ message, signature, publicKey });
  } catch (error) {
    const expected = "an aggregate signature of 96 bytes in G2";
    throw refuse("walrus.certificate-signature-invalid", expected, "bytes that are none", error);
  }
  if (!valid) {
    const expected = "the aggregate signature of the signers named";
    throw refuse("walrus.certificate-signature-invalid", expected, "another signature");
  }
  return { ...confirmation, weight, signers };
}
