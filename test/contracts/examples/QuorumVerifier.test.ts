import { expect } from "chai";
import { AbiCoder, id, Wallet } from "ethers";
import { ethers, networkHelpers } from "../support/chain.ts";
import { deploy, now } from "../support/deployment.ts";
import { attestedProof, batchOf, placeOf, proofIdOf, type Proof } from "../support/proofs.ts";

const { loadFixture } = networkHelpers;
const RUNNERS = [0, 1, 2].map((index) => new Wallet(id(`runner ${index}`)));
const STRANGER = new Wallet(id("a stranger"));

async function withQuorum() {
  const deployment = await deploy();
  const quorum = await ethers.deployContract("QuorumVerifier", [
    RUNNERS.map(({ address }) => address) as [string, string, string],
  ]);
  return { ...deployment, quorum };
}

/** What `first` and `second` sign, said to be of these two runners. */
function seal(digest: string, by: [Wallet | undefined, Wallet | undefined], as: [number, number]): string {
  const [a, b] = by.map((key) => (key ?? STRANGER).signingKey.sign(digest).serialized);
  return AbiCoder.defaultAbiCoder().encode(["uint8", "bytes", "uint8", "bytes"], [as[0], a, as[1], b]);
}

describe("QuorumVerifier, a verifier as somebody else may write it", () => {
  it("has its proofs recorded, alone and from a batch, when any two of three signed", async () => {
    const deployment = await loadFixture(withQuorum);
    const { proofs, accounts } = deployment;
    for (const [first, second] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const proof = await proofFor(deployment, `${first} and ${second}`);
      const by: [Wallet | undefined, Wallet | undefined] = [RUNNERS[first], RUNNERS[second]];
      await proofs.record(proof, seal(await proofs.digestOf(proof), by, [first, second]));
      expect(await proofs.exists(proofIdOf(proof))).to.equal(true);
    }
    const sealOf = async (one: Proof) => seal(await proofs.digestOf(one), [RUNNERS[0], RUNNERS[2]], [0, 2]);
    const { batch, leaves } = await batchOf([await proofFor(deployment, "in a batch")], { sealOf });
    const [leaf] = leaves;
    if (!leaf) throw new Error("the batch is empty");
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(accounts.admin, batch);
    await proofs.recordFromBatch(...placeOf(batchId, leaf));
  });

  it("takes an account that stands in two places for one, which is no quorum by itself", async () => {
    const deployment = await loadFixture(withQuorum);
    const [a, b] = RUNNERS as [Wallet, Wallet, Wallet];
    const places = [a.address, a.address, b.address] as [string, string, string];
    const quorum = await ethers.deployContract("QuorumVerifier", [places]);
    const proof = await proofFor({ ...deployment, quorum }, "one account twice");
    const digest = await deployment.proofs.digestOf(proof);
    const ask = (by: [Wallet, Wallet], as: [number, number]) =>
      quorum.verify(digest, proof, proof.statement.producedAt, seal(digest, by, as));
    expect(await ask([a, a], [0, 1])).to.equal("0x00000000");
    expect(await ask([a, b], [1, 2])).to.equal(quorum.interface.getFunction("verify").selector);
  });

  it("refuses one runner twice, strangers, exchanged places, other digests and bytes that are no seal", async () => {
    const deployment = await loadFixture(withQuorum);
    const { proofs, quorum } = deployment;
    const proof = await proofFor(deployment, "refused");
    const digest = await proofs.digestOf(proof);
    const seals = [
      seal(digest, [RUNNERS[0], RUNNERS[0]], [0, 0]),
      seal(digest, [RUNNERS[0], RUNNERS[0]], [0, 1]),
      seal(digest, [RUNNERS[1], RUNNERS[0]], [1, 0]),
      seal(digest, [RUNNERS[0], STRANGER], [0, 1]),
      seal(digest, [RUNNERS[0], STRANGER], [0, 3]),
      seal(id("another digest"), [RUNNERS[0], RUNNERS[1]], [0, 1]),
    ];
    for (const bad of seals) {
      await expect(proofs.record(proof, bad)).to.be.revert(ethers);
    }
    for (const bad of ["0x", "0x00", `0x${"ff".repeat(128)}`]) {
      await expect(proofs.record(proof, bad)).to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted");
    }
    expect(await quorum.proofSystem()).to.equal("quorum-of-re-runs");
  });

  it("refuses proofs that are dated after their anchor time, or more than an hour before it", async () => {
    const deployment = await loadFixture(withQuorum);
    const { quorum } = deployment;
    const digest = id("a digest");
    const both = seal(digest, [RUNNERS[0], RUNNERS[1]], [0, 1]);
    const at = await now();
    const magic = quorum.interface.getFunction("verify").selector;
    for (const [producedAt, accepted] of [
      [at, true],
      [at - 3600n, true],
      [at + 1n, false],
      [at - 3601n, false],
    ] as const) {
      const proof = await proofFor(deployment, "dated", producedAt);
      expect(await quorum.verify(digest, proof, at, both)).to.equal(accepted ? magic : "0x00000000");
    }
  });
});

async function proofFor(
  { quorum, ...deployment }: Awaited<ReturnType<typeof withQuorum>>,
  seed: string,
  producedAt?: bigint,
): Promise<Proof> {
  const proof = await attestedProof(deployment, seed, producedAt);
  return { ...proof, evidence: { ...proof.evidence, verifier: await quorum.getAddress() } };
}
