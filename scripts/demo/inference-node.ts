import type { Wallet } from "ethers";
import { id } from "ethers";
import { walletAttester } from "../../src/attesters/sign-digest.ts";
import type { BundlePart } from "../../src/proofs/batch-part.ts";
import { describeInference } from "../../src/proofs/describe-inference.ts";
import type { ModelVersion } from "../../src/proofs/describe-inference.ts";
import type { ProofDomain } from "../../src/proofs/proof.ts";
import { openModel } from "../../src/proofs/runtime/run-model.ts";
import { sealProof } from "../../src/proofs/seal-proof.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import type { Tensor } from "../../src/proofs/tensors.ts";
import type { PulledModel } from "../../src/models/pull.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";
import type { IrisRow } from "../../examples/iris/dataset.ts";

export interface InferenceNodeOptions {
  readonly pulled: PulledModel;
  readonly model: ModelVersion;
  readonly rows: readonly IrisRow[];
  readonly verifier: Hex;
  readonly domain: ProofDomain;
  /** Unix seconds of the chain's newest block. */
  readonly producedAt: bigint;
  /** Stands in for a key that only a TEE can use. */
  readonly attesterKey: Wallet;
}

export interface InferenceRun {
  /** The first row's proof, to be recorded alone. */
  readonly single: BundlePart;
  /** All others, to be settled as one batch. */
  readonly batch: readonly BundlePart[];
  readonly correct: number;
}

function features({ features: values }: IrisRow): Tensor {
  const data = new Uint8Array(values.length * 4);
  const view = new DataView(data.buffer);
  values.forEach((value, i) => view.setFloat32(i * 4, value, true));
  return { name: "features", dtype: "float32", shape: [1, values.length], data };
}

function isCorrect({ species }: IrisRow, outputs: readonly Tensor[]): boolean {
  const data = outputs[0]?.data ?? new Uint8Array();
  const probabilities = Array.from({ length: data.length / 4 }, (_, i) =>
    new DataView(data.buffer, data.byteOffset).getFloat32(i * 4, true),
  );
  return probabilities.indexOf(Math.max(...probabilities)) === species;
}

/** Runs the pulled model on every row and has the attester sign each digest. The evidence shows its plaintext on purpose. */
export async function inferAndSign(options: InferenceNodeOptions): Promise<InferenceRun> {
  const { pulled, model, rows, verifier, domain, producedAt, attesterKey } = options;
  await using session = await openModel(pulled);
  const backing = { kind: "attester", attester: walletAttester(attesterKey), verifier } as const;
  const parts: BundlePart[] = [];
  let correct = 0;
  for (const [i, row] of rows.entries()) {
    const inputs = [features(row)];
    const outputs = await session.run({ inputs });
    if (isCorrect(row, outputs)) correct += 1;
    const { statement, evidence } = await describeInference({
      model,
      inputs,
      outputs,
      runtime: session.runtime,
      requestId: id(`demo request ${i}`) as Hex,
      producedAt,
      plaintextFor: "everybody",
    });
    const blobId = i === 0 ? blobIdToHex((await computeBlobId({ bytes: evidence })).blobId) : undefined;
    const sealed = await sealProof({ statement, evidence, backing, domain, ...(blobId !== undefined && { blobId }) });
    parts.push({ ...sealed, evidence });
  }
  const [single, ...batch] = parts;
  if (single === undefined) throw new Error("the demo has no rows to run");
  return { single, batch, correct };
}
