import { randomBytes } from "node:crypto";

import { encodeEvidence } from "./evidence-bytes.ts";
import type { Runtime } from "./evidence-bytes.ts";
import type { Hex, Statement } from "./statement.ts";
import { hashTensors } from "./tensors.ts";
import type { Tensor } from "./tensors.ts";

/** One version of a model, as a statement names it. */
export interface ModelVersion {
  readonly modelId: Hex;
  readonly modelVersion: number;
  /** SHA-256 of the manifest's bytes. */
  readonly manifestHash: Hex;
}

export interface DescribeInferenceOptions {
  readonly model: ModelVersion;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly runtime: Runtime;
  readonly requestId: Hex;
  /** Unix seconds; must not lie after the anchor time. Default: now. */
  readonly producedAt?: bigint;
  /** Puts inputs and outputs into the evidence, in clear, for the whole world. Default false. */
  readonly publishPlaintext?: boolean;
}

export interface DescribedInference {
  readonly statement: Statement;
  readonly evidence: Uint8Array;
  /** Whoever is to re-run the inference needs the tensors and these salts; absent where the plaintext is published. */
  readonly salts?: { readonly input: Uint8Array; readonly output: Uint8Array };
}

/**
 * States an inference and writes its evidence. Unless the plaintext is published, the hashes are salted, because inputs and outputs of
 * a small model can be guessed.
 * @throws ScrimshawError `proofs.tensor-invalid`
 */
export function describeInference(options: DescribeInferenceOptions): DescribedInference {
  const { model, inputs, outputs, runtime, requestId, publishPlaintext = false } = options;
  const { producedAt = BigInt(Math.floor(Date.now() / 1000)) } = options;
  const salts = publishPlaintext ? undefined : { input: randomBytes(32), output: randomBytes(32) };
  const statement: Statement = {
    modelId: model.modelId,
    modelVersion: model.modelVersion,
    manifestHash: model.manifestHash,
    inputHash: hashTensors({ tensors: inputs, ...(salts && { salt: salts.input }) }),
    outputHash: hashTensors({ tensors: outputs, ...(salts && { salt: salts.output }) }),
    requestId,
    producedAt,
  };
  const evidence = encodeEvidence({
    statement,
    content: { runtime, ...(publishPlaintext ? { inputs, outputs } : {}) },
  });
  return { statement, evidence, ...(salts && { salts }) };
}
