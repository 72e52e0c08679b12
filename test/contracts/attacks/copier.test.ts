import { expect } from "chai";
import { concat, Signature, toBeHex, TypedDataEncoder, zeroPadValue } from "ethers";
import { ethers, networkHelpers } from "../support/chain.ts";
import { deploy } from "../support/deployment.ts";
import {
  attestedProof,
  batchOf,
  domainOf,
  placeOf,
  PROOF_TYPES,
  proofIdOf,
  sealedBy,
  signProof,
  vanillaProof,
} from "../support/proofs.ts";
import { reasonIs } from "../support/reasons.ts";

const { loadFixture } = networkHelpers;

describe("A copier", () => {
  it("cannot become the submitter of a vanilla proof that it saw", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { submitter, stranger } = accounts;
    const proof = await vanillaProof(submitter.address);
    await expect(proofs.connect(stranger).record(proof, "0x"))
      .to.be.revertedWithCustomError(proofs, "ProofRegistrySubmitterMismatch")
      .withArgs(proof.evidence.attesterId, zeroPadValue(stranger.address, 32));
    await proofs.connect(submitter).record(proof, "0x");
    expect((await proofs.proofOf(proofIdOf(proof))).attesterId).to.equal(zeroPadValue(submitter.address, 32));
  });

  it("cannot block the honest submitter by putting its own name in first", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { submitter, stranger } = accounts;
    const honest = await vanillaProof(submitter.address);
    const copy = structuredClone(honest);
    copy.evidence.attesterId = zeroPadValue(stranger.address, 32);
    await proofs.connect(stranger).record(copy, "0x");
    await proofs.connect(submitter).record(honest, "0x");
    expect(proofIdOf(copy)).not.to.equal(proofIdOf(honest));
    expect(await proofs.exists(proofIdOf(honest))).to.equal(true);
  });

  it("gains nothing by sending an attested proof first: the record is the same", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, accounts } = deployment;
    const proof = await attestedProof(deployment);
    const seal = await signProof(proofs, attester, proof);
    await proofs.connect(accounts.stranger).record(proof, seal);
    const record = await proofs.proofOf(proofIdOf(proof));
    expect(record.attesterId).to.equal(attesterId);
    expect(record.verifier).to.equal(proof.evidence.verifier);
    await expect(proofs.connect(accounts.stranger).withdraw(proof))
      .to.be.revertedWithCustomError(proofs, "ProofRegistrySealRequired")
      .withArgs(proofIdOf(proof), proof.evidence.verifier);
    await expect(proofs.connect(accounts.submitter).record(proof, seal))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryAlreadyRecorded")
      .withArgs(proofIdOf(proof));
  });

  it("cannot take another's batch by settling it first", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, accounts } = deployment;
    const { settler, stranger } = accounts;
    const { batch } = await batchOf([await attestedProof(deployment)]);
    await proofs.connect(stranger).settle(batch);
    await proofs.connect(settler).settle(batch);
    const [theirs, ours] = [await proofs.batchIdOf(stranger, batch), await proofs.batchIdOf(settler, batch)];
    expect((await proofs.batchOf(theirs)).settler).to.equal(stranger.address);
    expect((await proofs.batchOf(ours)).settler).to.equal(settler.address);
  });

  it("cannot take the record of a leaf by settling its proof under a bundle of its own", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, accounts } = deployment;
    const { settler, stranger } = accounts;
    const original = [await attestedProof(deployment, "one"), await attestedProof(deployment, "two")];
    const sealOf = sealedBy(deployment);
    const honest = await batchOf(original, { sealOf, seed: "honest" });
    const copied = await batchOf(original, { sealOf, seed: "bogus" });

    for (const [{ batch, leaves }, sender] of [[copied, stranger] as const, [honest, settler] as const]) {
      const leaf = leaves[0] ?? never();
      await proofs.connect(sender).settle(batch);
      const batchId = await proofs.batchIdOf(sender, batch);
      await proofs.recordFromBatch(...placeOf(batchId, leaf));
      const record = await proofs.proofOf(await proofs.batchRecordIdOf(batchId, leaf.proofId));
      expect(record.blobId).to.equal(batch.bundle.blobId);
      expect(record.proofId).to.equal(leaf.proofId);
    }
  });

  it("cannot be the submitter of a vanilla leaf that it settled again", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, accounts } = deployment;
    const { settler, stranger } = accounts;
    const { batch, leaves } = await batchOf([await vanillaProof(settler.address)]);
    const leaf = leaves[0] ?? never();
    await proofs.connect(stranger).settle(batch);
    const batchId = await proofs.batchIdOf(stranger, batch);
    await expect(proofs.recordFromBatch(...placeOf(batchId, leaf))).to.be.revertedWithCustomError(
      proofs,
      "ProofRegistrySubmitterMismatch",
    );
  });

  it("cannot replay a seal on another registry, nor on another chain", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, verifier } = deployment;
    const other = await ethers.deployContract("ProofRegistry");
    const proof = await attestedProof(deployment);
    const seal = await signProof(proofs, attester, proof);
    expect(await other.digestOf(proof)).not.to.equal(await proofs.digestOf(proof));
    await expect(other.record(proof, seal)).to.be.revertedWithCustomError(other, "ProofRegistryVerifierReverted");

    const domain = await domainOf(proofs);
    expect(await proofs.domainSeparator()).to.equal(TypedDataEncoder.hashDomain(domain));
    const foreign = await attester.signTypedData({ ...domain, chainId: domain.chainId + 1n }, PROOF_TYPES, proof);
    await expect(proofs.record(proof, foreign))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
      .withArgs(
        verifier,
        await proofs.digestOf(proof),
        reasonIs(verifier, "AttestedSignatureVerifierInvalidSignature"),
      );
  });

  it("cannot make a second seal of the first: a signature with a high s is refused", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester } = deployment;
    const proof = await attestedProof(deployment);
    const { r, s, v } = Signature.from(await signProof(proofs, attester, proof));
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const high = toBeHex(order - BigInt(s), 32);
    const twisted = concat([r, high, v === 27 ? "0x1c" : "0x1b"]);
    await expect(proofs.record(proof, twisted)).to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted");
  });
});

function never(): never {
  throw new Error("the batch is empty");
}
