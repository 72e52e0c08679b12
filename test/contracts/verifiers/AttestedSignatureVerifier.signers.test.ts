import { expect } from "chai";
import { concat, id, keccak256, Wallet } from "ethers";
import { ethers, networkHelpers } from "../support/chain.ts";
import { attesterInput, deploy, now } from "../support/deployment.ts";
import { attestedProof, batchOf, placeOf, proofIdOf, signWithdrawal, type Proof } from "../support/proofs.ts";
import { p256Key, signersOfEveryKind, type TestSigner } from "../support/signers.ts";

const { loadFixture, time } = networkHelpers;
const OWNER = new Wallet(id("a wallet's owner"));

/** Every kind of signer, contract wallet included, admitted as attesters. */
async function withSigners() {
  const deployment = await deploy();
  const wallet = await (await ethers.deployContract("SmartWallet", [OWNER.address])).getAddress();
  const ofWallet: TestSigner = {
    kind: "a contract wallet",
    signer: wallet,
    measured: true,
    sign: (digest) => OWNER.signingKey.sign(digest).serialized,
  };
  const signers = [...(await signersOfEveryKind(deployment)), ofWallet];
  for (const { signer } of signers) await deployment.attesters.add(attesterInput(signer));
  return { ...deployment, signers, wallet };
}

describe("AttestedSignatureVerifier, for every kind of signer", () => {
  it("records, settles, verifies and withdraws what they signed", async () => {
    const deployment = await loadFixture(withSigners);
    const { proofs, verifier, accounts, signers } = deployment;
    for (const { kind, signer, sign } of signers) {
      const attesterId = keccak256(signer);
      const proof = await attestedProof({ verifier, attesterId }, kind);
      await proofs.record(proof, sign(await proofs.digestOf(proof)));
      expect((await proofs.proofOf(proofIdOf(proof))).attesterId, kind).to.equal(attesterId);

      const sealOf = async (one: Proof) => sign(await proofs.digestOf(one));
      const inBatch = await attestedProof({ verifier, attesterId }, `${kind}, in a batch`);
      const { batch, leaves } = await batchOf([inBatch], { sealOf });
      await proofs.settle(batch);
      const batchId = await proofs.batchIdOf(accounts.admin, batch);
      const [leaf] = leaves;
      if (!leaf) throw new Error("the batch is empty");
      const place = placeOf(batchId, leaf);
      expect((await proofs.verifyInBatch(...place)).proofId, kind).to.equal(leaf.proofId);
      await proofs.recordFromBatch(...place);

      await proofs.withdrawWithSeal(proof, sign(await proofs.withdrawalDigestOf(proofIdOf(proof))));
      expect(await proofs.isWithdrawn(proofIdOf(proof)), kind).to.equal(true);
    }
  });

  it("refuses each one's seal for another digest, another attester, and from another key", async () => {
    const deployment = await loadFixture(withSigners);
    const { verifier, signers } = deployment;
    const [digest, other] = [id("a digest"), id("another digest")];
    for (const { kind, signer, sign } of signers) {
      const attesterId = keccak256(signer);
      const proof = await attestedProof({ verifier, attesterId });
      const magic = verifier.interface.getFunction("verify").selector;
      expect(await verifier.verify(digest, proof, await now(), sign(digest)), kind).to.equal(magic);
      const account = signer.length === 42 && kind !== "a contract wallet";
      const error = account ? "InvalidSignature" : "SignerRefused";
      const seals = [sign(other), "0x", "0x00", concat([sign(digest), "0x00"]), `0x${"ab".repeat(65)}`];
      const theirs = signers.filter((each) => each.signer !== signer).map((each) => each.sign(digest));
      for (const seal of [...seals, ...theirs]) {
        await expect(verifier.verify(digest, proof, await now(), seal), kind).to.be.revertedWithCustomError(
          verifier,
          `AttestedSignatureVerifier${error}`,
        );
      }
    }
  });

  it("asks each one's validity at both times, its measurement's included", async () => {
    const deployment = await loadFixture(withSigners);
    const { verifier, attesters, signers } = deployment;
    const digest = id("a digest");
    await time.increase(100n);
    const closedAt = await now();
    await time.increase(100n);
    await attesters.closeApproval(1n, closedAt, "it leaks");
    for (const { kind, signer, sign } of signers) {
      const attesterId = keccak256(signer);
      const [validFrom] = await attesters.interval(attesterId);
      const times: [producedAt: bigint, anchoredAt: bigint, accepted: boolean][] = [
        [validFrom, closedAt - 1n, true],
        [validFrom, closedAt, false],
        [closedAt, closedAt, false],
        [validFrom - 1n, closedAt - 1n, false],
      ];
      for (const [producedAt, anchoredAt, accepted] of times) {
        const proof = await attestedProof({ verifier, attesterId }, kind, producedAt);
        const asked = verifier.verify(digest, proof, anchoredAt, sign(digest));
        if (accepted && kind === "a contract wallet") {
          await expect(asked)
            .to.be.revertedWithCustomError(verifier, "AttestedSignatureVerifierWalletEnded")
            .withArgs(attesterId, closedAt);
        } else if (accepted) await asked;
        else {
          await expect(asked, kind)
            .to.be.revertedWithCustomError(verifier, "AttestedSignatureVerifierAttesterNotValid")
            .withArgs(attesterId, producedAt, anchoredAt, validFrom, closedAt);
        }
      }
    }
  });

  it("goes by a wallet's answer as it stands now, and marks it as a wallet's", async () => {
    const deployment = await loadFixture(withSigners);
    const { verifier, attesters, wallet } = deployment;
    const digest = id("a digest");
    const seal = OWNER.signingKey.sign(digest).serialized;
    const proof = await attestedProof({ verifier, attesterId: keccak256(wallet) });
    const anchoredAt = await now();
    await verifier.verify(digest, proof, anchoredAt, seal);
    expect((await attesters.attesterOf(keccak256(wallet))).signerKind).to.equal(1n);
    const sold = await ethers.deployContract("SmartWallet", [new Wallet(id("a new owner")).address]);
    for (const code of [await ethers.provider.getCode(await sold.getAddress()), "0x"]) {
      await networkHelpers.setCode(wallet, code);
      await expect(verifier.verify(digest, proof, anchoredAt, seal))
        .to.be.revertedWithCustomError(verifier, "AttestedSignatureVerifierSignerRefused")
        .withArgs(keccak256(wallet), wallet, digest);
    }
    expect((await attesters.attesterOf(keccak256(wallet))).signerKind).to.equal(1n);
  });

  it("never asks the code of an account, delegated when it is admitted or later", async () => {
    const deployment = await loadFixture(deploy);
    const { verifier, attesters } = deployment;
    const yes = await ethers.deployContract("ScriptedVerifier", ["0x1626ba7e", 32, false]);
    const delegation = concat(["0xef0100", await yes.getAddress()]);
    const digest = id("a digest");
    for (const when of ["before", "after"]) {
      const account = new Wallet(id(`delegated ${when}`));
      if (when === "before") await networkHelpers.setCode(account.address, delegation);
      await attesters.add(attesterInput(account.address));
      if (when === "after") await networkHelpers.setCode(account.address, delegation);
      const attesterId = keccak256(account.address);
      expect((await attesters.attesterOf(attesterId)).signerKind, when).to.equal(0n);
      const proof = await attestedProof({ verifier, attesterId });
      await verifier.verify(digest, proof, await now(), account.signingKey.sign(digest).serialized);
      await expect(verifier.verify(digest, proof, await now(), "0x1234")).to.be.revertedWithCustomError(
        verifier,
        "AttestedSignatureVerifierInvalidSignature",
      );
    }
  });

  it("takes an account with 23 bytes of other code, and any other contract, for a wallet", async () => {
    const { attesters } = await loadFixture(deploy);
    for (const [index, code] of [
      "0x00",
      `0x${"00".repeat(23)}`,
      `0x${"00".repeat(22)}`,
      `0x60${"00".repeat(23)}`,
    ].entries()) {
      const address = `0x${String(index + 1).repeat(40)}`;
      await networkHelpers.setCode(address, code);
      await attesters.add(attesterInput(address));
      expect((await attesters.attesterOf(keccak256(address))).signerKind).to.equal(1n);
    }
  });

  it("keeps a key's attesters apart by the contract that its signer begins with", async () => {
    const deployment = await loadFixture(deploy);
    const { verifier, attesters, p256 } = deployment;
    const { key, sign } = p256Key(id("a key on P-256"));
    const another = await (await ethers.deployContract("P256Verifier")).getAddress();
    const admitted = concat([await p256.getAddress(), key]);
    await attesters.add(attesterInput(admitted));
    const attesterId = keccak256(concat([another, key]));
    const proof = await attestedProof({ verifier, attesterId });
    await expect(verifier.verify(id("a digest"), proof, await now(), sign(id("a digest"))))
      .to.be.revertedWithCustomError(attesters, "AttesterRegistryUnknownAttester")
      .withArgs(attesterId);
  });

  it("takes a withdrawal from the wallet's owner under the registry's domain", async () => {
    const deployment = await loadFixture(withSigners);
    const { proofs, verifier, wallet } = deployment;
    const proof = await attestedProof({ verifier, attesterId: keccak256(wallet) });
    await proofs.withdrawWithSeal(proof, await signWithdrawal(proofs, OWNER, proofIdOf(proof)));
    expect(await proofs.isWithdrawn(proofIdOf(proof))).to.equal(true);
  });
});
