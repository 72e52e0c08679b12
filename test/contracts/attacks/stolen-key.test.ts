import { expect } from "chai";
import { keccak256, ZeroHash } from "ethers";
import { networkHelpers } from "../support/chain.ts";
import { attesterInput, deploy, MAX_DELAY, now } from "../support/deployment.ts";
import {
  attestedProof,
  batchOf,
  placeOf,
  proofIdOf,
  sealedBy,
  signProof,
  signWithdrawal,
  type Proof,
} from "../support/proofs.ts";
import { reasonIs } from "../support/reasons.ts";
import { signersOfEveryKind } from "../support/signers.ts";

const { loadFixture, time } = networkHelpers;
const NOTHING = { blobId: ZeroHash, contentHash: ZeroHash, size: 0n };

describe("A stolen attester key", () => {
  it("cannot write the past by dating a proof back further than the delay", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, verifier } = deployment;
    await time.increase(MAX_DELAY * 2n);
    const proof = await attestedProof(deployment, "old", (await now()) - MAX_DELAY - 1n);
    await expect(proofs.record(proof, await signProof(proofs, attester, proof)))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
      .withArgs(verifier, await proofs.digestOf(proof), reasonIs(verifier, "AttestedSignatureVerifierTooLate"));
  });

  it("cannot write the past after its revocation, even with a date before it", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, attesters, verifier } = deployment;
    await time.increase(100n);
    const before = await now();
    await attesters.revoke(attesterId, await now(), "stolen");
    const proof = await attestedProof(deployment, "after", before - 10n);
    await expect(proofs.record(proof, await signProof(proofs, attester, proof)))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
      .withArgs(
        verifier,
        await proofs.digestOf(proof),
        reasonIs(verifier, "AttestedSignatureVerifierAttesterNotValid"),
      );
  });

  it("cannot write the past through a batch that is settled after its revocation", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attesterId, attesters, verifier } = deployment;
    const good = await attestedProof(deployment, "in a batch");
    await attesters.revoke(attesterId, await now(), "stolen");
    const two = [good, await attestedProof(deployment, "other")];
    const { batch, leaves } = await batchOf(two, { sealOf: sealedBy(deployment) });
    const [leaf] = leaves;
    if (!leaf) throw new Error("the batch is empty");
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(deployment.accounts.admin, batch);
    const place = placeOf(batchId, leaf);
    for (const call of [() => proofs.recordFromBatch(...place), () => proofs.verifyInBatch(...place)]) {
      await expect(call())
        .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
        .withArgs(
          verifier,
          await proofs.digestOf(leaf.proof),
          reasonIs(verifier, "AttestedSignatureVerifierAttesterNotValid"),
        );
    }
  });

  it("cannot attest for a time before its admission", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, attesters, verifier } = deployment;
    const { addedAt } = await attesters.attesterOf(attesterId);
    const proof = await attestedProof(deployment, "before", addedAt - 1n);
    await expect(proofs.record(proof, await signProof(proofs, attester, proof)))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
      .withArgs(
        verifier,
        await proofs.digestOf(proof),
        reasonIs(verifier, "AttestedSignatureVerifierAttesterNotValid"),
      );
  });

  it("cannot attest for the future", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, verifier } = deployment;
    const proof = await attestedProof(deployment, "future", (await now()) + 1000n);
    await expect(proofs.record(proof, await signProof(proofs, attester, proof)))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
      .withArgs(verifier, await proofs.digestOf(proof), reasonIs(verifier, "AttestedSignatureVerifierProducedLater"));
  });

  it("leaves what was recorded before the theft alone, and loses what a revocation dated back covers", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, attesters, verifier, lens } = deployment;
    const honest = await attestedProof(deployment, "honest");
    await proofs.record(honest, await signProof(proofs, attester, honest));
    await time.increase(1000n);
    const theft = await now();
    const forged = await attestedProof(deployment, "forged");
    await proofs.record(forged, await signProof(proofs, attester, forged));
    await attesters.revoke(attesterId, theft, "stolen then, noticed now");

    const policy = { verifier, attesters, attesterIds: [attesterId], manifestHash: ZeroHash, maxAge: 0n };
    const record = await lens.requireVerified(proofIdOf(honest), policy);
    expect(record.attesterId).to.equal(attesterId);
    await expect(lens.requireVerified(proofIdOf(forged), policy)).to.be.revertedWithCustomError(
      lens,
      "ProofLensAttesterNotValid",
    );
  });

  it("cannot erase the past: what it withdrew counts again once its revocation is dated back to the theft", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, attesters, verifier, lens, accounts } = deployment;
    const honest = await attestedProof(deployment, "honest");
    const recordId = proofIdOf(honest);
    await proofs.record(honest, await signProof(proofs, attester, honest));
    await time.increase(1000n);
    const theft = await now();
    const seal = await signWithdrawal(proofs, attester, recordId);
    await proofs.connect(accounts.stranger).withdrawWithSeal(honest, seal);

    const policy = { verifier, attesters, attesterIds: [attesterId], manifestHash: ZeroHash, maxAge: 0n };
    await expect(lens.requireVerified(recordId, policy)).to.be.revertedWithCustomError(lens, "ProofLensWithdrawn");
    await attesters.revoke(attesterId, theft, "stolen then, noticed now");
    expect((await lens.requireVerified(recordId, policy)).proofId).to.equal(recordId);
  });

  it("cannot erase the past of a batch: its leaf is recorded after the withdrawal and judged by the lens", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, attesters, verifier, lens, accounts } = deployment;
    const honest = await attestedProof(deployment, "honest");
    const { batch, leaves } = await batchOf([honest], { sealOf: sealedBy(deployment) });
    const [leaf] = leaves;
    if (!leaf) throw new Error("the batch is empty");
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(accounts.admin, batch);
    await time.increase(1000n);
    const theft = await now();
    await proofs.withdrawWithSeal(leaf.proof, await signWithdrawal(proofs, attester, leaf.proofId));
    await attesters.revoke(attesterId, theft, "stolen then, noticed now");

    const place = placeOf(batchId, leaf);
    await expect(proofs.verifyInBatch(...place)).to.be.revertedWithCustomError(proofs, "ProofRegistryWithdrawn");
    await proofs.recordFromBatch(...place);
    const recordId = await proofs.batchRecordIdOf(batchId, leaf.proofId);
    const policy = { verifier, attesters, attesterIds: [attesterId], manifestHash: ZeroHash, maxAge: 0n };
    expect((await lens.requireVerified(recordId, policy)).proofId).to.equal(leaf.proofId);
  });

  it("cannot undo an honest withdrawal by withdrawing again at a time that will not count", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, attesters, verifier, lens } = deployment;
    const wrong = await attestedProof(deployment, "found to be wrong");
    const recordId = proofIdOf(wrong);
    await proofs.record(wrong, await signProof(proofs, attester, wrong));
    const seal = await signWithdrawal(proofs, attester, recordId);
    await proofs.withdrawWithSeal(wrong, seal);
    const withdrawnAt = await now();
    await time.increase(1000n);
    const theft = await now();
    await expect(proofs.withdrawWithSeal(wrong, seal))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryWithdrawn")
      .withArgs(recordId, withdrawnAt);
    await attesters.revoke(attesterId, theft, "stolen then, noticed now");
    const policy = { verifier, attesters, attesterIds: [attesterId], manifestHash: ZeroHash, maxAge: 0n };
    await expect(lens.requireVerified(recordId, policy))
      .to.be.revertedWithCustomError(lens, "ProofLensWithdrawn")
      .withArgs(recordId, recordId, withdrawnAt);
  });

  it("loses its holder no withdrawal by having withdrawn first: one after the theft would not count either", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, attesters, verifier, lens } = deployment;
    const proof = await attestedProof(deployment, "withdrawn by the thief");
    const recordId = proofIdOf(proof);
    await proofs.record(proof, await signProof(proofs, attester, proof));
    const policy = { verifier, attesters, attesterIds: [attesterId], manifestHash: ZeroHash, maxAge: 0n };
    await proofs.withdrawWithSeal(proof, await signWithdrawal(proofs, attester, recordId));
    const withdrawnAt = await now();
    // As long as any later time counts, the thief's does: the holder's wish is met already.
    for (const revokedAt of [withdrawnAt + 1n, withdrawnAt]) {
      await attesters.revoke(attesterId, revokedAt, "");
      const counts = revokedAt > withdrawnAt;
      const asked = lens.requireVerified(recordId, policy);
      if (counts) await expect(asked).to.be.revertedWithCustomError(lens, "ProofLensWithdrawn");
      else await asked;
    }
  });

  it("of any kind passes no new proof and none dated back once revoked, while honest old ones pass", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attesters, verifier, lens, accounts } = deployment;
    const signers = await signersOfEveryKind(deployment);
    for (const { signer } of signers) await attesters.add(attesterInput(signer));
    for (const { kind, signer, sign } of signers) {
      const attesterId = keccak256(signer);
      const subject = { verifier, attesterId };
      const policy = { verifier, attesters, attesterIds: [attesterId], manifestHash: ZeroHash, maxAge: 0n };
      const record = async (proof: Proof): Promise<string> => {
        await proofs.record(proof, sign(await proofs.digestOf(proof)));
        return proofIdOf(proof);
      };
      const honest = await record(await attestedProof(subject, `${kind}, honest`));
      const sealOf = async (proof: Proof) => sign(await proofs.digestOf(proof));
      const inBatch = await attestedProof(subject, `${kind}, honest in a batch`);
      const { batch, leaves } = await batchOf([inBatch], { sealOf });
      const [leaf] = leaves;
      if (!leaf) throw new Error("the batch is empty");
      await proofs.settle(batch);
      const batchId = await proofs.batchIdOf(accounts.admin, batch);
      await time.increase(100n);
      const theft = await now();
      const unnoticed = await record(await attestedProof(subject, `${kind}, by the thief`));
      await attesters.revoke(attesterId, theft, "stolen then, noticed now");

      await lens.requireVerified(honest, policy);
      await proofs.recordFromBatch(...placeOf(batchId, leaf));
      await lens.requireVerified(await proofs.batchRecordIdOf(batchId, leaf.proofId), policy);
      await expect(lens.requireVerified(unnoticed, policy), kind).to.be.revertedWithCustomError(
        lens,
        "ProofLensAttesterNotValid",
      );
      for (const producedAt of [await now(), theft, theft - 50n]) {
        const proof = await attestedProof(subject, `${kind}, ${producedAt}`, producedAt);
        await expect(record(proof), kind)
          .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
          .withArgs(
            verifier,
            await proofs.digestOf(proof),
            reasonIs(verifier, "AttestedSignatureVerifierAttesterNotValid"),
          );
      }
    }
  });

  it("cannot be admitted for the past", async () => {
    const { attesters, accounts } = await loadFixture(deploy);
    const input = attesterInput(accounts.stranger.address, { document: NOTHING, validFrom: (await now()) - 1n });
    await expect(attesters.add(input)).to.be.revertedWithCustomError(attesters, "AttesterRegistryInvalidInterval");
  });

  it("does not make its holder another attester: the id commits to the key", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesters, verifier, accounts } = deployment;
    const proof = await attestedProof(deployment, "other");
    proof.evidence.attesterId = keccak256(accounts.stranger.address);
    const stranger = attesterInput(accounts.stranger.address, { document: NOTHING });
    for (const [contract, error] of [
      [attesters, "AttesterRegistryUnknownAttester"],
      [verifier, "AttestedSignatureVerifierInvalidSignature"],
    ] as const) {
      await expect(proofs.record(proof, await signProof(proofs, attester, proof)))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
        .withArgs(verifier, await proofs.digestOf(proof), reasonIs(contract, error));
      if (contract === attesters) await attesters.add(stranger);
    }
  });
});
