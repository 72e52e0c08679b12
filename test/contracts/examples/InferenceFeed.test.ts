import { expect } from "chai";
import { AbiCoder, id, keccak256, Wallet, ZeroAddress, ZeroHash } from "ethers";
import { ethers, networkHelpers } from "../support/chain.ts";
import { attesterInput, deploy, MAX_DELAY, now } from "../support/deployment.ts";
import { plain } from "../support/plain.ts";
import {
  attestedProof,
  batchOf,
  type BatchSettings,
  type Evidence,
  type Proof,
  sealedBy,
  signProof,
  signWithdrawal,
  type Statement,
} from "../support/proofs.ts";

const { loadFixture, time } = networkHelpers;
const TOPIC = 7n;
const MANIFEST_HASH = id("the feed's manifest");

async function withFeed() {
  const deployment = await deploy();
  const { lens, verifier, attesters, attesterId, proofs, accounts } = deployment;
  const policy = {
    verifier: await verifier.getAddress(),
    attesters: await attesters.getAddress(),
    attesterIds: [attesterId],
    manifestHash: MANIFEST_HASH,
    maxAge: 600n,
  };
  const feed = await ethers.deployContract("InferenceFeed", [await lens.getAddress(), policy]);
  const requestId = await feed.requestIdOf(TOPIC);

  /** An answer to the topic in a settled batch of its own, produced now. */
  async function settled(
    seed: string,
    fields: Partial<Statement> = {},
    { evidence = {}, ...settings }: BatchSettings & { evidence?: Partial<Evidence> } = {},
  ) {
    const made = await attestedProof(deployment, seed);
    const statement = { ...made.statement, manifestHash: MANIFEST_HASH, requestId, ...fields };
    const proof = { statement, evidence: { ...made.evidence, ...evidence } };
    const { batch, leaves } = await batchOf([proof], {
      sealOf: sealedBy(deployment),
      seed,
      ...settings,
    });
    await proofs.connect(accounts.settler).settle(batch);
    return { ...leaves[0]!, batchId: await proofs.batchIdOf(accounts.settler, batch), settledAt: await now() };
  }
  return { ...deployment, feed, policy, requestId, settled };
}

describe("InferenceFeed", () => {
  it("keeps the newest output of a topic, whoever brings it, and gives it to everybody", async () => {
    const { feed, settled, attesterId, accounts } = await loadFixture(withFeed);
    const first = await settled("first");
    const { inputHash, outputHash, producedAt } = first.proof.statement;
    await expect(feed.connect(accounts.stranger).submit(TOPIC, first))
      .to.emit(feed, "InferenceAccepted")
      .withArgs(TOPIC, first.proofId, inputHash, outputHash, producedAt);
    expect(plain(await feed.latest(TOPIC, 600))).to.deep.equal({
      inputHash,
      outputHash,
      proofId: first.proofId,
      attesterId,
      producedAt,
      anchoredAt: first.settledAt,
    });
    const second = await settled("second");
    await feed.submit(TOPIC, second);
    expect((await feed.latest(TOPIC, 600)).outputHash).to.equal(second.proof.statement.outputHash);
  });

  it("keeps topics apart", async () => {
    const { feed, settled } = await loadFixture(withFeed);
    await feed.submit(TOPIC, await settled("first"));
    const other = await settled("other", { requestId: await feed.requestIdOf(8) });
    await feed.submit(8, other);
    expect((await feed.latest(8, 600)).proofId).to.equal(other.proofId);
    expect((await feed.latest(TOPIC, 600)).proofId).to.not.equal(other.proofId);
  });

  it("gives nothing older than the reader wants, and nothing where there is nothing", async () => {
    const { feed, settled } = await loadFixture(withFeed);
    await expect(feed.latest(TOPIC, 600))
      .to.be.revertedWithCustomError(feed, "InferenceFeedStale")
      .withArgs(TOPIC, 0n, 600n);
    const leaf = await settled("first");
    await feed.submit(TOPIC, leaf);
    const { producedAt } = leaf.proof.statement;
    await time.increaseTo(producedAt + 50n);
    await feed.latest(TOPIC, 50);
    await time.increaseTo(producedAt + 51n);
    await expect(feed.latest(TOPIC, 50))
      .to.be.revertedWithCustomError(feed, "InferenceFeedStale")
      .withArgs(TOPIC, producedAt, 50n);
  });

  it("is not made without a verifier, a registry of attesters, attesters, a manifest and an age", async () => {
    const { lens, feed, policy } = await loadFixture(withFeed);
    const at = await lens.getAddress();
    for (const open of [
      { verifier: ZeroAddress },
      { attesters: ZeroAddress },
      { attesterIds: [] },
      { manifestHash: ZeroHash },
      { maxAge: 0n },
    ]) {
      await expect(ethers.deployContract("InferenceFeed", [at, { ...policy, ...open }])).to.be.revertedWithCustomError(
        feed,
        "InferenceFeedOpenPolicy",
      );
    }
    const { verifier, attesters, attesterIds, manifestHash, maxAge } = await feed.policy();
    expect({ verifier, attesters, attesterIds: [...attesterIds], manifestHash, maxAge }).to.deep.equal(policy);
    expect(await feed.proofs()).to.equal(at);
  });
});

describe("Attacks on InferenceFeed", () => {
  it("replay: the same proof, and an older one that is settled again after a newer one", async () => {
    const { feed, settled, policy } = await loadFixture(withFeed);
    const old = await settled("old");
    await feed.submit(TOPIC, old);
    const newer = await settled("newer");
    await feed.submit(TOPIC, newer);
    const newest = newer.proof.statement.producedAt;
    // The attester's seal is in the batch for all to see, and still young enough for the verifier and the policy.
    const again = await settled("old", old.proof.statement, { seed: "a copier's batch", sealOf: () => old.seal });
    expect(again.proofId).to.equal(old.proofId);
    expect(again.settledAt - old.proof.statement.producedAt < policy.maxAge).to.equal(true);
    for (const leaf of [old, again, newer]) {
      await expect(feed.submit(TOPIC, leaf))
        .to.be.revertedWithCustomError(feed, "InferenceFeedNotNewer")
        .withArgs(TOPIC, leaf.proof.statement.producedAt, newest);
    }
  });

  it("a proof for another topic, another feed or nobody", async () => {
    const { feed, settled, lens, policy, requestId } = await loadFixture(withFeed);
    const other = await ethers.deployContract("InferenceFeed", [await lens.getAddress(), policy]);
    for (const asked of [await feed.requestIdOf(8), await other.requestIdOf(TOPIC), ZeroHash]) {
      await expect(feed.submit(TOPIC, await settled("other", { requestId: asked })))
        .to.be.revertedWithCustomError(feed, "InferenceFeedOtherTopic")
        .withArgs(TOPIC, asked, requestId);
    }
    const { chainId } = await ethers.provider.getNetwork();
    const fields = [chainId, await feed.getAddress(), TOPIC];
    expect(requestId).to.equal(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "address", "uint256"], fields)));
  });

  it("another manifest, attester or verifier, a place that is not the proof's, a batch that is too old", async () => {
    const { feed, settled, lens, proofs, attesters } = await loadFixture(withFeed);
    const manifest = await settled("manifest", { manifestHash: id("another manifest") });
    await expect(feed.submit(TOPIC, manifest)).to.be.revertedWithCustomError(lens, "ProofLensOtherManifest");
    const key = new Wallet(id("a key of their own"));
    await attesters.add(attesterInput(key.address));
    const attested = await settled(
      "attester",
      {},
      { evidence: { attesterId: keccak256(key.address) }, sealOf: (proof) => signProof(proofs, key, proof) },
    );
    await expect(feed.submit(TOPIC, attested)).to.be.revertedWithCustomError(lens, "ProofLensOtherAttester");
    const open = await ethers.deployContract("OpenVerifier");
    const unchecked = await settled(
      "verifier",
      {},
      { evidence: { verifier: await open.getAddress() }, sealOf: (proof) => proofs.digestOf(proof) },
    );
    await expect(feed.submit(TOPIC, unchecked)).to.be.revertedWithCustomError(lens, "ProofLensOtherVerifier");
    const checked = await settled("checked");
    await expect(feed.submit(TOPIC, { ...checked, offset: checked.offset + 1n })).to.be.revertedWithCustomError(
      proofs,
      "ProofRegistryNotInBatch",
    );
    await time.increaseTo(checked.settledAt + 601n);
    await expect(feed.submit(TOPIC, checked)).to.be.revertedWithCustomError(lens, "ProofLensTooOld");
  });

  it("an output from the future, which nothing could follow, also where the verifier lets it pass", async () => {
    const { feed, settled, lens, proofs, policy } = await loadFixture(withFeed);
    const future = (await now()) + MAX_DELAY;
    await expect(feed.submit(TOPIC, await settled("future", { producedAt: future }))).to.be.revert(ethers);
    const open = await (await ethers.deployContract("OpenVerifier")).getAddress();
    const lax = await ethers.deployContract("InferenceFeed", [await lens.getAddress(), { ...policy, verifier: open }]);
    const fields = { producedAt: future, requestId: await lax.requestIdOf(TOPIC) };
    const sealOf = (proof: Proof) => proofs.digestOf(proof);
    const leaf = await settled("lax", fields, { evidence: { verifier: open }, sealOf });
    await expect(lax.submit(TOPIC, leaf))
      .to.be.revertedWithCustomError(lax, "InferenceFeedProducedLater")
      .withArgs(future, leaf.settledAt);
  });

  it("a proof that is withdrawn, before it comes or after, and a key that turns out to have been stolen", async () => {
    const { feed, settled, proofs, attester, attesters, attesterId } = await loadFixture(withFeed);
    const before = await settled("withdrawn before");
    await proofs.withdrawWithSeal(before.proof, await signWithdrawal(proofs, attester, before.proofId));
    await expect(feed.submit(TOPIC, before)).to.be.revertedWithCustomError(proofs, "ProofRegistryWithdrawn");
    const after = await settled("withdrawn after");
    await feed.submit(TOPIC, after);
    await feed.latest(TOPIC, 600);
    await proofs.withdrawWithSeal(after.proof, await signWithdrawal(proofs, attester, after.proofId));
    await expect(feed.latest(TOPIC, 600))
      .to.be.revertedWithCustomError(feed, "InferenceFeedDisowned")
      .withArgs(TOPIC, after.proofId);
    const next = await settled("next");
    await feed.submit(TOPIC, next);
    expect((await feed.latest(TOPIC, 600)).proofId).to.equal(next.proofId);
    await attesters.revoke(attesterId, next.settledAt, "stolen then");
    await expect(feed.latest(TOPIC, 600))
      .to.be.revertedWithCustomError(feed, "InferenceFeedDisowned")
      .withArgs(TOPIC, next.proofId);
  });
});
