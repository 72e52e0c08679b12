import { ReadableStream } from "node:stream/web";
import { ScrimshawError } from "../errors.ts";
import type { Identities } from "../models/age/identities.ts";
import type { Recipients } from "../models/age/recipients.ts";
import { MAX_AGE_HEADER } from "../models/limits.ts";
import { EVIDENCE_HEADER_BYTES } from "./evidence-bytes.ts";

// https://github.com/C2SP/C2SP/blob/main/age.md: a line with the version, stanzas, and a line `--- <MAC>` end the header.
const VERSION_LINE = Buffer.from("age-encryption.org/v1\n", "ascii");
const LAST_LINE = Buffer.from("\n--- ", "ascii");

/** True for evidence whose content is an age file. No CBOR of evidence begins like one. */
export function isEncrypted(evidence: Uint8Array): boolean {
  const body = evidence.subarray(EVIDENCE_HEADER_BYTES);
  return VERSION_LINE.equals(body.subarray(0, VERSION_LINE.length));
}

/** The same evidence, readable by the recipients alone: `SCR1` and statement hash stay in clear, the rest becomes an age file. */
export async function encryptEvidence({
  evidence,
  recipients,
}: {
  readonly evidence: Uint8Array;
  readonly recipients: Recipients;
}): Promise<Uint8Array> {
  const ciphertext = await recipients.encrypt(ReadableStream.from([evidence.subarray(EVIDENCE_HEADER_BYTES)]));
  return join(evidence.subarray(0, EVIDENCE_HEADER_BYTES), ciphertext);
}

/**
 * Evidence in clear from encrypted evidence. Only checked bytes may be given here: compare the content hash first.
 * @throws ScrimshawError `proofs.identity-wrong`, `proofs.evidence-invalid`
 */
export async function decryptEvidence({
  evidence,
  identities,
}: {
  readonly evidence: Uint8Array;
  readonly identities: Identities;
}): Promise<Uint8Array> {
  const body = evidence.subarray(EVIDENCE_HEADER_BYTES);
  const opens = await identities.open(ageHeader(body)).catch((error: unknown) => {
    throw invalid(error);
  });
  if (!opens) {
    throw new ScrimshawError({
      code: "proofs.identity-wrong",
      expected: "an identity that the evidence was encrypted to",
      found: "only others",
      next: "Give the file of the right identity (--identity-file), or ask the prover for a disclosure.",
    });
  }
  try {
    const plaintext = await identities.decrypt(ReadableStream.from([body]));
    return await join(evidence.subarray(0, EVIDENCE_HEADER_BYTES), plaintext);
  } catch (error) {
    throw invalid(error);
  }
}

/** Bounded, since each stanza of a header costs whoever tries to open it. */
function ageHeader(body: Uint8Array): Uint8Array {
  const head = Buffer.from(body.subarray(0, MAX_AGE_HEADER));
  const last = head.indexOf(LAST_LINE);
  const end = last === -1 ? -1 : head.indexOf("\n", last + LAST_LINE.length);
  if (end === -1) throw invalid(new Error(`a header of age that does not end within ${String(MAX_AGE_HEADER)} bytes`));
  return head.subarray(0, end + 1);
}

async function join(header: Uint8Array, rest: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces = [header];
  for await (const piece of rest) pieces.push(piece);
  return Buffer.concat(pieces);
}

function invalid(cause: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.evidence-invalid",
    expected: "evidence bytes: SCR1, the statement hash, then an age file",
    found: `what age refuses: ${cause instanceof Error ? cause.message.slice(0, 200) : "no reason"}`,
    next: "Ask whoever recorded the proof; nobody can open these bytes.",
    cause,
  });
}
