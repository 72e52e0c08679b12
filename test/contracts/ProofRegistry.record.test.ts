import { expect } from "chai";
import { id, ZeroAddress, ZeroHash, zeroPadValue } from "ethers";
import { networkHelpers } from "./support/chain.ts";
import { deploy, now } from "./support/deployment.ts";
import { plain } from "./support/plain.ts";
import { attestedProof, proofIdOf, signProof, vanillaProof, type Proof } from "./support/proofs.ts";

const { loadFixture } = networkHelpers;

describe("ProofRegistry.record", () => {
  it("keeps a vanilla proof with its submitter, at the time of the block", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const proof = await vanillaProof(accounts.submitter.address);
    const proofId = proofIdOf(proof);
    expect(await proofs.exists(proofId)).to.equal(false);
    await proofs.connect(accounts.submitter).record(proof, "0x");
    expect(await proofs.exists(proofId)).to.equal(true);
    expect(plain(await proofs.proofOf(proofId))).to.deep.equal({
      proofId,
      statementHash: await proofs.hashStatement(proof.statement),
      verifier: ZeroAddress,
      attesterId: zeroPadValue(accounts.submitter.address.toLowerCase(), 32),
      blobId: proof.evidence.blobId,
      contentHash: proof.evidence.contentHash,
      size: proof.evidence.size,
      anchoredAt: await now(),
      fromBatch: false,
      withdrawn: false,
      withdrawnAt: 0n,
    });
  });

  it("keeps an attested proof with its verifier and attester, whoever sends it", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, verifier, accounts } = deployment;
    const proof = await attestedProof(deployment);
    await proofs.connect(accounts.stranger).record(proof, await signProof(proofs, attester, proof));
    const record = await proofs.proofOf(proofIdOf(proof));
    expect(record.verifier).to.equal(await verifier.getAddress());
    expect(record.attesterId).to.equal(attesterId);
    expect(record.anchoredAt).to.equal(await now());
  });

  it("refuses a proof that exists, vanilla or attested", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, accounts } = deployment;
    const vanilla = await vanillaProof(accounts.admin.address);
    const attested = await attestedProof(deployment);
    const both = [
      { proof: vanilla, seal: "0x" },
      { proof: attested, seal: await signProof(proofs, attester, attested) },
    ];
    for (const { proof, seal } of both) await proofs.record(proof, seal);
    // Also long after the verifier would have taken it: who runs a command again is told what is the case.
    await networkHelpers.time.increase(100_000n);
    for (const { proof, seal } of both) {
      await expect(proofs.record(proof, seal))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryAlreadyRecorded")
        .withArgs(proofIdOf(proof));
    }
  });

  it("takes several proofs of one statement", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const proof = await vanillaProof(accounts.admin.address);
    const other = { ...proof, evidence: { ...proof.evidence, blobId: id("another blob") } };
    await proofs.record(proof, "0x");
    await proofs.record(other, "0x");
    const [one, two] = [await proofs.proofOf(proofIdOf(proof)), await proofs.proofOf(proofIdOf(other))];
    expect(one.statementHash).to.equal(two.statementHash);
  });

  it("refuses evidence without Blob ID, content hash or size", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const proof = await vanillaProof(accounts.admin.address);
    for (const zero of [{ blobId: ZeroHash }, { contentHash: ZeroHash }, { size: 0n }]) {
      const evidence = { ...proof.evidence, ...zero };
      await expect(proofs.record({ ...proof, evidence }, "0x"))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryIncompleteBlobRef")
        .withArgs([evidence.blobId, evidence.contentHash, evidence.size]);
    }
  });

  it("refuses evidence that is longer than a record can say", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const proof = await vanillaProof(accounts.admin.address);
    const sized = (size: bigint): Proof => ({ ...proof, evidence: { ...proof.evidence, size } });
    const maximum = 2n ** 40n - 1n;
    await expect(proofs.record(sized(maximum + 1n), "0x"))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryEvidenceTooLarge")
      .withArgs(maximum + 1n, maximum);
    await proofs.record(sized(maximum), "0x");
    expect((await proofs.proofOf(proofIdOf(sized(maximum)))).size).to.equal(maximum);
  });

  it("refuses a seal that nothing would check", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    await expect(proofs.record(await vanillaProof(accounts.admin.address), "0x5ea1"))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryUnexpectedSeal")
      .withArgs(2);
  });

  it("refuses a vanilla proof whose attester has more than an address in it", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const proof = await vanillaProof(accounts.admin.address);
    const attesterId = `0x01${proof.evidence.attesterId.slice(4)}`;
    await expect(
      proofs.record({ ...proof, evidence: { ...proof.evidence, attesterId } }, "0x"),
    ).to.be.revertedWithCustomError(proofs, "ProofRegistrySubmitterMismatch");
  });

  it("leaves nothing to read of what was never recorded", async () => {
    const { proofs } = await loadFixture(deploy);
    await expect(proofs.proofOf(id("nothing")))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryUnknownRecord")
      .withArgs(id("nothing"));
    expect(await proofs.isWithdrawn(id("nothing"))).to.equal(false);
    expect(await proofs.version()).to.equal("1.0.0");
  });
});
