import { id, parseEther } from "ethers";
import { BLOBS, DAY, MANIFEST, withAvailableModel } from "./availability.ts";
import { ethers } from "./chain.ts";
import { deploy, now } from "./deployment.ts";
import {
  batchOf,
  type BatchSettings,
  type Evidence,
  type Proof,
  sealedBy,
  signProof,
  type Statement,
  statementOf,
} from "./proofs.ts";

export const PRICE = parseEther("1");

/** An escrow over all contracts, a model whose blobs are certified, and a client who asked one provider. */
export async function withRequest() {
  const deployment = await deploy();
  const { proofs, verifier, attesters, attesterId, attester, lens } = deployment;
  const { modelId, release, certify, policy: availability, models, ...walrus } = await withAvailableModel();
  await certify(MANIFEST, ...BLOBS);
  const accounts = await ethers.getSigners();
  const [client, provider, second, otherClient] = accounts.slice(10);
  if (!client || !provider || !second || !otherClient) throw new Error("the chain has too few accounts");
  const escrow = await ethers.deployContract("InferenceEscrow", [
    await lens.getAddress(),
    await walrus.lens.getAddress(),
  ]);
  const policy = {
    verifier: await verifier.getAddress(),
    attesters: await attesters.getAddress(),
    attesterIds: [attesterId],
    manifestHash: release.manifest.contentHash,
    maxAge: 3600n,
  };
  const terms = {
    modelId,
    modelVersion: 1n,
    inputHash: id("the input"),
    policy,
    payees: [provider.address],
    availability,
    price: PRICE,
    deadline: (await now()) + DAY / 2n,
  };
  const requestId = await escrow.requestIdOf(0);
  await escrow.connect(client).request(terms, { value: PRICE });

  async function answer(fields: Partial<Statement> = {}, evidence: Partial<Evidence> = {}): Promise<Proof> {
    const statement = statementOf("answer", {
      modelId,
      modelVersion: 1n,
      manifestHash: release.manifest.contentHash,
      inputHash: terms.inputHash,
      requestId,
      producedAt: await now(),
      ...fields,
    });
    const kept = { blobId: id("evidence blob"), contentHash: id("evidence"), size: 1000n };
    return { statement, evidence: { verifier: policy.verifier, attesterId, ...kept, ...evidence } };
  }
  /** Records a proof and gives its record's id. */
  async function record(proof: Proof, key = attester): Promise<string> {
    await proofs.record(proof, await signProof(proofs, key, proof));
    return await proofs.proofIdOf(proof);
  }
  /** Settles a proof in a batch of its own and gives its place. */
  async function settle(proof: Proof, settings: BatchSettings = {}) {
    const { batch, leaves } = await batchOf([proof], { sealOf: sealedBy(deployment), ...settings });
    await proofs.settle(batch);
    return { ...leaves[0]!, batchId: await proofs.batchIdOf(deployment.accounts.admin, batch) };
  }
  const people = { client, provider, second, otherClient };
  return { ...deployment, ...people, walrus, models, certify, escrow, terms, requestId, answer, record, settle };
}
