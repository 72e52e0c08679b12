import { isScrimshawError } from "../../errors.ts";
import { blobIdFromHex } from "../../walrus/blob-id.ts";
import type { Identities } from "../../models/age/identities.ts";
import { decryptEvidence, isEncrypted } from "../encrypted-evidence.ts";
import { boundStatementHash, decodeEvidence, evidenceHash } from "../evidence-bytes.ts";
import type { EvidenceContent } from "../evidence-bytes.ts";
import type { Proof } from "../proof.ts";
import { hashStatement } from "../statement.ts";
import type { Hex } from "../statement.ts";
import type { Audit } from "./context.ts";
import type { CheckName } from "./report.ts";

export interface BlobIdQuestion {
  readonly check: CheckName;
  readonly bytes: Uint8Array;
  /** The one on chain. */
  readonly blobId: Hex;
  readonly proofId?: Hex;
}

/** Recomputes the Blob ID of `bytes` and compares it with the one on chain. */
export async function checkBlobId(
  { list, computeBlobId }: Audit,
  { check, bytes, blobId, proofId }: BlobIdQuestion,
): Promise<void> {
  const expected = blobIdFromHex(blobId);
  const computed = await computeBlobId(bytes);
  list.expect(computed === expected, {
    check,
    ...(proofId !== undefined && { proofId }),
    passed: `encoding the bytes again gives ${expected}`,
    failed: `the bytes encode to ${computed}, the chain names ${expected}`,
  });
}

/** Compares evidence bytes with the proof's content hash and size; false ends what can be said of them. */
export function checkEvidenceHash(
  { list }: Audit,
  { proof, proofId, bytes }: { readonly proof: Proof; readonly proofId: Hex; readonly bytes: Uint8Array },
): boolean {
  const { contentHash, size } = proof.evidence;
  const found = evidenceHash(bytes);
  return list.expect(found === contentHash && BigInt(bytes.length) === size, {
    check: "evidence-hash",
    proofId,
    passed: `SHA-256 of ${size} evidence bytes is ${contentHash}`,
    failed: `the evidence bytes (${bytes.length}) have SHA-256 ${found}; the proof names ${contentHash} (${size} bytes)`,
  });
}

/** Compares the statement hash in the evidence's header with the proof's statement. */
export function checkBinding(
  { list }: Audit,
  { proof, proofId, bytes }: { readonly proof: Proof; readonly proofId: Hex; readonly bytes: Uint8Array },
): void {
  const statementHash = hashStatement(proof.statement);
  let bound: string;
  try {
    bound = boundStatementHash(bytes);
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    bound = error.found;
  }
  list.expect(bound === statementHash, {
    check: "binding",
    proofId,
    passed: `the evidence names statement ${statementHash}`,
    failed: `the evidence names ${bound}, the proof states ${statementHash}`,
  });
}

/** The evidence's content, or why it cannot be read. */
export async function readContent(
  bytes: Uint8Array,
  identities: Identities | undefined,
): Promise<EvidenceContent | string> {
  try {
    if (!isEncrypted(bytes)) return decodeEvidence(bytes).content;
    if (identities === undefined) return "it is encrypted, and no identity that opens it was given";
    return decodeEvidence(await decryptEvidence({ evidence: bytes, identities })).content;
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    if (error.code === "proofs.identity-wrong") return "it is encrypted, and none of the given identities opens it";
    return error.found;
  }
}
