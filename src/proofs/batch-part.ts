import { ScrimshawError } from "../errors.ts";
import { ZERO_HASH, proofIdOf } from "./proof.ts";
import type { SealedProof } from "./proof.ts";

/** A sealed proof with the evidence bytes that go into the bundle. */
export interface BundlePart extends SealedProof {
  readonly evidence: Uint8Array;
}

/** A longer seal fits into no Ethereum transaction. */
export const MAX_SEAL_BYTES = 1 << 17;

export function badPart(proofId: string, problem: string): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.bundle-part-invalid",
    expected: "distinct proofs whose Blob ID is zero and whose size is that of their evidence",
    found: `${problem} (proof ${proofId})`,
    next: "Build the proofs of a batch with a zero Blob ID, each once.",
  });
}

/**
 * Checks that a proof can go into a bundle.
 * @throws ScrimshawError `proofs.bundle-part-invalid`
 */
export function requireBatchPart({ proof, seal, evidence }: BundlePart): void {
  const problem =
    proof.evidence.blobId !== ZERO_HASH
      ? "a Blob ID of its own"
      : seal.length > 2 + 2 * MAX_SEAL_BYTES
        ? `a seal of more than ${MAX_SEAL_BYTES} bytes`
        : proof.evidence.size !== BigInt(evidence.length) || evidence.length === 0
          ? `evidence of ${evidence.length} bytes where ${proof.evidence.size} are stated`
          : undefined;
  if (problem !== undefined) throw badPart(proofIdOf(proof), problem);
}
