import { expect } from "chai";
import { id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { ethers, networkHelpers } from "../support/chain.ts";
import { deploy, now } from "../support/deployment.ts";
import { attestedProof, batchOf, sealedBy, signProof, signWithdrawal, vanillaProof } from "../support/proofs.ts";

const { loadFixture, time } = networkHelpers;

describe("ProofLens.requireVerifiedInBatch", () => {
  it("passes a proof at its place in a batch whose seal holds and that meets the policy", async () => {
    const { lens, batched, leaf, policy, settledAt } = await withBatch();
    expect(await lens.requireVerifiedInBatch(batched, policy)).to.deep.equal([leaf.proofId, settledAt]);
    const { manifestHash } = leaf.proof.statement;
    await lens.requireVerifiedInBatch(batched, { ...policy, manifestHash });
  });

  it("refuses another verifier before it asks it, and a policy that names none", async () => {
    const { lens, batched, leaf, policy, verifier, accounts } = await withBatch();
    await expect(lens.requireVerifiedInBatch(batched, { ...policy, verifier: accounts.stranger.address }))
      .to.be.revertedWithCustomError(lens, "ProofLensOtherVerifier")
      .withArgs(leaf.proofId, verifier, accounts.stranger);
    await expect(
      lens.requireVerifiedInBatch(batched, { ...policy, verifier: ZeroAddress }),
    ).to.be.revertedWithCustomError(lens, "ProofLensVerifierMissing");
  });

  it("refuses another manifest, attester or age", async () => {
    const { lens, batched, leaf, policy, settledAt } = await withBatch();
    const { manifestHash } = leaf.proof.statement;
    await expect(lens.requireVerifiedInBatch(batched, { ...policy, manifestHash: id("another") }))
      .to.be.revertedWithCustomError(lens, "ProofLensOtherManifest")
      .withArgs(leaf.proofId, manifestHash, id("another"));
    await expect(lens.requireVerifiedInBatch(batched, { ...policy, attesterIds: [id("another")] }))
      .to.be.revertedWithCustomError(lens, "ProofLensOtherAttester")
      .withArgs(leaf.proofId, leaf.proof.evidence.attesterId);
    await time.increaseTo(settledAt + 500n);
    await lens.requireVerifiedInBatch(batched, { ...policy, maxAge: 500n });
    await expect(lens.requireVerifiedInBatch(batched, { ...policy, maxAge: 499n }))
      .to.be.revertedWithCustomError(lens, "ProofLensTooOld")
      .withArgs(leaf.proofId, settledAt, 499n);
  });

  it("refuses another place, another seal and an unknown batch", async () => {
    const { lens, proofs, batched, leaf, other, policy } = await withBatch();
    await expect(
      lens.requireVerifiedInBatch({ ...batched, offset: batched.offset + 1n }, policy),
    ).to.be.revertedWithCustomError(proofs, "ProofRegistryNotInBatch");
    await expect(lens.requireVerifiedInBatch({ ...batched, seal: other }, policy))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryNotInBatch")
      .withArgs(batched.batchId, leaf.proofId, keccak256(other), batched.offset, batched.length);
    await expect(
      lens.requireVerifiedInBatch({ ...batched, batchId: id("none") }, policy),
    ).to.be.revertedWithCustomError(proofs, "ProofRegistryUnknownBatch");
  });

  it("counts a revocation that was dated back, and a withdrawal", async () => {
    const { lens, proofs, attester, attesters, batched, leaf, policy, settledAt, snapshot } = await withBatch();
    const { attesterId } = leaf.proof.evidence;
    await attesters.revoke(attesterId, settledAt, "stolen then");
    await expect(lens.requireVerifiedInBatch(batched, policy)).to.be.revert(ethers);
    await snapshot.restore();
    await proofs.withdrawWithSeal(leaf.proof, await signWithdrawal(proofs, attester, leaf.proofId));
    await expect(lens.requireVerifiedInBatch(batched, policy))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryWithdrawn")
      .withArgs(leaf.proofId, await now());
  });

  it("refuses a vanilla proof, which nothing checks", async () => {
    const { lens, proofs, accounts, policy } = await withBatch();
    const vanilla = await batchOf([await vanillaProof(accounts.settler.address)], { seed: "vanilla" });
    await proofs.connect(accounts.settler).settle(vanilla.batch);
    const [leaf] = vanilla.leaves;
    if (leaf === undefined) throw new Error("no leaf");
    const batchId = await proofs.batchIdOf(accounts.settler.address, vanilla.batch);
    await expect(lens.requireVerifiedInBatch({ ...leaf, batchId }, policy)).to.be.revertedWithCustomError(
      lens,
      "ProofLensOtherVerifier",
    );
  });
});

describe("SpentProofs", () => {
  it("pays once for a request that the same attester answered, recorded or in any batch", async () => {
    const { lens, proofs, attester, accounts, batched, leaf, policy, verifier } = await withBatch();
    const payer = await ethers.deployContract("OncePayer", [await lens.getAddress()]);
    expect(await payer.getFunction("isSpent")(leaf.proof)).to.equal(false);
    await payer.getFunction("payInBatch")(batched, policy);
    expect(await payer.getFunction("isSpent")(leaf.proof)).to.equal(true);
    const { requestId } = leaf.proof.statement;
    const spent = [await verifier.getAddress(), leaf.proof.evidence.attesterId, requestId] as const;
    await expect(payer.getFunction("payInBatch")(batched, policy))
      .to.be.revertedWithCustomError(payer, "SpentProofsAlreadySpent")
      .withArgs(...spent);
    // The same answer with other evidence is another proof, and recorded by itself.
    const evidence = { ...leaf.proof.evidence, blobId: id("its own blob"), contentHash: id("other evidence") };
    const again = { statement: leaf.proof.statement, evidence };
    const recordId = await proofs.proofIdOf(again);
    await proofs.connect(accounts.stranger).record(again, await signProof(proofs, attester, again));
    await expect(payer.getFunction("payRecorded")(again.statement, recordId, policy))
      .to.be.revertedWithCustomError(payer, "SpentProofsAlreadySpent")
      .withArgs(...spent);
    expect(await payer.getFunction("paid")()).to.equal(1n);
  });

  it("pays for another request", async () => {
    const { lens, proofs, attester, policy, verifier, attesterId } = await withBatch();
    const payer = await ethers.deployContract("OncePayer", [await lens.getAddress()]);
    for (const seed of ["first", "second"]) {
      const proof = await attestedProof({ verifier, attesterId }, seed);
      await proofs.record(proof, await signProof(proofs, attester, proof));
      await payer.getFunction("payRecorded")(proof.statement, await proofs.proofIdOf(proof), policy);
    }
    expect(await payer.getFunction("paid")()).to.equal(2n);
  });
});

/** A settled batch of three attested proofs, the second one with its place and seal, and the policy that it just meets. */
async function withBatch() {
  const deployment = await loadFixture(deploy);
  const { proofs, accounts, attesters, verifier, attesterId } = deployment;
  const made = await Promise.all(["one", "two", "three"].map((seed) => attestedProof(deployment, seed)));
  const { batch, leaves } = await batchOf(made, { sealOf: sealedBy(deployment) });
  await proofs.connect(accounts.settler).settle(batch);
  const settledAt = await now();
  const [first, leaf] = leaves;
  if (first === undefined || leaf === undefined) throw new Error("no leaves");
  const batched = { ...leaf, batchId: await proofs.batchIdOf(accounts.settler.address, batch) };
  const policy = {
    verifier: await verifier.getAddress(),
    attesters: await attesters.getAddress(),
    attesterIds: [attesterId],
    manifestHash: ZeroHash,
    maxAge: 3600n,
  };
  return {
    ...deployment,
    batched,
    leaf,
    other: first.seal,
    policy,
    settledAt,
    snapshot: await networkHelpers.takeSnapshot(),
  };
}
