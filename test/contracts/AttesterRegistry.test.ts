import { expect } from "chai";
import { id, keccak256, ZeroHash } from "ethers";
import { networkHelpers } from "./support/chain.ts";
import { attesterInput, deploy, NEVER, now } from "./support/deployment.ts";
import { plain } from "./support/plain.ts";

const { loadFixture, time } = networkHelpers;
const KEY = `0x${"a5".repeat(20)}`;
const KEY_ID = keccak256(KEY);

describe("AttesterRegistry", () => {
  describe("add", () => {
    it("keeps all of an attester, valid from now on when no time is named", async () => {
      const { attesters } = await loadFixture(deploy);
      await expect(attesters.add(attesterInput(KEY))).to.emit(attesters, "AttesterAdded");
      const addedAt = await now();
      const kept = { signerKind: 0n, approvalId: 1n, addedAt, revoked: false, revokedAt: 0n };
      const links = { predecessor: ZeroHash, successor: ZeroHash };
      const expected = { ...attesterInput(KEY), validFrom: addedAt, ...kept, ...links };
      expect(plain(await attesters.attesterOf(KEY_ID))).to.deep.equal(expected);
      const { validUntil } = expected;
      expect([...(await attesters.validity(KEY_ID))]).to.deep.equal([KEY, 0n, addedAt, validUntil]);
      expect([...(await attesters.interval(KEY_ID))]).to.deep.equal([addedAt, validUntil]);
    });

    it("takes an attester without document, measurement and endpoint, and one that begins later", async () => {
      const { attesters } = await loadFixture(deploy);
      const document = { blobId: ZeroHash, contentHash: ZeroHash, size: 0n };
      const validFrom = (await now()) + 1000n;
      await attesters.add(attesterInput(KEY, { document, measurement: ZeroHash, endpoint: "", validFrom }));
      expect(await attesters.wasValid(KEY_ID, validFrom - 1n)).to.equal(false);
      expect(await attesters.wasValid(KEY_ID, validFrom)).to.equal(true);
    });

    it("takes ERC-7913 signers of 20 to 1024 bytes, and not the zero address", async () => {
      const { attesters } = await loadFixture(deploy);
      const bad = [
        "0x",
        `0x${"a5".repeat(19)}`,
        `0x${"a5".repeat(1025)}`,
        `0x${"00".repeat(20)}`,
        `0x${"00".repeat(84)}`,
      ];
      for (const signer of bad) {
        await expect(attesters.add(attesterInput(signer)))
          .to.be.revertedWithCustomError(attesters, "AttesterRegistryInvalidSigner")
          .withArgs(signer);
      }
      await networkHelpers.setCode(`0x${"b6".repeat(20)}`, "0x00");
      for (const length of [20, 21, 31, 32, 84, 1024]) {
        const signer = `0x${"b6".repeat(length)}`;
        await attesters.add(attesterInput(signer));
        const admitted = await attesters.validity(keccak256(signer));
        expect(admitted.signer).to.equal(signer);
        expect(admitted.signerKind).to.equal(length === 20 ? 1n : 2n);
      }
    });

    it("refuses an interval that begins in the past, is empty or backwards", async () => {
      const { attesters } = await loadFixture(deploy);
      const later = (await now()) + 1000n;
      for (const interval of [
        { validFrom: (await now()) - 1n },
        { validFrom: 1n },
        { validFrom: later, validUntil: later },
        { validFrom: later, validUntil: later - 1n },
        { validUntil: 0n },
        { validUntil: await now() },
      ]) {
        await expect(attesters.add(attesterInput(KEY, interval))).to.be.revertedWithCustomError(
          attesters,
          "AttesterRegistryInvalidInterval",
        );
      }
    });

    it("refuses a key twice, a kind that breaks its grammar, a partial document and a long endpoint", async () => {
      const { attesters } = await loadFixture(deploy);
      const { document } = attesterInput(KEY);
      for (const kind of ["", "Key", "1", "x".repeat(32), "latest"]) {
        await expect(attesters.add(attesterInput(KEY, { kind })))
          .to.be.revertedWithCustomError(attesters, "AttesterRegistryInvalidKind")
          .withArgs(kind);
      }
      for (const part of [{ blobId: ZeroHash }, { contentHash: ZeroHash }, { size: 0n }]) {
        const partial = { ...document, ...part };
        await expect(attesters.add(attesterInput(KEY, { document: partial })))
          .to.be.revertedWithCustomError(attesters, "AttesterRegistryIncompleteDocument")
          .withArgs(Object.values(partial));
      }
      await expect(attesters.add(attesterInput(KEY, { endpoint: "x".repeat(257) })))
        .to.be.revertedWithCustomError(attesters, "AttesterRegistryTextTooLong")
        .withArgs(257);
      await attesters.add(attesterInput(KEY));
      await expect(attesters.add(attesterInput(KEY)))
        .to.be.revertedWithCustomError(attesters, "AttesterRegistryAlreadyAdded")
        .withArgs(KEY_ID);
    });

    it("is only for those whom the access manager lets, as revoke is", async () => {
      const { attesters, authority, attesterId, accounts } = await loadFixture(deploy);
      const theirs = attesters.connect(accounts.stranger);
      for (const call of [() => theirs.add(attesterInput(KEY)), () => theirs.revoke(attesterId, 1n, "")]) {
        await expect(call())
          .to.be.revertedWithCustomError(attesters, "AccessManagedUnauthorized")
          .withArgs(accounts.stranger);
      }
      const add = attesters.interface.getFunction("add").selector;
      await authority.getFunction("setTargetFunctionRole")(attesters, [add], 7n);
      await authority.getFunction("grantRole")(7n, accounts.stranger, 0n);
      await theirs.add(attesterInput(KEY));
      await expect(theirs.revoke(attesterId, 1n, "")).to.be.revertedWithCustomError(
        attesters,
        "AccessManagedUnauthorized",
      );
    });
  });

  describe("revoke", () => {
    it("ends the validity at its time, which may be past, and can only move back", async () => {
      const { attesters, attesterId } = await loadFixture(deploy);
      const [validFrom, validUntil] = await attesters.interval(attesterId);
      await time.increase(1000n);
      for (const revokedAt of [validFrom + 500n, validFrom + 500n, validFrom + 100n, 0n]) {
        await expect(attesters.revoke(attesterId, revokedAt, "stolen"))
          .to.emit(attesters, "AttesterRevoked")
          .withArgs(attesterId, revokedAt, "stolen");
        expect([...(await attesters.interval(attesterId))]).to.deep.equal([validFrom, revokedAt]);
        const record = await attesters.attesterOf(attesterId);
        expect([record.revoked, record.revokedAt, record.validUntil]).to.deep.equal([true, revokedAt, validUntil]);
        const latest = revokedAt;
        await expect(attesters.revoke(attesterId, latest + 1n, ""))
          .to.be.revertedWithCustomError(attesters, "AttesterRegistryRevocationTooLate")
          .withArgs(attesterId, latest + 1n, latest);
      }
    });

    it("is never for the future", async () => {
      const { attesters, attesterId } = await loadFixture(deploy);
      for (const revokedAt of [(await now()) + 1000n, NEVER]) {
        await expect(attesters.revoke(attesterId, revokedAt, "")).to.be.revertedWithCustomError(
          attesters,
          "AttesterRegistryRevocationTooLate",
        );
      }
    });

    it("leaves the audit of the time before alone", async () => {
      const { attesters, attesterId } = await loadFixture(deploy);
      const [validFrom] = await attesters.interval(attesterId);
      await time.increase(1000n);
      await attesters.revoke(attesterId, validFrom + 500n, "stolen");
      const asked = [validFrom - 1n, validFrom, validFrom + 499n, validFrom + 500n, NEVER];
      const answers = await Promise.all(asked.map((at) => attesters.wasValid(attesterId, at)));
      expect(answers).to.deep.equal([false, true, true, false, false]);
    });

    it("does not lengthen a validity that ended by itself", async () => {
      const { attesters } = await loadFixture(deploy);
      const validUntil = (await now()) + 100n;
      await attesters.add(attesterInput(KEY, { validUntil }));
      await time.increase(1000n);
      await attesters.revoke(KEY_ID, validUntil + 500n, "late");
      expect((await attesters.interval(KEY_ID)).validUntil).to.equal(validUntil);
    });

    it("refuses an unknown attester and a long reason", async () => {
      const { attesters, attesterId } = await loadFixture(deploy);
      await expect(attesters.revoke(id("nobody"), 1n, ""))
        .to.be.revertedWithCustomError(attesters, "AttesterRegistryUnknownAttester")
        .withArgs(id("nobody"));
      await expect(attesters.revoke(attesterId, 1n, "x".repeat(257)))
        .to.be.revertedWithCustomError(attesters, "AttesterRegistryTextTooLong")
        .withArgs(257);
    });
  });

  describe("reads", () => {
    it("page through attesters, the revoked ones included", async () => {
      const { attesters, attesterId } = await loadFixture(deploy);
      await attesters.add(attesterInput(KEY));
      await attesters.revoke(attesterId, 0n, "");
      expect(await attesters.attesterCount()).to.equal(2n);
      expect([...(await attesters.attesters(0, 10))]).to.deep.equal([attesterId, KEY_ID]);
      expect([...(await attesters.attesters(1, 10))]).to.deep.equal([KEY_ID]);
      expect([...(await attesters.attesters(2, 10))]).to.deep.equal([]);
      expect(await attesters.version()).to.equal("1.0.0");
    });

    it("say no, or revert, for an unknown attester", async () => {
      const { attesters } = await loadFixture(deploy);
      for (const at of [0n, 1n, NEVER]) expect(await attesters.wasValid(KEY_ID, at)).to.equal(false);
      const reads = [attesters.attesterOf, attesters.validity, attesters.interval];
      for (const read of reads) {
        await expect(read(KEY_ID))
          .to.be.revertedWithCustomError(attesters, "AttesterRegistryUnknownAttester")
          .withArgs(KEY_ID);
      }
    });
  });
});
