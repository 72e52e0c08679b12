import type { ProofStructOutput } from "../../typechain/ProofRegistry.ts";
import type { Proof } from "./proof.ts";
import type { Hex } from "./statement.ts";

/** A proof as the contract's interface decodes it, in the library's own form (hex lower-case). */
export function proofFromChain({ statement, evidence }: ProofStructOutput): Proof {
  const hex = (value: string): Hex => value.toLowerCase() as Hex;
  return {
    statement: {
      modelId: hex(statement.modelId),
      modelVersion: Number(statement.modelVersion),
      manifestHash: hex(statement.manifestHash),
      inputHash: hex(statement.inputHash),
      outputHash: hex(statement.outputHash),
      requestId: hex(statement.requestId),
      producedAt: statement.producedAt,
    },
    evidence: {
      verifier: hex(evidence.verifier),
      attesterId: hex(evidence.attesterId),
      blobId: hex(evidence.blobId),
      contentHash: hex(evidence.contentHash),
      size: evidence.size,
    },
  };
}
