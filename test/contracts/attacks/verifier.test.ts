import { expect } from "chai";
import { AbiCoder, concat, dataLength, ZeroHash, zeroPadBytes } from "ethers";
import { ethers, networkHelpers } from "../support/chain.ts";
import { deploy, type Deployment } from "../support/deployment.ts";
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

const { loadFixture } = networkHelpers;
const SEAL = "0x5ea1";

describe("A hostile verifier", () => {
  it("cannot be an address without code, nor a precompiled contract", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, accounts } = deployment;
    for (const verifier of [accounts.stranger.address, `0x${"4".padStart(40, "0")}`]) {
      const proof = await proofFor(deployment, verifier);
      for (const call of [() => proofs.record(proof, SEAL), () => proofs.withdrawWithSeal(proof, SEAL)]) {
        await expect(call())
          .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierWithoutCode")
          .withArgs(verifier);
      }
    }
  });

  it("is not believed for an answer that is empty, short, long or another value", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs } = deployment;
    const magic = magicOf(deployment, "verify");
    const word = zeroPadBytes(magic, 32);
    const withdrawal = zeroPadBytes(magicOf(deployment, "verifyWithdrawal"), 32);
    const one = AbiCoder.defaultAbiCoder().encode(["bool"], [true]);
    const dirty = concat([magic, `0x${"ff".repeat(28)}`]);
    const answers: [answer: string, length: number, firstWord: string][] = [
      ["0x", 0, ZeroHash],
      [magic, 4, word],
      [word, 31, word],
      [word, 33, word],
      [word, 64, word],
      [one, 32, one],
      [dirty, 32, dirty],
      [withdrawal, 32, withdrawal],
      [ZeroHash, 32, ZeroHash],
    ];
    for (const [answer, length, firstWord] of answers) {
      const verifier = await scripted(answer, length, false);
      const proof = await proofFor(deployment, verifier);
      await expect(proofs.record(proof, SEAL), answer)
        .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierRejected")
        .withArgs(verifier, await proofs.digestOf(proof), firstWord, length);
    }
  });

  it("is believed for exactly the magic value, so the refusals above are for the answer alone", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs } = deployment;
    const verifier = await scripted(magicOf(deployment, "verify"), 32, false);
    const proof = await proofFor(deployment, verifier);
    await proofs.record(proof, SEAL);
    expect((await proofs.proofOf(proofIdOf(proof))).verifier).to.equal(verifier);
  });

  it("has its reason passed on, up to 256 bytes", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs } = deployment;
    for (const length of [0, 5, 256, 257, 4096]) {
      const reason = `0x${"ab".repeat(length)}`;
      const verifier = await scripted(reason, length, true);
      const proof = await proofFor(deployment, verifier);
      const expected = `0x${"ab".repeat(Math.min(length, 256))}`;
      expect(dataLength(expected)).to.be.at.most(256);
      await expect(proofs.record(proof, SEAL))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
        .withArgs(verifier, await proofs.digestOf(proof), expected);
    }
  });

  it("cannot make the registry pay for a bomb of an answer or a reason", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs } = deployment;
    // To make two million bytes costs the verifier 8.6 million gas; to copy them would cost the registry as much again.
    const [length, gasLimit] = [2_000_000, 12_000_000n];
    for (const [reverts, error] of [
      [false, "ProofRegistryVerifierRejected"],
      [true, "ProofRegistryVerifierReverted"],
    ] as const) {
      const verifier = await scripted(magicOf(deployment, "verify"), length, reverts);
      const proof = await proofFor(deployment, verifier);
      await expect(proofs.record.staticCall(proof, SEAL, { gasLimit })).to.be.revertedWithCustomError(proofs, error);
    }
  });

  it("that checks public proofs cannot be turned against the proofs that name it", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs } = deployment;
    const verifier = await (await ethers.deployContract("OpenVerifier")).getAddress();
    const proof = await proofFor(deployment, verifier);
    await proofs.record(proof, await proofs.digestOf(proof));
    for (const seal of [await proofs.digestOf(proof), await proofs.withdrawalDigestOf(proofIdOf(proof))]) {
      await expect(proofs.withdrawWithSeal(proof, seal))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
        .withArgs(verifier, await proofs.withdrawalDigestOf(proofIdOf(proof)), "0x");
    }
    expect(await proofs.isWithdrawn(proofIdOf(proof))).to.equal(false);
  });

  it("whose fallback answers everything as it answers a proof cannot withdraw by it", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs } = deployment;
    const verifier = await scripted(magicOf(deployment, "verify"), 32, false);
    const proof = await proofFor(deployment, verifier);
    await proofs.record(proof, SEAL);
    await expect(proofs.withdrawWithSeal(proof, SEAL)).to.be.revertedWithCustomError(
      proofs,
      "ProofRegistryVerifierRejected",
    );
  });

  it("burns no more than the gas of who names it, and blocks no other proof", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester } = deployment;
    const verifier = await (await ethers.deployContract("BurningVerifier")).getAddress();
    const proof = await proofFor(deployment, verifier);
    for (const call of [
      () => proofs.record.staticCall(proof, SEAL, { gasLimit: 2_000_000n }),
      () => proofs.withdrawWithSeal.staticCall(proof, SEAL, { gasLimit: 2_000_000n }),
    ]) {
      await expect(call())
        .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
        .withArgs(verifier, (digest: string) => digest.length === 66, "0x");
    }
    const honest = await attestedProof(deployment);
    await proofs.record(honest, await signProof(proofs, attester, honest));
  });

  it("cannot record, settle or withdraw while it is asked, and gains nothing by trying", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester } = deployment;
    const honest = await attestedProof(deployment, "somebody else's");
    const { batch } = await batchOf([honest]);
    const attempts = [
      proofs.interface.encodeFunctionData("record", [honest, await signProof(proofs, attester, honest)]),
      proofs.interface.encodeFunctionData("settle", [batch]),
      proofs.interface.encodeFunctionData("withdrawWithSeal", [
        honest,
        await signWithdrawal(proofs, attester, proofIdOf(honest)),
      ]),
    ];
    for (const insists of [false, true]) {
      const mock = await ethers.deployContract("ReenteringVerifier", [magicOf(deployment, "verify"), insists]);
      const verifier = await mock.getAddress();
      for (const data of attempts) {
        await mock.getFunction("prepareCall")(await proofs.getAddress(), data);
        const proof = await proofFor(deployment, verifier);
        const recorded = proofs.record.staticCall(proof, SEAL);
        if (insists) await expect(recorded).to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted");
        else expect(await recorded).to.equal(proofIdOf(proof));
      }
      const proof = await proofFor(deployment, verifier);
      if (!insists) await proofs.record(proof, SEAL);
      expect(await proofs.exists(proofIdOf(honest))).to.equal(false);
      expect(await proofs.isWithdrawn(proofIdOf(honest))).to.equal(false);
    }
  });

  it("keeps no other proof of its batch from being verified and recorded", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, accounts } = deployment;
    const magic = magicOf(deployment, "verify");
    const reentering = await ethers.deployContract("ReenteringVerifier", [magic, true]);
    const { batch: another } = await batchOf([await attestedProof(deployment, "in another batch")]);
    const settle = proofs.interface.encodeFunctionData("settle", [another]);
    await reentering.getFunction("prepareCall")(await proofs.getAddress(), settle);
    const hostile = [
      await scripted("0x", 0, true),
      await scripted(magic, 31, false),
      await scripted(magic, 64, false),
      await scripted(ZeroHash, 32, false),
      await scripted("0xab", 2_000_000, true),
      await (await ethers.deployContract("BurningVerifier")).getAddress(),
      await reentering.getAddress(),
      accounts.stranger.address,
    ];
    const honest = await attestedProof(deployment, "beside them");
    const all = await Promise.all(hostile.map((verifier) => proofFor(deployment, verifier)));
    const isOurs = ({ evidence }: Proof): boolean => evidence.verifier === honest.evidence.verifier;
    const sealOf = (proof: Proof) => (isOurs(proof) ? sealedBy(deployment)(proof) : SEAL);
    const { batch, leaves } = await batchOf([...all, honest], { sealOf });
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(accounts.admin, batch);
    for (const leaf of leaves) {
      const { proofId } = leaf;
      const ours = isOurs(leaf.proof);
      const place = placeOf(batchId, leaf);
      if (ours) {
        expect((await proofs.verifyInBatch(...place)).proofId).to.equal(proofId);
        await proofs.recordFromBatch(...place);
      } else {
        const gasLimit = 12_000_000n;
        await expect(proofs.verifyInBatch(...place, { gasLimit })).to.be.revert(ethers);
        await expect(proofs.recordFromBatch.staticCall(...place, { gasLimit })).to.be.revert(ethers);
      }
      expect(await proofs.exists(await proofs.batchRecordIdOf(batchId, proofId))).to.equal(ours);
    }
  });

  it("is asked the same way for a leaf of a batch", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, accounts } = deployment;
    const verifier = await scripted(ZeroHash, 32, false);
    const two = [await proofFor(deployment, verifier), await attestedProof(deployment)];
    const { batch, leaves } = await batchOf(two, { sealOf: () => SEAL });
    const [leaf] = leaves;
    if (!leaf) throw new Error("the batch is empty");
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(accounts.admin, batch);
    const place = placeOf(batchId, leaf);
    for (const call of [() => proofs.recordFromBatch(...place), () => proofs.verifyInBatch(...place)]) {
      await expect(call())
        .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierRejected")
        .withArgs(verifier, await proofs.digestOf(leaf.proof), ZeroHash, 32);
    }
  });
});

async function scripted(answer: string, length: number, reverts: boolean): Promise<string> {
  return await (await ethers.deployContract("ScriptedVerifier", [answer, length, reverts])).getAddress();
}

async function proofFor(deployment: Deployment, verifier: string): Promise<Proof> {
  const proof = await attestedProof(deployment, verifier);
  return { ...proof, evidence: { ...proof.evidence, verifier } };
}

function magicOf({ verifier }: Deployment, name: "verify" | "verifyWithdrawal"): string {
  return verifier.interface.getFunction(name).selector;
}
