import { AbiCoder, concat, id } from "ethers";
import { encodeTensors, hashTensors, type Tensor } from "../../../src/proofs/tensors.ts";
import { deploy, now } from "./deployment.ts";
import {
  attestedProof,
  batchOf,
  type BatchSettings,
  type Proof,
  sealedBy,
  signProof,
  type Statement,
} from "./proofs.ts";

const STATEMENT =
  "(bytes32 modelId, uint32 modelVersion, bytes32 manifestHash, bytes32 inputHash, bytes32 outputHash, bytes32 requestId, uint64 producedAt)";
const EVIDENCE = "(address verifier, bytes32 attesterId, bytes32 blobId, bytes32 contentHash, uint64 size)";
const BATCHED = `(bytes32 batchId, (${STATEMENT} statement, ${EVIDENCE} evidence) proof, uint64 offset, uint64 length, bytes32[] merkleProof, bytes seal)`;
const coder = AbiCoder.defaultAbiCoder();

export const MANIFEST_HASH = id("the adapters' manifest");

/** A recorded proof in the form that adapters take. */
export const recordedForm = (statement: Statement, recordId: string): string =>
  concat(["0x01", coder.encode([STATEMENT, "bytes32"], [statement, recordId])]);

/** A proof in a batch in the form that adapters take. */
export const batchedForm = (batched: object): string => concat(["0x02", coder.encode([BATCHED], [batched])]);

const salt = new Uint8Array(32).fill(7);
const tensor = (name: string, ...data: number[]): Tensor => ({
  name,
  dtype: "uint8",
  shape: [data.length],
  data: Uint8Array.from(data),
});

/** What a model was given and what it answered, as bytes and as hashes of a statement. */
export const CONTENT = {
  prompt: encodeTensors({ tensors: [tensor("prompt", 1, 2, 3)], salt }),
  aigcData: encodeTensors({ tensors: [tensor("image", 4, 5, 6, 7)] }),
  inputHash: hashTensors({ tensors: [tensor("prompt", 1, 2, 3)], salt }),
  outputHash: hashTensors({ tensors: [tensor("image", 4, 5, 6, 7)] }),
};

/** All contracts, a policy for adapters, and ways to record and settle what meets it. */
export async function withPolicy() {
  const deployment = await deploy();
  const { proofs, attester, attesters, attesterId, verifier, accounts } = deployment;
  const policy = {
    verifier: await verifier.getAddress(),
    attesters: await attesters.getAddress(),
    attesterIds: [attesterId],
    manifestHash: MANIFEST_HASH,
    maxAge: 0n,
  };
  async function proofOf(fields: Partial<Statement> = {}): Promise<Proof> {
    const { statement, evidence } = await attestedProof(deployment, "adapted");
    const { inputHash, outputHash } = CONTENT;
    return { statement: { ...statement, manifestHash: MANIFEST_HASH, inputHash, outputHash, ...fields }, evidence };
  }
  async function recorded(fields: Partial<Statement> = {}) {
    const proof = await proofOf(fields);
    await proofs.record(proof, await signProof(proofs, attester, proof));
    const proofId = await proofs.proofIdOf(proof);
    return { proof, proofId, anchoredAt: await now(), form: recordedForm(proof.statement, proofId) };
  }
  async function settled(fields: Partial<Statement> = {}, settings: BatchSettings = {}) {
    const { batch, leaves } = await batchOf([await proofOf(fields)], { sealOf: sealedBy(deployment), ...settings });
    await proofs.connect(accounts.settler).settle(batch);
    const [leaf] = leaves;
    if (leaf === undefined) throw new Error("the batch is empty");
    const batchId = await proofs.batchIdOf(accounts.settler, batch);
    return { ...leaf, anchoredAt: await now(), form: batchedForm({ ...leaf, batchId }) };
  }
  return { ...deployment, policy, recorded, settled };
}
