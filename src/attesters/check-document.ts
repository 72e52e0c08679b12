import { ScrimshawError } from "../errors.ts";
import type { AnswerList } from "./answers.ts";
import { type KeyBinding, keyBindingOf } from "./nitro/key-binding.ts";
import { type VerifiedNitroDocument, verifyNitroDocument } from "./nitro/verify-document.ts";
import type { Hex } from "./sign-digest.ts";
import type { KeyVerifiers } from "./signer-key.ts";

/** The kind of attester whose documents can be verified here. */
export const NITRO = "nitro";

/** A document may be this much older than its admission, in seconds, unless told otherwise. */
export const MAX_DOCUMENT_AGE = 86_400n;
/** The hypervisor's clock and the chain's may differ by this much, in seconds. */
const CLOCK_SKEW = 300n;

/** What a reader of documents chooses. */
export interface DocumentTerms {
  /** SHA-256 of the root certificate to trust, hex. Default: the one of AWS. */
  readonly root?: string;
  /** The nonce that the document must carry, if it was asked for with one. */
  readonly nonce?: Uint8Array;
  /** How much older than its admission a document may be, in seconds. Default: a day. */
  readonly maxAge?: bigint;
}

/** What a document is compared with. */
export interface DocumentSubject {
  readonly bytes: Uint8Array;
  /** The attester's kind: only "nitro" has documents that are known here. */
  readonly kind: string;
  /** ERC-7913 bytes of the attester. */
  readonly signer: Hex;
  /** What the attester is said to run; undefined where the document is to tell. */
  readonly measurement: Hex | undefined;
  /** When the document came to the chain, or would now, in Unix seconds. */
  readonly admittedAt: bigint;
  readonly verifiers: KeyVerifiers;
}

/** What the document of an attester says. */
export interface CheckedDocument {
  readonly document: VerifiedNitroDocument;
  readonly binding: KeyBinding;
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** @throws ScrimshawError `attesters.document-kind-unknown` */
export function requireKnownKind(kind: string): void {
  if (kind === NITRO) return;
  throw new ScrimshawError({
    code: "attesters.document-kind-unknown",
    expected: `a document of the kind ${NITRO}, which is the only one that can be verified here`,
    found: JSON.stringify(kind.slice(0, 40)),
    next: `Use --kind ${NITRO}, or admit the key without a document.`,
  });
}

function requireMeasurement(found: Hex, wanted: Hex): void {
  if (found === wanted) return;
  throw new ScrimshawError({
    code: "attesters.document-measurement",
    expected: `a document that measures ${wanted}`,
    found: `one that measures ${found}`,
    next: "Give the document of the enclave that holds this key, or leave --measurement out to take the document's.",
  });
}

/** How old the document was when it was admitted, in seconds. */
export function documentAge({ timestamp }: Pick<VerifiedNitroDocument, "timestamp">, admittedAt: bigint): bigint {
  return admittedAt - BigInt(Math.floor(timestamp / 1000));
}

function requireAge(document: VerifiedNitroDocument, admittedAt: bigint, maxAge: bigint): bigint {
  const age = documentAge(document, admittedAt);
  if (age <= maxAge && age >= -CLOCK_SKEW) return age;
  throw new ScrimshawError({
    code: "attesters.document-time",
    expected: `a document of at most ${maxAge} seconds before ${iso(Number(admittedAt) * 1000)}`,
    found: `one of ${iso(document.timestamp)}`,
    next: "Ask the enclave for a new one, or allow for its age with --max-age <seconds> if you know why it is old.",
  });
}

function verified({ bytes, kind }: DocumentSubject, { root, nonce }: DocumentTerms): VerifiedNitroDocument {
  requireKnownKind(kind);
  return verifyNitroDocument({ bytes, ...(root !== undefined && { root }), ...(nonce && { nonce }) });
}

/**
 * Verifies the document of an attester that is to be admitted: the document itself, the key that it names, what it measures, and its age.
 * @throws ScrimshawError `attesters.document-kind-unknown`, `-measurement`, `-time`, and those of `verifyNitroDocument` and `keyBindingOf`
 */
export function requireDocument(subject: DocumentSubject, terms: DocumentTerms = {}): CheckedDocument {
  const { signer, measurement, admittedAt, verifiers } = subject;
  const document = verified(subject, terms);
  const binding = keyBindingOf({ document, signer, verifiers });
  if (measurement !== undefined) requireMeasurement(document.measurement, measurement);
  requireAge(document, admittedAt, terms.maxAge ?? MAX_DOCUMENT_AGE);
  return { document, binding };
}

/**
 * The same questions of an attester that was admitted, each answered for itself. Bytes, the pinned root and facts of the chain decide, so that
 * anyone gets the same answers at any time.
 */
export function answerDocument(
  list: AnswerList,
  subject: DocumentSubject,
  terms: DocumentTerms = {},
): VerifiedNitroDocument | undefined {
  const { signer, measurement, admittedAt, verifiers } = subject;
  const document = list.attempt("document", {
    run: () => verified(subject, terms),
    passed: ({ moduleId, timestamp }) => `AWS Nitro signed it for ${moduleId} at ${iso(timestamp)}`,
  });
  if (document === undefined) return undefined;
  list.attempt("document-key", {
    run: () => keyBindingOf({ document, signer, verifiers }),
    passed: (binding) => `it names the attester's key (${binding})`,
  });
  list.attempt("measurement", {
    run: () => requireMeasurement(document.measurement, measurement ?? document.measurement),
    passed: () => `it measures ${document.measurement}, as the registry says`,
  });
  list.attempt("document-time", {
    run: () => requireAge(document, admittedAt, terms.maxAge ?? MAX_DOCUMENT_AGE),
    passed: (age) => `it was made ${age} seconds before it was admitted`,
  });
  return document;
}
