import { expect } from "chai";
import { id, keccak256, Wallet, ZeroHash } from "ethers";
import { hashInputs } from "../../../src/proofs/groth16/inputs.ts";
import type { Hex, Statement } from "../../../src/proofs/statement.ts";
import { ethers, networkHelpers } from "../support/chain.ts";
import { attesterInput, deploy, MAX_DELAY, now, type Deployment } from "../support/deployment.ts";
import { encodePoints, TrapdoorKey } from "../support/groth16.ts";
import { attestedProof, batchOf, placeOf, type BatchSettings, type Leaf, type Proof } from "../support/proofs.ts";
import { reasonIs } from "../support/reasons.ts";
import { encodePss, rsaKey, rsaPower, signersOfEveryKind } from "../support/signers.ts";

const { loadFixture, setCode, time } = networkHelpers;

describe("A leaf of a batch that was settled before its key was stolen", () => {
  it("cannot be sealed by the thief, of whatever kind the key is", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attesters, verifier, lens } = deployment;
    const signers = await signersOfEveryKind(deployment);
    for (const { signer } of signers) await attesters.add(attesterInput(signer));
    for (const { kind, signer, sign } of signers) {
      const attesterId = keccak256(signer);
      const forged = await attestedProof({ verifier, attesterId }, `${kind}, forged`);
      for (const before of ["0x", `0x${"11".repeat(65)}`]) {
        const { batchId, leaf } = await settled(deployment, forged, { sealOf: () => before, seed: before });
        await time.increase(100n);
        const seal = sign(await proofs.digestOf(leaf.proof));
        const later: Leaf = { ...leaf, seal };
        const policy = { verifier, attesters, attesterIds: [attesterId], manifestHash: ZeroHash, maxAge: 0n };
        for (const call of [
          () => proofs.recordFromBatch(...placeOf(batchId, later)),
          () => proofs.verifyInBatch(...placeOf(batchId, later)),
          () => lens.requireVerifiedInBatch({ ...later, batchId }, policy),
        ]) {
          await expect(call(), kind)
            .to.be.revertedWithCustomError(proofs, "ProofRegistryNotInBatch")
            .withArgs(batchId, leaf.proofId, keccak256(seal), leaf.offset, leaf.length);
        }
        await expect(proofs.verifyInBatch(...placeOf(batchId, leaf)), kind).to.be.revert(ethers);
      }
    }
  });

  it("takes no second seal from its signer either: it was settled with the first", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attesters, verifier } = deployment;
    const rsa = (await signersOfEveryKind(deployment)).find(({ kind }) => kind === "RSA-PSS of 2048 bits");
    if (rsa === undefined) throw new Error("no such signer");
    await attesters.add(attesterInput(rsa.signer));
    const proof = await attestedProof({ verifier, attesterId: keccak256(rsa.signer) });
    const sealOf = async (one: Proof): Promise<string> => rsa.sign(await proofs.digestOf(one));
    const { batchId, leaf } = await settled(deployment, proof, { sealOf });
    const digest = await proofs.digestOf(leaf.proof);
    const seal = rsaPower(rsaKey("2048"), encodePss(digest, 2048, { salt: id("another salt") }));
    // Good by itself.
    await verifier.verify(digest, leaf.proof, await now(), seal);
    await expect(proofs.recordFromBatch(...placeOf(batchId, { ...leaf, seal }))).to.be.revertedWithCustomError(
      proofs,
      "ProofRegistryNotInBatch",
    );
    await proofs.recordFromBatch(...placeOf(batchId, leaf));
  });

  it("is a wallet's word as it stands when asked, until it is revoked: then whoever has taken it cannot make its past", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attesters, verifier } = deployment;
    const [owner, thief] = [new Wallet(id("the owner")), new Wallet(id("the thief"))];
    const wallet = await (await ethers.deployContract("SmartWallet", [owner.address])).getAddress();
    await attesters.add(attesterInput(wallet));
    const proof = await attestedProof({ verifier, attesterId: keccak256(wallet) });
    const sealOf = async (one: Proof) => thief.signingKey.sign(await proofs.digestOf(one)).serialized;
    const { batchId, leaf } = await settled(deployment, proof, { sealOf });
    await expect(proofs.verifyInBatch(...placeOf(batchId, leaf))).to.be.revert(ethers);
    const taken = await (await ethers.deployContract("SmartWallet", [thief.address])).getAddress();
    await setCode(wallet, await ethers.provider.getCode(taken));
    await proofs.verifyInBatch(...placeOf(batchId, leaf));
    // Who believes no contract's past can tell it from a key.
    expect((await attesters.attesterOf(keccak256(wallet))).signerKind).to.equal(1n);
    const noticed = await now();
    await attesters.revoke(keccak256(wallet), noticed, "taken over");
    for (const call of [proofs.verifyInBatch.staticCall, proofs.recordFromBatch]) {
      await expect(call(...placeOf(batchId, leaf)))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryVerifierReverted")
        .withArgs(
          verifier,
          await proofs.digestOf(leaf.proof),
          reasonIs(verifier, "AttestedSignatureVerifierWalletEnded"),
        );
    }
  });
});

describe("Two leaves of one proof in one batch, with two seals", () => {
  it("make one record, whichever is recorded first, and neither seal is the other's at its place", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs } = deployment;
    const { statement, evidence } = await attestedProof(deployment);
    const { modelId, modelVersion, manifestHash } = statement;
    const key = new TrapdoorKey(6);
    const version = { modelId, modelVersion, manifestHash };
    const groth16 = await ethers.deployContract("Groth16HashVerifier", [version, MAX_DELAY, key.key]);
    const proof = { statement, evidence: { ...evidence, verifier: await groth16.getAddress(), attesterId: ZeroHash } };
    let made = 1n;
    // Anyone makes another zk proof of one.
    const sealOf = async (one: Proof) => {
      const digest = (await proofs.digestOf(one)) as Hex;
      const { inputHash, outputHash } = one.statement as unknown as Statement;
      return encodePoints(key.prove(hashInputs({ digest, statement: { inputHash, outputHash } }), (made += 1n)));
    };
    const { batch, leaves } = await batchOf([proof, proof], { sealOf });
    const { accounts } = deployment;
    await proofs.settle(batch);
    const batchId = await proofs.batchIdOf(accounts.admin, batch);
    const [first, second] = leaves;
    if (first === undefined || second === undefined) throw new Error("the batch is empty");
    expect(first.proofId).to.equal(second.proofId);
    expect(first.seal).not.to.equal(second.seal);
    await expect(
      proofs.verifyInBatch(...placeOf(batchId, { ...first, seal: second.seal })),
    ).to.be.revertedWithCustomError(proofs, "ProofRegistryNotInBatch");

    const recordId = await proofs.batchRecordIdOf(batchId, first.proofId);
    const snapshot = await networkHelpers.takeSnapshot();
    const records: unknown[] = [];
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const) {
      await proofs.recordFromBatch(...placeOf(batchId, one));
      records.push([...(await proofs.proofOf(recordId))]);
      await expect(proofs.recordFromBatch(...placeOf(batchId, other)))
        .to.be.revertedWithCustomError(proofs, "ProofRegistryAlreadyRecorded")
        .withArgs(recordId);
      await snapshot.restore();
    }
    expect(records[0]).to.deep.equal(records[1]);
  });
});

/** A settled batch of one proof. */
async function settled(
  { proofs, accounts }: Deployment,
  proof: Proof,
  settings: BatchSettings,
): Promise<{ batchId: string; leaf: Leaf }> {
  const { batch, leaves } = await batchOf([proof], settings);
  const [leaf] = leaves;
  if (leaf === undefined) throw new Error("the batch is empty");
  await proofs.settle(batch);
  return { batchId: await proofs.batchIdOf(accounts.admin, batch), leaf };
}
