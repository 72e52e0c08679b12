import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import { id, Wallet, ZeroHash, zeroPadValue } from "ethers";
import { networkHelpers } from "./support/chain.ts";
import { deploy, now } from "./support/deployment.ts";
import {
  attestedProof,
  batchOf,
  leafFields,
  placeOf,
  proofIdOf,
  sealedBy,
  signProof,
  signWithdrawal,
  vanillaProof,
} from "./support/proofs.ts";
import { reasonIs } from "./support/reasons.ts";

const { loadFixture } = networkHelpers;

describe("ProofRegistry.withdraw", () => {
  it("marks a vanilla proof for its submitter, for good, and deletes nothing", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { submitter } = accounts;
    const proof = await vanillaProof(submitter.address);
    const ours = proofs.connect(submitter);
    await ours.record(proof, "0x");
    await expect(ours.withdraw(proof))
      .to.emit(proofs, "ProofWithdrawn")
      .withArgs(proofIdOf(proof), proof.evidence.attesterId, anyValue, "0x");
    const withdrawnAt = await now();
    const record = await proofs.proofOf(proofIdOf(proof));
    expect([record.withdrawn, record.withdrawnAt]).to.deep.equal([true, withdrawnAt]);
    expect(await proofs.withdrawnAt(proofIdOf(proof))).to.equal(withdrawnAt);
    expect(await proofs.withdrawnAt(id("nothing"))).to.equal(0n);
    expect(record.blobId).to.equal(proof.evidence.blobId);
    await expect(ours.withdraw(proof))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryWithdrawn")
      .withArgs(proofIdOf(proof), withdrawnAt);
    await expect(ours.record(proof, "0x")).to.be.revertedWithCustomError(proofs, "ProofRegistryAlreadyRecorded");
  });

  it("is refused to everyone but the submitter", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { submitter, stranger } = accounts;
    const proof = await vanillaProof(submitter.address);
    await proofs.connect(submitter).record(proof, "0x");
    await expect(proofs.connect(stranger).withdraw(proof))
      .to.be.revertedWithCustomError(proofs, "ProofRegistrySubmitterMismatch")
      .withArgs(proof.evidence.attesterId, zeroPadValue(stranger.address, 32));
  });

  it("reaches a settler's vanilla leaf in every batch, recorded or not", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { settler } = accounts;
    const { batch, leaves } = await batchOf([await vanillaProof(settler.address)]);
    const [leaf] = leaves;
    if (!leaf) throw new Error("the batch is empty");
    await proofs.connect(settler).settle(batch);
    await proofs.connect(settler).withdraw(leaf.proof);
    expect(await proofs.isWithdrawn(leaf.proofId)).to.equal(true);
    const batchId = await proofs.batchIdOf(settler, batch);
    await proofs.recordFromBatch(...placeOf(batchId, leaf));
    expect((await proofs.proofOf(await proofs.batchRecordIdOf(batchId, leaf.proofId))).withdrawn).to.equal(true);
  });
});

describe("ProofRegistry.withdrawWithSeal", () => {
  it("marks an attested proof by its attester's signature, whoever sends it", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, accounts } = deployment;
    const proof = await attestedProof(deployment);
    const proofId = proofIdOf(proof);
    await proofs.record(proof, await signProof(proofs, attester, proof));
    const seal = await signWithdrawal(proofs, attester, proofId);
    await expect(proofs.connect(accounts.stranger).withdrawWithSeal(proof, seal))
      .to.emit(proofs, "ProofWithdrawn")
      .withArgs(proofId, attesterId, anyValue, seal);
    const withdrawnAt = await now();
    expect((await proofs.proofOf(proofId)).withdrawnAt).to.equal(withdrawnAt);
    await expect(proofs.withdrawWithSeal(proof, seal))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryWithdrawn")
      .withArgs(proofId, withdrawnAt);
  });

  it("refuses the seal of the proof itself, of another proof and of another key", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, verifier } = deployment;
    const proof = await attestedProof(deployment);
    const proofId = proofIdOf(proof);
    const seal = await signProof(proofs, attester, proof);
    await proofs.record(proof, seal);
    const other = new Wallet(id("another key"));
    const wrongOnes = [
      seal,
      await signWithdrawal(proofs, attester, ZeroHash),
      await signWithdrawal(proofs, other, proofId),
      "0x",
      `0x${"00".repeat(65)}`,
    ];
    for (const wrong of wrongOnes) {
      await expect(proofs.withdrawWithSeal(proof, wrong))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
        .withArgs(
          verifier,
          await proofs.withdrawalDigestOf(proofId),
          reasonIs(verifier, "AttestedSignatureVerifierInvalidSignature"),
        );
    }
  });

  it("is refused to a key that was revoked", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, attesters, verifier } = deployment;
    const proof = await attestedProof(deployment);
    await proofs.record(proof, await signProof(proofs, attester, proof));
    await attesters.revoke(attesterId, await now(), "stolen");
    const proofId = proofIdOf(proof);
    await expect(proofs.withdrawWithSeal(proof, await signWithdrawal(proofs, attester, proofId)))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
      .withArgs(
        verifier,
        await proofs.withdrawalDigestOf(proofId),
        reasonIs(verifier, "AttestedSignatureVerifierAttesterNotValid"),
      );
  });

  it("is refused for a vanilla proof", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const proof = await vanillaProof(accounts.admin.address);
    await expect(proofs.withdrawWithSeal(proof, "0x"))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryNoVerifier")
      .withArgs(proofIdOf(proof));
  });

  it("ends what verifyInBatch accepts", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, accounts } = deployment;
    const { batch, leaves } = await batchOf([await attestedProof(deployment)], { sealOf: sealedBy(deployment) });
    const [leaf] = leaves;
    if (!leaf) throw new Error("the batch is empty");
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(accounts.admin, batch);
    const { proof, proofId } = leaf;
    await proofs.verifyInBatch(...placeOf(batchId, leaf));
    await proofs.withdrawWithSeal(proof, await signWithdrawal(proofs, attester, proofId));
    await expect(proofs.verifyInBatch(...placeOf(batchId, leaf)))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryWithdrawn")
      .withArgs(proofId, await now());
    expect(await proofs.isInBatch(batchId, ...leafFields(leaf), leaf.merkleProof)).to.equal(true);
  });
});
