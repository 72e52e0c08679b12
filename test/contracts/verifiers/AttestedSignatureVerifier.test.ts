import { expect } from "chai";
import { concat, id, keccak256, Wallet, ZeroAddress } from "ethers";
import { ethers, networkHelpers } from "../support/chain.ts";
import { attesterInput, deploy, MAX_DELAY, now } from "../support/deployment.ts";
import { attestedProof, signProof } from "../support/proofs.ts";

const { loadFixture } = networkHelpers;
const DIGEST = id("a digest");

describe("AttestedSignatureVerifier", () => {
  it("answers its selector for the attester's signature, at both ends of the delay and of the validity", async () => {
    const deployment = await loadFixture(deploy);
    const { verifier, attesters, attester, attesterId } = deployment;
    const [validFrom, validUntil] = await attesters.interval(attesterId);
    const magic = verifier.interface.getFunction("verify").selector;
    const seal = attester.signingKey.sign(DIGEST).serialized;
    for (const [producedAt, anchoredAt] of [
      [validFrom, validFrom],
      [validFrom, validFrom + MAX_DELAY],
      [validUntil - 1n, validUntil - 1n],
    ] as const) {
      const proof = await attestedProof(deployment, "edge", producedAt);
      expect(await verifier.verify(DIGEST, proof, anchoredAt, seal)).to.equal(magic);
    }
  });

  it("says what is wrong with the times, and by how much", async () => {
    const deployment = await loadFixture(deploy);
    const { verifier, attesters, attester, attesterId } = deployment;
    const [validFrom, validUntil] = await attesters.interval(attesterId);
    const seal = attester.signingKey.sign(DIGEST).serialized;
    const [early, late, slow] = [validFrom - 1n, validUntil, validFrom + MAX_DELAY + 1n];
    const cases: [producedAt: bigint, anchoredAt: bigint, error: string, args: unknown[]][] = [
      [validFrom + 1n, validFrom, "ProducedLater", [validFrom + 1n, validFrom]],
      [validFrom, slow, "TooLate", [validFrom, slow, MAX_DELAY]],
      [early, validFrom, "AttesterNotValid", [attesterId, early, validFrom, validFrom, validUntil]],
      [late - 1n, late, "AttesterNotValid", [attesterId, late - 1n, late, validFrom, validUntil]],
    ];
    for (const [producedAt, anchoredAt, error, args] of cases) {
      await expect(verifier.verify(DIGEST, await attestedProof(deployment, "edge", producedAt), anchoredAt, seal))
        .to.be.revertedWithCustomError(verifier, `AttestedSignatureVerifier${error}`)
        .withArgs(...args);
    }
  });

  it("refuses every seal that is not the attester's over this digest, and names who signed", async () => {
    const deployment = await loadFixture(deploy);
    const { verifier, attester, attesterId } = deployment;
    const proof = await attestedProof(deployment);
    const stranger = new Wallet(id("a stranger's key"));
    const good = attester.signingKey.sign(DIGEST);
    const cases: [seal: string, recovered: string][] = [
      [stranger.signingKey.sign(DIGEST).serialized, stranger.address],
      ["0x", ZeroAddress],
      [`0x${"00".repeat(65)}`, ZeroAddress],
      [concat([good.serialized, "0x00"]), ZeroAddress],
      [good.compactSerialized, ZeroAddress],
      [concat([good.r, good.s, "0x1d"]), ZeroAddress],
    ];
    for (const [seal, recovered] of cases) {
      await expect(verifier.verify(DIGEST, proof, await now(), seal))
        .to.be.revertedWithCustomError(verifier, "AttestedSignatureVerifierInvalidSignature")
        .withArgs(attesterId, recovered, DIGEST);
    }
  });

  it("refuses a key that nobody admitted, though it signs for its own id", async () => {
    const deployment = await loadFixture(deploy);
    const { verifier, attesters } = deployment;
    const stranger = new Wallet(id("a stranger's key"));
    const proof = await attestedProof(deployment);
    proof.evidence.attesterId = keccak256(stranger.address);
    await expect(verifier.verify(DIGEST, proof, await now(), stranger.signingKey.sign(DIGEST).serialized))
      .to.be.revertedWithCustomError(attesters, "AttesterRegistryUnknownAttester")
      .withArgs(proof.evidence.attesterId);
  });

  it("refuses an attester whose signer begins with an account but is more than that", async () => {
    const deployment = await loadFixture(deploy);
    const { verifier, attesters } = deployment;
    const wallet = new Wallet(id("a wallet's key"));
    const signer = concat([wallet.address, "0x01"]);
    await expect(attesters.add(attesterInput(signer)))
      .to.be.revertedWithCustomError(attesters, "AttesterRegistrySignerWithoutCode")
      .withArgs(wallet.address);
    await networkHelpers.setCode(wallet.address, "0x00");
    await attesters.add(attesterInput(signer));
    const proof = await attestedProof(deployment);
    proof.evidence.attesterId = keccak256(signer);
    const seal = wallet.signingKey.sign(DIGEST).serialized;
    await expect(verifier.verify(DIGEST, proof, await now(), seal))
      .to.be.revertedWithCustomError(verifier, "AttestedSignatureVerifierSignerRefused")
      .withArgs(proof.evidence.attesterId, wallet.address, DIGEST);
  });

  it("judges an account by its key even when code was put at its address", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, verifier, attester } = deployment;
    await networkHelpers.setCode(attester.address, await ethers.provider.getCode(await verifier.getAddress()));
    const proof = await attestedProof(deployment);
    await proofs.record(proof, await signProof(proofs, attester, proof));
  });

  it("tells what it is", async () => {
    const { verifier, attesters } = await loadFixture(deploy);
    expect(await verifier.proofSystem()).to.equal("attested-signature");
    expect(await verifier.version()).to.equal("1.0.0");
    expect(await verifier.maxDelay()).to.equal(MAX_DELAY);
    expect(await verifier.attesters()).to.equal(await attesters.getAddress());
  });
});
