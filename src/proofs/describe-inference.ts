import { randomBytes } from "node:crypto";

import type { Recipients } from "../models/age/recipients.ts";
import { encryptEvidence } from "./encrypted-evidence.ts";
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
  /** Who finds inputs and outputs in the evidence: everybody, those that hold a recipient's key, or (the default) nobody. */
  readonly plaintextFor?: "nobody" | "everybody" | Recipients;
  /** Salts the input's hash, 32 bytes: where a consumer has named that hash before. Default random; none where everybody sees the input. */
  readonly inputSalt?: Uint8Array;
}

export interface DescribedInference {
  readonly statement: Statement;
  readonly evidence: Uint8Array;
  /** Whoever is to re-run the inference needs the tensors and these salts; absent where everybody has the plaintext. */
  readonly salts?: { readonly input: Uint8Array; readonly output: Uint8Array };
}

/**
 * States an inference and writes its evidence. Unless everybody is shown the plaintext, the hashes are salted, because inputs and
 * outputs of a small model can be guessed; recipients find the salts beside the plaintext, in evidence that is encrypted as a whole.
 * @throws ScrimshawError `proofs.tensor-invalid`
 */
export async function describeInference(options: DescribeInferenceOptions): Promise<DescribedInference> {
  const { model, inputs, outputs, runtime, requestId, plaintextFor = "nobody" } = options;
  const { producedAt = BigInt(Math.floor(Date.now() / 1000)) } = options;
  const { inputSalt = randomBytes(32) } = options;
  const salts = plaintextFor === "everybody" ? undefined : { input: inputSalt, output: randomBytes(32) };
  const statement: Statement = {
    modelId: model.modelId,
    modelVersion: model.modelVersion,
    manifestHash: model.manifestHash,
    inputHash: hashTensors({ tensors: inputs, ...(salts && { salt: salts.input }) }),
    outputHash: hashTensors({ tensors: outputs, ...(salts && { salt: salts.output }) }),
    requestId,
    producedAt,
  };
  const shown = plaintextFor === "nobody" ? {} : { inputs, outputs };
  if (typeof plaintextFor === "string" || salts === undefined) {
    const evidence = encodeEvidence({ statement, content: { runtime, ...shown } });
    return { statement, evidence, ...(salts && { salts }) };
  }
  const content = { runtime, ...shown, inputSalt: salts.input, outputSalt: salts.output };
  const evidence = await encryptEvidence({
    evidence: encodeEvidence({ statement, content }),
    recipients: plaintextFor,
  });
  return { statement, evidence, salts };
}
