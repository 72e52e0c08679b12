import { expect } from "chai";
import { id, ZeroAddress, ZeroHash } from "ethers";
import { networkHelpers } from "../support/chain.ts";
import { deploy, now, type Deployment } from "../support/deployment.ts";
import { attestedProof, proofIdOf, signProof, signWithdrawal, vanillaProof, type Proof } from "../support/proofs.ts";

const { loadFixture, time } = networkHelpers;

describe("ProofLens", () => {
  it("gives the record of a proof that meets the policy", async () => {
    const { lens, proofs, recordId, policy } = await withRecord();
    expect(await lens.requireVerified(recordId, policy)).to.deep.equal(await proofs.proofOf(recordId));
    expect(await lens.requireVerified(recordId, { ...policy, attesterIds: [] })).to.have.length(11);
    expect(await lens.registry()).to.equal(await proofs.getAddress());
    expect(await lens.version()).to.equal("1.0.0");
  });

  it("refuses a policy that names no verifier, which a vanilla proof would meet", async () => {
    const { lens, proofs, policy, accounts } = await withRecord();
    const vanilla = await vanillaProof(accounts.submitter.address);
    await proofs.connect(accounts.submitter).record(vanilla, "0x");
    const open = { verifier: ZeroAddress, attesters: ZeroAddress, attesterIds: [], manifestHash: ZeroHash, maxAge: 0n };
    await expect(lens.requireVerified(proofIdOf(vanilla), open)).to.be.revertedWithCustomError(
      lens,
      "ProofLensVerifierMissing",
    );
    await expect(lens.requireVerified(proofIdOf(vanilla), policy))
      .to.be.revertedWithCustomError(lens, "ProofLensOtherVerifier")
      .withArgs(proofIdOf(vanilla), ZeroAddress, policy.verifier);
  });

  it("refuses a proof that another verifier checked", async () => {
    const { lens, recordId, policy, verifier, accounts } = await withRecord();
    await expect(lens.requireVerified(recordId, { ...policy, verifier: accounts.stranger.address }))
      .to.be.revertedWithCustomError(lens, "ProofLensOtherVerifier")
      .withArgs(recordId, verifier, accounts.stranger);
  });

  it("refuses an attester that the policy does not list", async () => {
    const { lens, recordId, policy, attesterId } = await withRecord();
    await expect(lens.requireVerified(recordId, { ...policy, attesterIds: [id("one"), id("two")] }))
      .to.be.revertedWithCustomError(lens, "ProofLensOtherAttester")
      .withArgs(recordId, attesterId);
    await lens.requireVerified(recordId, { ...policy, attesterIds: [id("one"), attesterId] });
  });

  it("counts a revocation that was dated back, when the policy names a registry to ask", async () => {
    const { lens, recordId, policy, attesters, attesterId, anchoredAt } = await withRecord();
    await attesters.revoke(attesterId, anchoredAt, "stolen then");
    await expect(lens.requireVerified(recordId, policy))
      .to.be.revertedWithCustomError(lens, "ProofLensAttesterNotValid")
      .withArgs(recordId, attesterId, anchoredAt);
    await lens.requireVerified(recordId, { ...policy, attesters: ZeroAddress });
  });

  it("keeps a proof that was anchored before the revocation's time", async () => {
    const { lens, recordId, policy, attesters, attesterId, anchoredAt } = await withRecord();
    await attesters.revoke(attesterId, anchoredAt + 1n, "stolen after");
    await lens.requireVerified(recordId, policy);
  });

  it("refuses a proof that is older than the policy allows", async () => {
    const { lens, recordId, policy, anchoredAt } = await withRecord();
    await time.increaseTo(anchoredAt + 500n);
    await lens.requireVerified(recordId, { ...policy, maxAge: 500n });
    await expect(lens.requireVerified(recordId, { ...policy, maxAge: 499n }))
      .to.be.revertedWithCustomError(lens, "ProofLensTooOld")
      .withArgs(recordId, anchoredAt, 499n);
  });

  it("refuses a proof that was withdrawn", async () => {
    const { lens, proofs, attester, proof, recordId, policy } = await withRecord();
    await proofs.withdrawWithSeal(proof, await signWithdrawal(proofs, attester, recordId));
    await expect(lens.requireVerified(recordId, policy))
      .to.be.revertedWithCustomError(lens, "ProofLensWithdrawn")
      .withArgs(recordId, recordId, await now());
  });

  it("counts a withdrawal until its second is that of the revocation, and without a registry to ask any", async () => {
    const { lens, proofs, attester, attesters, attesterId, proof, recordId, policy } = await withRecord();
    await proofs.withdrawWithSeal(proof, await signWithdrawal(proofs, attester, recordId));
    const withdrawnAt = await now();
    await attesters.revoke(attesterId, withdrawnAt + 1n, "");
    await expect(lens.requireVerified(recordId, policy))
      .to.be.revertedWithCustomError(lens, "ProofLensWithdrawn")
      .withArgs(recordId, recordId, withdrawnAt);
    await attesters.revoke(attesterId, withdrawnAt, "");
    const record = await lens.requireVerified(recordId, policy);
    expect([record.withdrawn, record.withdrawnAt]).to.deep.equal([true, withdrawnAt]);
    await expect(lens.requireVerified(recordId, { ...policy, attesters: ZeroAddress })).to.be.revertedWithCustomError(
      lens,
      "ProofLensWithdrawn",
    );
  });

  it("refuses what was never recorded", async () => {
    const { lens, proofs, policy } = await withRecord();
    await expect(lens.requireVerified(id("nothing"), policy))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryUnknownRecord")
      .withArgs(id("nothing"));
  });

  it("binds the statement that the consumer acts on", async () => {
    const { lens, proofs, proof, recordId, policy } = await withRecord();
    await lens.requireStatement(proof.statement, recordId, policy);
    for (const [field, value] of Object.entries(proof.statement)) {
      const other = { ...proof.statement, [field]: typeof value === "bigint" ? value + 1n : id("other") };
      await expect(lens.requireStatement(other, recordId, policy), field)
        .to.be.revertedWithCustomError(lens, "ProofLensOtherStatement")
        .withArgs(recordId, await proofs.hashStatement(proof.statement), await proofs.hashStatement(other));
    }
  });
});

describe("ProofLens and the manifest that a policy names", () => {
  it("holds a statement against it", async () => {
    const { lens, proof, recordId, policy } = await withRecord();
    const { manifestHash } = proof.statement;
    await lens.requireStatement(proof.statement, recordId, { ...policy, manifestHash });
    await expect(lens.requireStatement(proof.statement, recordId, { ...policy, manifestHash: id("another") }))
      .to.be.revertedWithCustomError(lens, "ProofLensOtherManifest")
      .withArgs(recordId, manifestHash, id("another"));
  });

  it("asks for the statement, which a record does not keep", async () => {
    const { lens, proof, recordId, policy } = await withRecord();
    const { manifestHash } = proof.statement;
    await expect(lens.requireVerified(recordId, { ...policy, manifestHash }))
      .to.be.revertedWithCustomError(lens, "ProofLensStatementNeeded")
      .withArgs(recordId, manifestHash);
  });
});

interface WithRecord extends Deployment {
  proof: Proof;
  recordId: string;
  anchoredAt: bigint;
  policy: { verifier: string; attesters: string; attesterIds: string[]; manifestHash: string; maxAge: bigint };
}

/** An attested proof on record, and the policy that it just meets. */
async function withRecord(): Promise<WithRecord> {
  const deployment = await loadFixture(deploy);
  const { proofs, attester, attesterId, attesters, verifier } = deployment;
  const proof = await attestedProof(deployment);
  await proofs.record(proof, await signProof(proofs, attester, proof));
  const anchoredAt = await now();
  await time.increase(10n);
  const policy = {
    verifier: await verifier.getAddress(),
    attesters: await attesters.getAddress(),
    attesterIds: [attesterId],
    manifestHash: ZeroHash,
    maxAge: 3600n,
  };
  return { ...deployment, proof, recordId: proofIdOf(proof), anchoredAt, policy };
}
