import { expect } from "chai";
import { concat, id, keccak256, Wallet, ZeroHash } from "ethers";
import { domainOfAttesters, SUCCESSION_TYPES } from "./support/attesters.ts";
import { networkHelpers } from "./support/chain.ts";
import { attesterInput, deploy, NEVER, now } from "./support/deployment.ts";
import { release } from "./support/models.ts";
import { attestedProof, proofIdOf, signProof } from "./support/proofs.ts";
import { encodeRsaKey, p256Key, rsaKey, rsaNumbers, signRsaPss } from "./support/signers.ts";

const { loadFixture, time } = networkHelpers;
const NEXT = new Wallet(id("the attester's next key"));
const NEXT_ID = keccak256(NEXT.address);

describe("AttesterRegistry, rotation", () => {
  it("admits the new key, links the two, and lets the old one finish", async () => {
    const { attesters, attesterId } = await loadFixture(deploy);
    const rotated = attesters.rotate(attesterId, attesterInput(NEXT.address), 600n, "0x");
    await expect(rotated)
      .to.emit(attesters, "AttesterRotated")
      .withArgs(attesterId, NEXT_ID, (end: bigint) => end > 0n, "0x");
    const at = await now();
    const [old, next] = [await attesters.attesterOf(attesterId), await attesters.attesterOf(NEXT_ID)];
    expect([old.successor, old.predecessor]).to.deep.equal([NEXT_ID, ZeroHash]);
    expect([next.successor, next.predecessor]).to.deep.equal([ZeroHash, attesterId]);
    expect(old.validUntil).to.equal(at + 600n);
    expect([...(await attesters.interval(attesterId))]).to.deep.equal([old.validFrom, at + 600n]);
    expect([...(await attesters.interval(NEXT_ID))]).to.deep.equal([at, 4_000_000_000n]);
    expect(await attesters.attesterCount()).to.equal(2n);
  });

  it("ends the old key at once without an overlap, and never lengthens it with one", async () => {
    const { attesters, attesterId } = await loadFixture(deploy);
    await attesters.rotate(attesterId, attesterInput(NEXT.address), 0n, "0x");
    expect((await attesters.interval(attesterId)).validUntil).to.equal(await now());
    const { validUntil } = await attesters.interval(NEXT_ID);
    await attesters.rotate(NEXT_ID, attesterInput(`0x${"c7".repeat(20)}`), NEVER, "0x");
    expect((await attesters.interval(NEXT_ID)).validUntil).to.equal(validUntil);
  });

  it("leaves the old key's proofs alone, and takes those of both while they overlap", async () => {
    const deployment = await loadFixture(deploy);
    const { proofs, attester, attesterId, attesters, verifier, lens } = deployment;
    const honest = await attestedProof(deployment, "before");
    await proofs.record(honest, await signProof(proofs, attester, honest));
    await attesters.rotate(attesterId, attesterInput(NEXT.address), 600n, "0x");
    const records: [Wallet, string, string][] = [
      [attester, attesterId, "in flight"],
      [NEXT, NEXT_ID, "of the new key"],
    ];
    for (const [key, id_, seed] of records) {
      const proof = await attestedProof({ verifier, attesterId: id_ }, seed);
      await proofs.record(proof, await signProof(proofs, key, proof));
    }
    await time.increase(600n);
    const late = await attestedProof(deployment, "late");
    await expect(proofs.record(late, await signProof(proofs, attester, late))).to.be.revertedWithCustomError(
      proofs,
      "ProofRegistryVerifierReverted",
    );
    const policy = { verifier, attesters, attesterIds: [attesterId], manifestHash: ZeroHash, maxAge: 0n };
    await lens.requireVerified(proofIdOf(honest), policy);
  });

  it("may link a revoked key to its successor, which gives it nothing back", async () => {
    const { attesters, attesterId } = await loadFixture(deploy);
    await attesters.revoke(attesterId, 5n, "stolen");
    await attesters.rotate(attesterId, attesterInput(NEXT.address), 600n, "0x");
    const record = await attesters.attesterOf(attesterId);
    expect([record.revoked, record.revokedAt, record.successor]).to.deep.equal([true, 5n, NEXT_ID]);
    expect((await attesters.interval(attesterId)).validUntil).to.equal(5n);
  });

  it("gives a key one successor, and takes no key twice", async () => {
    const { attesters, attesterId } = await loadFixture(deploy);
    await expect(attesters.rotate(NEXT_ID, attesterInput(NEXT.address), 0n, "0x"))
      .to.be.revertedWithCustomError(attesters, "AttesterRegistryUnknownAttester")
      .withArgs(NEXT_ID);
    const { signer } = await attesters.attesterOf(attesterId);
    await expect(attesters.rotate(attesterId, attesterInput(signer), 0n, "0x"))
      .to.be.revertedWithCustomError(attesters, "AttesterRegistryAlreadyAdded")
      .withArgs(attesterId);
    await attesters.rotate(attesterId, attesterInput(NEXT.address), 0n, "0x");
    await expect(attesters.rotate(attesterId, attesterInput(`0x${"c7".repeat(20)}`), 0n, "0x"))
      .to.be.revertedWithCustomError(attesters, "AttesterRegistryAlreadyRotated")
      .withArgs(attesterId, NEXT_ID);
  });

  it("asks the new key for a signature over the succession when one is given, whatever its kind", async () => {
    const deployment = await loadFixture(deploy);
    const { attesters, attesterId, p256, rsaPss } = deployment;
    const elliptic = p256Key(id("a key on P-256"));
    const rsa = rsaKey("2048");
    const { e, n } = rsaNumbers(rsa);
    const signers: [signer: string, sign: (digest: string) => string][] = [
      [NEXT.address, (digest) => NEXT.signingKey.sign(digest).serialized],
      [concat([await p256.getAddress(), elliptic.key]), elliptic.sign],
      [concat([await rsaPss.getAddress(), encodeRsaKey(e, n)]), (digest) => signRsaPss(rsa, digest, 32)],
    ];
    let current = attesterId;
    for (const [signer, sign] of signers) {
      const next = keccak256(signer);
      const digest = await attesters.successionDigestOf(current, next);
      for (const [bad, over] of [
        [sign(await attesters.successionDigestOf(next, current)), digest],
        [sign(await attesters.successionDigestOf(id("another"), next)), digest],
        ["0x00", digest],
      ] as const) {
        await expect(attesters.rotate(current, attesterInput(signer), 0n, bad))
          .to.be.revertedWithCustomError(attesters, "AttesterRegistryInvalidSignature")
          .withArgs(next, over);
      }
      const possession = sign(digest);
      await expect(attesters.rotate(current, attesterInput(signer), 0n, possession))
        .to.emit(attesters, "AttesterRotated")
        .withArgs(current, next, (end: bigint) => end > 0n, possession);
      current = next;
    }
  });

  it("has its digest under the registry's own domain", async () => {
    const { attesters, attesterId } = await loadFixture(deploy);
    const signature = await NEXT.signTypedData(await domainOfAttesters(attesters), SUCCESSION_TYPES, {
      attesterId,
      successorId: NEXT_ID,
    });
    await attesters.rotate(attesterId, attesterInput(NEXT.address), 0n, signature);
  });
});

describe("AttesterRegistry, updates", () => {
  it("sets where an attester is reached and its document, and tells both in events", async () => {
    const { attesters, attesterId } = await loadFixture(deploy);
    const { manifest: document } = release("another document");
    await expect(attesters.setEndpoint(attesterId, "https://moved.example"))
      .to.emit(attesters, "AttesterEndpointSet")
      .withArgs(attesterId, "https://moved.example");
    await expect(attesters.setDocument(attesterId, document))
      .to.emit(attesters, "AttesterDocumentSet")
      .withArgs(attesterId, Object.values(document));
    const before = await attesters.attesterOf(attesterId);
    expect(before.endpoint).to.equal("https://moved.example");
    expect([...before.document]).to.deep.equal(Object.values(document));
    const nothing = { blobId: ZeroHash, contentHash: ZeroHash, size: 0n };
    await attesters.setEndpoint(attesterId, "");
    await attesters.setDocument(attesterId, nothing);
    const after = await attesters.attesterOf(attesterId);
    expect([after.endpoint, ...after.document]).to.deep.equal(["", ZeroHash, ZeroHash, 0n]);
  });

  it("refuses unknown attesters, long endpoints and partial documents", async () => {
    const { attesters, attesterId } = await loadFixture(deploy);
    const { manifest: document } = release("another document");
    for (const call of [() => attesters.setEndpoint(NEXT_ID, ""), () => attesters.setDocument(NEXT_ID, document)]) {
      await expect(call())
        .to.be.revertedWithCustomError(attesters, "AttesterRegistryUnknownAttester")
        .withArgs(NEXT_ID);
    }
    await attesters.setEndpoint(attesterId, "x".repeat(256));
    await expect(attesters.setEndpoint(attesterId, "x".repeat(257)))
      .to.be.revertedWithCustomError(attesters, "AttesterRegistryTextTooLong")
      .withArgs(257);
    await expect(attesters.setDocument(attesterId, { ...document, size: 0n })).to.be.revertedWithCustomError(
      attesters,
      "AttesterRegistryIncompleteDocument",
    );
  });
});
