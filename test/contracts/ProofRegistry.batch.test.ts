import { expect } from "chai";
import { AbiCoder, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { networkHelpers } from "./support/chain.ts";
import { deploy, now, type Deployment } from "./support/deployment.ts";
import { plain } from "./support/plain.ts";
import { attestedProof, batchOf, signProof, vanillaProof, type BatchOf, type Leaf } from "./support/proofs.ts";

const { loadFixture, time } = networkHelpers;

describe("ProofRegistry.settle", () => {
  it("keeps a batch under an id that its settler is part of", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { batch } = batchOf([await vanillaProof(accounts.settler.address)]);
    const type = "tuple(bytes32 root, uint32 count, tuple(bytes32 blobId, bytes32 contentHash, uint64 size) bundle)";
    const coder = AbiCoder.defaultAbiCoder();
    const batchId = keccak256(coder.encode(["address", type], [accounts.settler.address, batch]));
    await expect(proofs.connect(accounts.settler).settle(batch)).to.emit(proofs, "BatchSettled");
    expect(await proofs.batchIdOf(accounts.settler, batch)).to.equal(batchId);
    const expected = { batch, settler: accounts.settler.address, settledAt: await now() };
    expect(plain(await proofs.batchOf(batchId))).to.deep.equal(expected);
  });

  it("refuses a batch that its settler settled before", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { batch } = batchOf([await vanillaProof(accounts.admin.address)]);
    await proofs.settle(batch);
    await expect(proofs.settle(batch))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryAlreadySettled")
      .withArgs(await proofs.batchIdOf(accounts.admin, batch));
  });

  it("refuses an empty batch and an incomplete bundle", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { batch } = batchOf([await vanillaProof(accounts.admin.address)]);
    for (const empty of [{ root: ZeroHash }, { count: 0n }]) {
      const bad = { ...batch, ...empty };
      await expect(proofs.settle(bad))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryEmptyBatch")
        .withArgs(bad.root, bad.count);
    }
    for (const zero of [{ blobId: ZeroHash }, { contentHash: ZeroHash }, { size: 0n }]) {
      const bundle = { ...batch.bundle, ...zero };
      await expect(proofs.settle({ ...batch, bundle }))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryIncompleteBlobRef")
        .withArgs(Object.values(bundle));
    }
    await expect(proofs.batchOf(id("nothing")))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryUnknownBatch")
      .withArgs(id("nothing"));
  });
});

describe("ProofRegistry.isInBatch", () => {
  it("finds every proof at its own place, and at no other", async () => {
    const { deployment, batchId, leaves } = await settled();
    const { proofs } = deployment;
    for (const { proofId, offset, length, merkleProof } of leaves) {
      expect(await proofs.isInBatch(batchId, proofId, offset, length, merkleProof)).to.equal(true);
      expect(await proofs.isInBatch(batchId, proofId, offset + 1n, length, merkleProof)).to.equal(false);
      expect(await proofs.isInBatch(batchId, proofId, offset, length - 1n, merkleProof)).to.equal(false);
      expect(await proofs.isInBatch(batchId, id("other"), offset, length, merkleProof)).to.equal(false);
      expect(await proofs.isInBatch(id("no batch"), proofId, offset, length, merkleProof)).to.equal(false);
      expect(await proofs.isInBatch(batchId, proofId, offset, length, merkleProof.slice(1))).to.equal(false);
      expect(await proofs.isInBatch(batchId, proofId, offset, length, [...merkleProof, ZeroHash])).to.equal(false);
    }
  });

  it("finds the proof of a batch of one", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { batch, leaves } = batchOf([await vanillaProof(accounts.admin.address)]);
    const { proofId, offset, length } = first(leaves);
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(accounts.admin, batch);
    expect(await proofs.isInBatch(batchId, proofId, offset, length, [])).to.equal(true);
    expect(await proofs.isInBatch(batchId, batch.root, 0, 0, [])).to.equal(false);
  });
});

describe("ProofRegistry.verifyInBatch", () => {
  it("answers with the proof id and the time of the batch", async () => {
    const { deployment, batchId, leaves, settledAt } = await settled();
    const { proofs, attester } = deployment;
    await time.increase(100_000n);
    const leaf = first(leaves);
    const answer = await proofs.verifyInBatch(batchId, ...placeOf(leaf), await signProof(proofs, attester, leaf.proof));
    expect([...answer]).to.deep.equal([leaf.proofId, settledAt]);
  });

  it("refuses a vanilla proof: there is nothing to verify", async () => {
    const { deployment, batchId, vanilla } = await settled();
    await expect(deployment.proofs.verifyInBatch(batchId, ...placeOf(vanilla), "0x"))
      .to.be.revertedWithCustomError(deployment.proofs, "ProofRegistryNoVerifier")
      .withArgs(vanilla.proofId);
  });
});

describe("ProofRegistry.recordFromBatch", () => {
  it("makes a record that is anchored when the batch was settled and lies in its bundle", async () => {
    const { deployment, batchId, batch, leaves, settledAt } = await settled();
    const { proofs, attester, attesterId, verifier, accounts } = deployment;
    await time.increase(100_000n);
    const { proof, proofId, ...leaf } = first(leaves);
    const seal = await signProof(proofs, attester, proof);
    await proofs.connect(accounts.stranger).recordFromBatch(batchId, ...placeOf({ proof, proofId, ...leaf }), seal);
    const recordId = keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32"], [batchId, proofId]));
    expect(await proofs.batchRecordIdOf(batchId, proofId)).to.equal(recordId);
    expect(plain(await proofs.proofOf(recordId))).to.deep.equal({
      proofId,
      statementHash: await proofs.hashStatement(proof.statement),
      verifier: await verifier.getAddress(),
      attesterId,
      blobId: batch.bundle.blobId,
      contentHash: proof.evidence.contentHash,
      size: proof.evidence.size,
      anchoredAt: settledAt,
      fromBatch: true,
      withdrawn: false,
      withdrawnAt: 0n,
    });
    expect(await proofs.exists(proofId)).to.equal(false);
    await expect(proofs.recordFromBatch(batchId, ...placeOf({ proof, proofId, ...leaf }), seal))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryAlreadyRecorded")
      .withArgs(recordId);
  });

  it("makes a record of the settler's vanilla proof, whoever calls", async () => {
    const { deployment, batchId, vanilla } = await settled();
    const { proofs, accounts } = deployment;
    await proofs.connect(accounts.stranger).recordFromBatch(batchId, ...placeOf(vanilla), "0x");
    const record = await proofs.proofOf(await proofs.batchRecordIdOf(batchId, vanilla.proofId));
    expect(record.verifier).to.equal(ZeroAddress);
    expect(record.attesterId).to.equal(vanilla.proof.evidence.attesterId);
    expect(record.proofId).to.equal(vanilla.proofId);
  });
});

describe("A leaf of a batch", () => {
  it("must lie within the bundle, whose last byte may be its own", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, accounts } = deployment;
    const made = batchOf([await attestedProof(deployment)]);
    const leaf = first(made.leaves);
    const seal = await signProof(proofs, attester, leaf.proof);
    const end = leaf.offset + leaf.length;
    for (const size of [end, end - 1n]) {
      const batch = { ...made.batch, bundle: { ...made.batch.bundle, size } };
      await proofs.settle(batch);
      const batchId = await proofs.batchIdOf(accounts.admin, batch);
      expect(await proofs.isInBatch(batchId, leaf.proofId, leaf.offset, leaf.length, [])).to.equal(true);
      const calls = [proofs.verifyInBatch.staticCall, proofs.recordFromBatch];
      for (const call of calls) {
        if (size === end) await call(batchId, ...placeOf(leaf), seal);
        else {
          await expect(call(batchId, ...placeOf(leaf), seal))
            .to.be.revertedWithCustomError(proofs, "ProofRegistryOutsideBundle")
            .withArgs(batchId, leaf.offset, leaf.length, size);
        }
      }
    }
  });

  it("is refused in an unknown batch, at a wrong place, with a blob of its own, another length or nothing in it", async () => {
    const { deployment, batchId, leaves } = await settled();
    const { proofs, attester } = deployment;
    const leaf = first(leaves);
    const seal = await signProof(proofs, attester, leaf.proof);
    const ownBlob = { ...leaf.proof, evidence: { ...leaf.proof.evidence, blobId: id("own") } };
    const noHash = { ...leaf.proof, evidence: { ...leaf.proof.evidence, contentHash: ZeroHash } };
    const noBytes = { ...leaf.proof, evidence: { ...leaf.proof.evidence, size: 0n } };
    const cases: [batch: string, place: Leaf, error: string][] = [
      [id("none"), leaf, "ProofRegistryUnknownBatch"],
      [batchId, { ...leaf, offset: leaf.offset + 1n }, "ProofRegistryNotInBatch"],
      [batchId, { ...leaf, merkleProof: [] }, "ProofRegistryNotInBatch"],
      [batchId, { ...leaf, length: leaf.length + 1n }, "ProofRegistryNotBatchEvidence"],
      [batchId, { ...leaf, proof: ownBlob }, "ProofRegistryNotBatchEvidence"],
      [batchId, { ...leaf, proof: noHash }, "ProofRegistryIncompleteBlobRef"],
      [batchId, { ...leaf, proof: noBytes, length: 0n }, "ProofRegistryIncompleteBlobRef"],
    ];
    for (const [batch, place, error] of cases) {
      const calls = [proofs.recordFromBatch, proofs.verifyInBatch.staticCall];
      for (const call of calls) {
        await expect(call(batch, ...placeOf(place), seal)).to.be.revertedWithCustomError(proofs, error);
      }
    }
  });
});

interface Settled extends BatchOf {
  deployment: Deployment;
  batchId: string;
  settledAt: bigint;
  vanilla: Leaf;
}

/** A settled batch of seven attested proofs and, last, one vanilla proof of its settler's. */
async function settled(): Promise<Settled> {
  const deployment = await loadFixture(deploy);
  const { proofs, accounts } = deployment;
  const seven = await Promise.all(Array.from({ length: 7 }, (_, index) => attestedProof(deployment, `leaf ${index}`)));
  const { batch, leaves } = batchOf([...seven, await vanillaProof(accounts.settler.address)]);
  await proofs.connect(accounts.settler).settle(batch);
  const batchId = await proofs.batchIdOf(accounts.settler, batch);
  return { deployment, batch, leaves, batchId, settledAt: await now(), vanilla: first(leaves.slice(-1)) };
}

function placeOf({ proof, offset, length, merkleProof }: Leaf) {
  return [proof, offset, length, merkleProof] as const;
}

function first(leaves: readonly Leaf[]): Leaf {
  const [leaf] = leaves;
  if (!leaf) throw new Error("the batch is empty");
  return leaf;
}
