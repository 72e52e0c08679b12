import { createHash } from "node:crypto";

import { encodeEvidence, evidenceHash } from "../../../src/proofs/evidence-bytes.ts";
import type { BundlePart } from "../../../src/proofs/batch-part.ts";
import { ZERO_ADDRESS, ZERO_HASH } from "../../../src/proofs/proof.ts";
import type { Hex, Statement } from "../../../src/proofs/statement.ts";

/** A distinct, reproducible 32-byte value for each label. */
export function bytes32(label: string): Hex {
  return `0x${createHash("sha256").update(label).digest("hex")}`;
}

export function sampleStatement(label: string, override: Partial<Statement> = {}): Statement {
  return {
    modelId: bytes32("model"),
    modelVersion: 3,
    manifestHash: bytes32("manifest"),
    inputHash: bytes32(`${label} input`),
    outputHash: bytes32(`${label} output`),
    requestId: bytes32(`${label} request`),
    producedAt: 1_790_000_000n,
    ...override,
  };
}

/** A vanilla proof with real evidence bytes, as a batch holds it. */
export function samplePart(label: string): BundlePart {
  const statement = sampleStatement(label);
  const evidence = encodeEvidence({ statement, content: { runtime: { id: "onnxruntime-web", version: label } } });
  return {
    proof: {
      statement,
      evidence: {
        verifier: ZERO_ADDRESS,
        attesterId: bytes32("attester"),
        blobId: ZERO_HASH,
        contentHash: evidenceHash(evidence),
        size: BigInt(evidence.length),
      },
    },
    seal: "0x",
    evidence,
  };
}
