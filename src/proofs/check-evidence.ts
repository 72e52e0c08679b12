import { ScrimshawError } from "../errors.ts";
import type { BundlePart } from "./batch-part.ts";
import { boundStatementHash, evidenceHash } from "./evidence-bytes.ts";
import { proofIdOf } from "./proof.ts";
import { hashStatement } from "./statement.ts";

/**
 * Checks that evidence bytes are those that the proof names, and bound to its statement.
 * @throws ScrimshawError `proofs.evidence-mismatch`, `proofs.evidence-invalid`
 */
export function checkEvidence({ proof, evidence }: BundlePart): void {
  const mismatch = (expected: string, found: string): ScrimshawError =>
    new ScrimshawError({
      code: "proofs.evidence-mismatch",
      expected: `${expected} (proof ${proofIdOf(proof)})`,
      found,
      next: "Give the evidence that the proof was made with; a proof cannot be changed after it was sealed.",
    });
  const hash = evidenceHash(evidence);
  if (hash !== proof.evidence.contentHash) throw mismatch(`evidence of SHA-256 ${proof.evidence.contentHash}`, hash);
  if (BigInt(evidence.length) !== proof.evidence.size) {
    throw mismatch(`evidence of ${proof.evidence.size} bytes`, `${evidence.length} bytes`);
  }
  const bound = boundStatementHash(evidence);
  const statementHash = hashStatement(proof.statement);
  if (bound !== statementHash) throw mismatch(`evidence bound to statement ${statementHash}`, `bound to ${bound}`);
}
