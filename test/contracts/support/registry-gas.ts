import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { getAddress, id, keccak256, ZeroHash, type ContractTransactionResponse } from "ethers";
import { network } from "hardhat";
import { signOfLife } from "./attesters.ts";
import { attesterInput, deployOn, MEASUREMENT, type Deployment } from "./deployment.ts";
import { groth16Records } from "./groth16-records.ts";
import { signPublish } from "./models.ts";
import {
  attestedProof,
  batchOf,
  leafFields,
  placeOf,
  proofIdOf,
  signProof,
  signWithdrawal,
  vanillaProof,
  type Proof,
} from "./proofs.ts";
import { signersOfEveryKind } from "./signers.ts";

/** A time without a zero byte for long: zero bytes in calldata cost less, and gas must not depend on the day. */
const START = 0xf1f1f111n;
const PRODUCED = START + 60n;
const LATER = START + 600n;

type Send = (name: string, transaction: Promise<ContractTransactionResponse>) => Promise<void>;

/** Whole transactions from their receipts, with arguments as full as in earnest. */
export async function registryGas(): Promise<Record<string, number>> {
  // A chain of its own: addresses and signatures come out the same whatever other tests did.
  const { ethers, networkHelpers } = await network.create();
  await networkHelpers.time.increaseTo(START);
  const deployment = await deployOn(ethers);
  await networkHelpers.time.increaseTo(PRODUCED);
  const { accounts, models, proofs, attester } = deployment;
  const { publisher, submitter, settler } = accounts;
  const gas: Record<string, number> = {};
  const send: Send = async (name, transaction) => {
    const receipt = await (await transaction).wait();
    gas[name] = Number(receipt?.gasUsed ?? 0n);
  };

  const ours = models.connect(publisher);
  const modelId = await models.modelIdOf(publisher.address, "iris-classifier");
  await send("ModelRegistry.register", ours.register("iris-classifier"));
  await send("ModelRegistry.publish (first)", ours.publish(modelId, release("first", "v1.0.0")));
  await send("ModelRegistry.publish (second)", ours.publish(modelId, release("second", "v1.1.0")));
  await send("ModelRegistry.publish (without label)", ours.publish(modelId, release("third", "")));
  await send("ModelRegistry.setTag (new)", ours.setTag(modelId, "stable", 1));
  await send("ModelRegistry.setTag (moved)", ours.setTag(modelId, "stable", 2));
  await send("ModelRegistry.setTag (removed)", ours.setTag(modelId, "stable", 0));
  await send("ModelRegistry.setStatus", ours.setStatus(modelId, 1, 2, "trained on the test set"));
  await send("ModelRegistry.setPublisher (named)", ours.setPublisher(modelId, submitter.address, true));
  const theirs = models.connect(submitter);
  await send("ModelRegistry.publish (by a publisher)", theirs.publish(modelId, release("fourth", "v1.2.0")));
  const wish = { modelId, release: release("fifth", "v1.3.0"), version: 5n, publisher: attester.address };
  await ours.setPublisher(modelId, attester.address, true);
  const signature = await signPublish(models, attester, { ...wish, deadline: 2n * START });
  await send(
    "ModelRegistry.publishFor (signed by an account)",
    models.publishFor(modelId, wish.release, 5, attester.address, 2n * START, signature),
  );
  const longest = release("longest", "v1.4.0-rc.1+build.20260131T1200");
  await send("ModelRegistry.publish (by a publisher, with the longest label)", theirs.publish(modelId, longest));
  await send("ModelRegistry.renew", theirs.renew(modelId, 4, 777));
  await send("ModelRegistry.setPublisher (no longer)", ours.setPublisher(modelId, submitter.address, false));
  const document = { blobId: id("document"), contentHash: id("document bytes"), size: 54_321n };
  await send("ModelRegistry.addDocument (first)", theirs.addDocument(modelId, 4, 2, document));
  await send("ModelRegistry.addDocument (second)", theirs.addDocument(modelId, 4, 3, document));
  await send("ModelRegistry.revokeDocument", theirs.revokeDocument(modelId, 4, 1, "measured on the training set"));
  await send("ModelRegistry.offerModel", ours.offerModel(modelId, submitter.address));
  await send("ModelRegistry.acceptModel", theirs.acceptModel(modelId));

  const vanilla = await vanillaProof(submitter.address, "vanilla", PRODUCED);
  await send("ProofRegistry.record (vanilla)", proofs.connect(submitter).record(vanilla, "0x"));
  const attested = await attestedProof(deployment, "attested", PRODUCED);
  const seal = await signProof(proofs, attester, attested);
  await send("ProofRegistry.record (attested by an account)", proofs.record(attested, seal));

  for (const { name, contract, proof, seal: points } of await groth16Records(
    ethers,
    proofs,
    accounts.stranger,
    PRODUCED,
  )) {
    await send(`ProofRegistry.record (${name})`, contract.record(proof, points));
  }
  const all = await Promise.all(
    Array.from({ length: 1000 }, (_, index) => attestedProof(deployment, `leaf ${index}`, PRODUCED)),
  );
  all[1] = await vanillaProof(settler.address, "vanilla leaf", PRODUCED);
  const { batch, leaves } = await batchOf(all, {
    // Only the first is recorded.
    sealOf: (proof: Proof) => (proof.statement === all[0]?.statement ? signProof(proofs, attester, proof) : "0x"),
  });
  const [first, second] = leaves;
  if (!first || !second) throw new Error("the batch is empty");
  const batchId = await proofs.batchIdOf(settler.address, batch);
  await send("ProofRegistry.settle", proofs.connect(settler).settle(batch));
  gas["ProofRegistry.isInBatch (inside the call, depth 10)"] = await gasInside(ethers, {
    to: await proofs.getAddress(),
    data: proofs.interface.encodeFunctionData("isInBatch", [batchId, ...leafFields(first), first.merkleProof]),
  });
  await send(
    "ProofRegistry.recordFromBatch (attested by an account, depth 10)",
    proofs.recordFromBatch(...placeOf(batchId, first)),
  );
  await send("ProofRegistry.recordFromBatch (vanilla, depth 10)", proofs.recordFromBatch(...placeOf(batchId, second)));
  await send("ProofRegistry.withdraw", proofs.connect(submitter).withdraw(vanilla));
  const withdrawal = await signWithdrawal(proofs, attester, proofIdOf(attested));
  await send("ProofRegistry.withdrawWithSeal", proofs.withdrawWithSeal(attested, withdrawal));

  await measureAttesters(deployment, networkHelpers, send);
  return gas;
}

/** Attesters of every kind, from their admission to their end, and what a proof of each costs. */
async function measureAttesters(deployment: Deployment, { mine, time }: NetworkHelpers, send: Send): Promise<void> {
  const { proofs, attesters } = deployment;
  const times = { validFrom: LATER, validUntil: 2n * START };
  const signers = await signersOfEveryKind(deployment);
  for (const { kind, signer, measured } of signers) {
    const measurement = measured ? MEASUREMENT : ZeroHash;
    await send(`AttesterRegistry.add (${kind})`, attesters.add(attesterInput(signer, { ...times, measurement })));
  }
  await time.increaseTo(LATER);
  for (const { kind, signer, sign } of signers) {
    const attested = await attestedProof({ ...deployment, attesterId: keccak256(signer) }, kind, LATER);
    const seal = sign(await proofs.digestOf(attested));
    await send(`ProofRegistry.record (attested by ${kind})`, proofs.record(attested, seal));
  }

  const [{ signer }] = signers;
  const attesterId = keccak256(signer);
  const successor = attesterInput(getAddress(`0x${"b6".repeat(20)}`), { ...times, validFrom: LATER + 6000n });
  await send("AttesterRegistry.rotate", attesters.rotate(attesterId, successor, 3600n, "0x"));
  await send("AttesterRegistry.setEndpoint", attesters.setEndpoint(attesterId, "https://elsewhere.example/v2"));
  const document = { blobId: id("next document"), contentHash: id("next bytes"), size: 54_321n };
  await send("AttesterRegistry.setDocument", attesters.setDocument(attesterId, document));
  await send("AttesterRegistry.revoke", attesters.revoke(attesterId, 1n, "the key was stolen"));
  for (const name of ["first", "again"]) {
    let life = await signOfLife(deployment, deployment.attester);
    // The hash of a block is another each time; a signature without a zero byte costs the same.
    for (; /^0x(..)*00/.test(life[2]); life = await signOfLife(deployment, deployment.attester)) await mine();
    await send(`AttesterRegistry.proveLife (${name})`, attesters.proveLife(...life));
  }
  const approval = [id("another measurement"), 0n, 2n * START, "gateway 2.1"] as const;
  await send("AttesterRegistry.approveMeasurement", attesters.approveMeasurement(...approval));
  await send("AttesterRegistry.closeApproval", attesters.closeApproval(2n, 1n, "it leaks its key"));
}

/** What the code of a call uses, apart from what the call itself costs its caller. */
async function gasInside(ethers: HardhatEthers, call: { to: string; data: string }): Promise<number> {
  const options = { disableMemory: true, disableStack: true, disableStorage: true };
  const trace: unknown = await ethers.provider.send("debug_traceCall", [call, "latest", options]);
  const { structLogs } = trace as { structLogs: { gas: number; gasCost: number }[] };
  const [start, end] = [structLogs.at(0), structLogs.at(-1)];
  if (!start || !end) throw new Error("the call ran no code");
  return start.gas - end.gas + end.gasCost;
}

function release(seed: string, label: string) {
  return {
    manifest: { blobId: id(`blob ${seed}`), contentHash: id(`manifest ${seed}`), size: 12_345n },
    blobsHash: id(`blobs ${seed}`),
    endEpoch: 523n,
    label,
  };
}
