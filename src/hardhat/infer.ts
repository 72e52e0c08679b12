import { hexlify, randomBytes } from "ethers";
import type { AttesterSigner } from "../attesters/sign-digest.ts";
import { callChain } from "../chain/revert.ts";
import type { Identities } from "../models/age/identities.ts";
import { ModelCache } from "../models/cache/model-cache.ts";
import { pullModel } from "../models/pull.ts";
import { parseReference } from "../models/reference.ts";
import type { BundlePart } from "../proofs/batch-part.ts";
import { describeInference } from "../proofs/describe-inference.ts";
import type { DescribeInferenceOptions } from "../proofs/describe-inference.ts";
import type { Disclosure } from "../proofs/disclosure-file.ts";
import { proofIdOf } from "../proofs/proof.ts";
import { runModel } from "../proofs/runtime/run-model.ts";
import { sealProof } from "../proofs/seal-proof.ts";
import type { Backing } from "../proofs/seal-proof.ts";
import type { Hex } from "../proofs/statement.ts";
import type { Tensor } from "../proofs/tensors.ts";
import { blobIdToHex } from "../walrus/blob-id.ts";
import { computeBlobId } from "../walrus/compute-blob-id.ts";
import type { Environment } from "./environment.ts";

export interface InferOptions {
  readonly environment: Environment;
  /** Folder of the cache of models. */
  readonly cache: string;
  /** `<creator>/<name>[@<version, tag or label>]` */
  readonly model: string;
  /** Opens a private model that is not in the cache. */
  readonly identities?: Identities;
  readonly inputs: readonly Tensor[];
  /** Which request it answers. Default: a random one, which nobody waits for. */
  readonly requestId?: Hex | undefined;
  /** Who signs the proof; without one it is vanilla. */
  readonly attester: AttesterSigner | undefined;
  /** Who finds inputs and outputs in the evidence. */
  readonly plaintextFor: NonNullable<DescribeInferenceOptions["plaintextFor"]>;
  /** The proof will go into a batch, whose bundle holds its evidence. */
  readonly forBatch: boolean;
  readonly signal: AbortSignal;
}

export interface Inference {
  readonly part: BundlePart;
  /** All that is needed to run the inference again, whether it is published or not. */
  readonly disclosure: Disclosure;
}

/** Pulls a model, runs it on the inputs, and makes the proof of that. */
export async function infer(options: InferOptions): Promise<Inference> {
  const { environment, inputs, signal } = options;
  const reference = parseReference({ text: options.model, addressBook: environment.addressBook });
  const registry = await environment.contract("modelRegistry");
  const cache = new ModelCache({ root: options.cache });
  const { identities } = options;
  const store = await environment.store();
  const pulled = await pullModel({ reference, registry, store, cache, signal, ...(identities && { identities }) });
  const { manifest, manifestReference, resolved, folder } = pulled;
  if (resolved === undefined) throw new TypeError("a reference was pulled without being resolved");
  const { runtime, outputs } = await runModel({ folder, manifest, inputs, signal });
  // The chain's clock, not this machine's: a proof must not have been produced after its anchor time.
  const newest = await callChain({ what: "read a block", call: () => environment.provider.getBlock("latest") });
  const { statement, evidence, salts } = await describeInference({
    model: {
      modelId: resolved.model.modelId,
      modelVersion: resolved.version.version,
      manifestHash: manifestReference.contentHash,
    },
    inputs,
    outputs,
    runtime,
    requestId: options.requestId ?? (hexlify(randomBytes(32)) as Hex),
    producedAt: BigInt(newest?.timestamp ?? 0),
    plaintextFor: options.plaintextFor,
  });
  const blob = options.forBatch
    ? undefined
    : await computeBlobId({ bytes: evidence, nShards: environment.walrus.nShards, signal });
  const proofRegistry = await (await environment.contract("proofRegistry")).getAddress();
  const sealed = await sealProof({
    statement,
    evidence,
    backing: await backingOf(options),
    domain: { chainId: environment.chainId, proofRegistry },
    ...(blob !== undefined && { blobId: blobIdToHex(blob.blobId) }),
  });
  const opened = { ...(salts && { inputSalt: salts.input, outputSalt: salts.output }) };
  return {
    part: { ...sealed, evidence },
    disclosure: { proofId: proofIdOf(sealed.proof), inputs, outputs, ...opened },
  };
}

async function backingOf({ environment, attester }: InferOptions): Promise<Backing> {
  if (attester === undefined) return { kind: "vanilla", submitter: await (await environment.signer()).getAddress() };
  const verifier = await environment.contract("attestedSignatureVerifier");
  return { kind: "attester", attester, verifier: (await verifier.getAddress()) as Hex };
}
