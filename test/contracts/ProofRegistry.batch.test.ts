import { expect } from "chai";
import { AbiCoder, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { networkHelpers } from "./support/chain.ts";
import { deploy, now, type Deployment } from "./support/deployment.ts";
import { plain } from "./support/plain.ts";
import {
  attestedProof,
  batchOf,
  leafFields,
  placeOf,
  sealedBy,
  vanillaProof,
  type BatchOf,
  type Leaf,
} from "./support/proofs.ts";

const { loadFixture, time } = networkHelpers;

describe("ProofRegistry.settle", () => {
  it("keeps a batch under an id that its settler is part of", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { batch } = await batchOf([await vanillaProof(accounts.settler.address)]);
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
    const { batch } = await batchOf([await vanillaProof(accounts.admin.address)]);
    await proofs.settle(batch);
    await expect(proofs.settle(batch))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryAlreadySettled")
      .withArgs(await proofs.batchIdOf(accounts.admin, batch));
  });

  it("refuses an empty batch and an incomplete bundle", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { batch } = await batchOf([await vanillaProof(accounts.admin.address)]);
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
  it("finds every proof at its own place with its own seal, and at no other and with no other", async () => {
    const { deployment, batchId, leaves } = await settled();
    const { proofs } = deployment;
    for (const leaf of leaves) {
      const { merkleProof } = leaf;
      const fields = leafFields(leaf);
      expect(await proofs.isInBatch(batchId, ...fields, merkleProof)).to.equal(true);
      for (const other of [
        { proofId: id("other") },
        { sealHash: id("other") },
        { offset: leaf.offset + 1n },
        { length: leaf.length - 1n },
      ]) {
        const wrong = leafFields({ ...leaf, ...other });
        expect(await proofs.isInBatch(batchId, ...wrong, merkleProof), Object.keys(other)[0]).to.equal(false);
      }
      expect(await proofs.isInBatch(id("no batch"), ...fields, merkleProof)).to.equal(false);
      expect(await proofs.isInBatch(batchId, ...fields, merkleProof.slice(1))).to.equal(false);
      expect(await proofs.isInBatch(batchId, ...fields, [...merkleProof, ZeroHash])).to.equal(false);
    }
  });

  it("finds the proof of a batch of one", async () => {
    const { proofs, accounts } = await loadFixture(deploy);
    const { batch, leaves } = await batchOf([await vanillaProof(accounts.admin.address)]);
    const leaf = first(leaves);
    expect(leaf.sealHash).to.equal(keccak256("0x"));
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(accounts.admin, batch);
    expect(await proofs.isInBatch(batchId, ...leafFields(leaf), [])).to.equal(true);
    expect(await proofs.isInBatch(batchId, batch.root, ZeroHash, 0, 0, [])).to.equal(false);
  });
});

describe("ProofRegistry.verifyInBatch", () => {
  it("answers with the proof id and the time of the batch", async () => {
    const { deployment, batchId, leaves, settledAt } = await settled();
    const { proofs } = deployment;
    await time.increase(100_000n);
    const leaf = first(leaves);
    const answer = await proofs.verifyInBatch(...placeOf(batchId, leaf));
    expect([...answer]).to.deep.equal([leaf.proofId, settledAt]);
  });

  it("refuses a vanilla proof: there is nothing to verify", async () => {
    const { deployment, batchId, vanilla } = await settled();
    await expect(deployment.proofs.verifyInBatch(...placeOf(batchId, vanilla)))
      .to.be.revertedWithCustomError(deployment.proofs, "ProofRegistryNoVerifier")
      .withArgs(vanilla.proofId);
  });
});

describe("ProofRegistry.recordFromBatch", () => {
  it("makes a record that is anchored when the batch was settled and lies in its bundle", async () => {
    const { deployment, batchId, batch, leaves, settledAt } = await settled();
    const { proofs, attesterId, verifier, accounts } = deployment;
    await time.increase(100_000n);
    const leaf = first(leaves);
    const { proof, proofId } = leaf;
    await proofs.connect(accounts.stranger).recordFromBatch(...placeOf(batchId, leaf));
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
    await expect(proofs.recordFromBatch(...placeOf(batchId, leaf)))
      .to.be.revertedWithCustomError(proofs, "ProofRegistryAlreadyRecorded")
      .withArgs(recordId);
  });

  it("makes a record of the settler's vanilla proof, whoever calls", async () => {
    const { deployment, batchId, vanilla } = await settled();
    const { proofs, accounts } = deployment;
    await proofs.connect(accounts.stranger).recordFromBatch(...placeOf(batchId, vanilla));
    const record = await proofs.proofOf(await proofs.batchRecordIdOf(batchId, vanilla.proofId));
    expect(record.verifier).to.equal(ZeroAddress);
    expect(record.attesterId).to.equal(vanilla.proof.evidence.attesterId);
    expect(record.proofId).to.equal(vanilla.proofId);
  });
});

describe("A leaf of a batch", () => {
  it("must lie within the bundle, whose last byte may be its own", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, accounts } = deployment;
    const made = await batchOf([await attestedProof(deployment)], { sealOf: sealedBy(deployment) });
    const leaf = first(made.leaves);
    const end = leaf.offset + leaf.length;
    for (const size of [end, end - 1n]) {
      const batch = { ...made.batch, bundle: { ...made.batch.bundle, size } };
      await proofs.settle(batch);
      const batchId = await proofs.batchIdOf(accounts.admin, batch);
      expect(await proofs.isInBatch(batchId, ...leafFields(leaf), [])).to.equal(true);
      const calls = [proofs.verifyInBatch.staticCall, proofs.recordFromBatch];
      for (const call of calls) {
        if (size === end) await call(...placeOf(batchId, leaf));
        else {
          await expect(call(...placeOf(batchId, leaf)))
            .to.be.revertedWithCustomError(proofs, "ProofRegistryOutsideBundle")
            .withArgs(batchId, leaf.offset, leaf.length, size);
        }
      }
    }
  });

  it("is refused in an unknown batch, at a wrong place, with another seal, a blob of its own, another length or nothing in it", async () => {
    const { deployment, batchId, leaves } = await settled();
    const { proofs } = deployment;
    const leaf = first(leaves);
    const ownBlob = { ...leaf.proof, evidence: { ...leaf.proof.evidence, blobId: id("own") } };
    const noHash = { ...leaf.proof, evidence: { ...leaf.proof.evidence, contentHash: ZeroHash } };
    const noBytes = { ...leaf.proof, evidence: { ...leaf.proof.evidence, size: 0n } };
    const cases: [batch: string, place: Leaf, error: string][] = [
      [id("none"), leaf, "ProofRegistryUnknownBatch"],
      [batchId, { ...leaf, offset: leaf.offset + 1n }, "ProofRegistryNotInBatch"],
      [batchId, { ...leaf, merkleProof: [] }, "ProofRegistryNotInBatch"],
      [batchId, { ...leaf, seal: "0x" }, "ProofRegistryNotInBatch"],
      [batchId, { ...leaf, seal: `${leaf.seal}00` }, "ProofRegistryNotInBatch"],
      [batchId, { ...leaf, length: leaf.length + 1n }, "ProofRegistryNotBatchEvidence"],
      [batchId, { ...leaf, proof: ownBlob }, "ProofRegistryNotBatchEvidence"],
      [batchId, { ...leaf, proof: noHash }, "ProofRegistryIncompleteBlobRef"],
      [batchId, { ...leaf, proof: noBytes, length: 0n }, "ProofRegistryIncompleteBlobRef"],
    ];
    for (const [batch, place, error] of cases) {
      const calls = [proofs.recordFromBatch, proofs.verifyInBatch.staticCall];
      for (const call of calls) {
        await expect(call(...placeOf(batch, place))).to.be.revertedWithCustomError(proofs, error);
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
  const all = [...seven, await vanillaProof(accounts.settler.address)];
  const { batch, leaves } = await batchOf(all, { sealOf: sealedBy(deployment) });
  await proofs.connect(accounts.settler).settle(batch);
  const batchId = await proofs.batchIdOf(accounts.settler, batch);
  return { deployment, batch, leaves, batchId, settledAt: await now(), vanilla: first(leaves.slice(-1)) };
}

function first(leaves: readonly Leaf[]): Leaf {
  const [leaf] = leaves;
  if (!leaf) throw new Error("the batch is empty");
  return leaf;
}
