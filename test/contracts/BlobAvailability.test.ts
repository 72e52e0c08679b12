import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import { BLOB_ID, DAY, STATUS, vectors, withVectors, withWeights } from "./support/availability.ts";
import { networkHelpers } from "./support/chain.ts";
import { allBut, certificateOf, committeeOf, confirmation, invalidBlobId, secretOf } from "./support/committees.ts";
import { now } from "./support/deployment.ts";

const { loadFixture, time } = networkHelpers;

const OBJECT_ID = id("a Sui object");

describe("BlobAvailability", () => {
  it("accepts the certificates of Walrus's own tests", async () => {
    const { availability, at } = await loadFixture(withVectors);
    expect(vectors.certs).to.have.length.greaterThan(0);
    for (const { aggregateSignatureUncompressed, bitmapHex } of vectors.certs) {
      const certificate = `0x${aggregateSignatureUncompressed}${bitmapHex}`;
      expect(await availability.checkCertificate(at, `0x${vectors.message.hex}`, certificate)).to.equal(STATUS.Valid);
    }
  });

  it("hashes a message to the point that Walrus hashes it to, which the key 1 signs it with", async () => {
    const { availability, committees, otherSource } = await loadFixture(withVectors);
    const alone = committeeOf({ secrets: [1n], weights: [1n], startsAt: await now() });
    expect(alone.publicKeys).to.equal(`0x${vectors.committee.publicKeysUncompressed[0]!}`);
    await committees.connect(otherSource).importCommittee(alone);
    const certificate = `0x${vectors.message.hashToG2Uncompressed}01`;
    const status = await availability.checkCertificate(otherSource, `0x${vectors.message.hex}`, certificate);
    expect(status).to.equal(STATUS.Valid);
  });

  it("has the keys of Walrus's own tests as Sui holds them", async () => {
    const { committee } = await loadFixture(withVectors);
    expect(committee.publicKeys).to.equal(`0x${vectors.committee.publicKeysUncompressed.join("")}`);
  });

  for (const { src, epoch, blobIdHex, type, objectId, hex } of vectors.messageVectors) {
    it(`takes the ${type.toLowerCase()} message of ${src} (epoch ${epoch})`, async () => {
      const { availability, committees, otherSource } = await loadFixture(withVectors);
      const ours = committeeOf({
        secrets: [secretOf("a")],
        weights: [9n],
        startsAt: await now(),
        epoch: BigInt(epoch),
      });
      await committees.connect(otherSource).importCommittee(ours);
      const message = `0x${hex}`;
      if (blobIdHex !== undefined) {
        const written = confirmation(
          BigInt(epoch),
          `0x${blobIdHex}`,
          objectId === undefined ? undefined : `0x${objectId}`,
        );
        expect(message).to.equal(written);
      }
      await availability.certify(otherSource, message, certificateOf(ours, [0], message));
      const blobId = `0x${hex.slice(14, 78)}`;
      expect((await availability.lastCertified(otherSource, blobId)).epoch).to.equal(BigInt(epoch));
    });
  }

  describe("certify", () => {
    it("keeps the epoch and its beginning, by source and blob", async () => {
      const { availability, committee, at, otherSource, committees } = await loadFixture(withWeights);
      const message = confirmation(5n, BLOB_ID);
      await time.increase(1000);
      await expect(availability.certify(at, message, certificateOf(committee, allBut(12, [0]), message)))
        .to.emit(availability, "BlobCertified")
        .withArgs(at, BLOB_ID, 5n);
      expect([...(await availability.lastCertified(at, BLOB_ID))]).to.deep.equal([5n, committee.startsAt]);
      expect([...(await availability.lastCertified(otherSource, BLOB_ID))]).to.deep.equal([0n, 0n]);
      expect([...(await availability.lastCertified(at, id("another")))]).to.deep.equal([0n, 0n]);
      expect(await availability.isInvalid(at, BLOB_ID)).to.equal(false);
      expect(await availability.committees()).to.equal(await committees.getAddress());
      expect(await availability.version()).to.equal("1.0.0");
    });

    it("takes a deletable confirmation too, from anybody", async () => {
      const { availability, committee, at, stranger } = await loadFixture(withWeights);
      const message = confirmation(5n, BLOB_ID, OBJECT_ID);
      await availability.connect(stranger).certify(at, message, certificateOf(committee, allBut(12), message));
      expect((await availability.lastCertified(at, BLOB_ID)).epoch).to.equal(5n);
    });

    it("changes nothing when it is not newer, and says nothing", async () => {
      const { availability, committee, committees, source, at } = await loadFixture(withWeights);
      const next = { ...committee, epoch: 6n, startsAt: committee.startsAt + 500n };
      await time.increase(500);
      await committees.connect(source).importCommittee(next);
      const older = confirmation(5n, BLOB_ID);
      const newer = confirmation(6n, BLOB_ID);
      await availability.certify(at, newer, certificateOf(next, allBut(12), newer));
      for (const message of [older, newer]) {
        const sent = availability.certify(at, message, certificateOf(next, allBut(12), message));
        await expect(sent).not.to.emit(availability, "BlobCertified");
        expect([...(await availability.lastCertified(at, BLOB_ID))]).to.deep.equal([6n, next.startsAt]);
      }
    });

    it("is made fresh by a newer one", async () => {
      const { availability, committee, committees, source, at } = await loadFixture(withWeights);
      const older = confirmation(5n, BLOB_ID);
      await availability.certify(at, older, certificateOf(committee, allBut(12), older));
      const next = { ...committee, epoch: 6n, startsAt: committee.startsAt + 500n };
      await time.increase(500);
      await committees.connect(source).importCommittee(next);
      const newer = confirmation(6n, BLOB_ID);
      await expect(availability.certify(at, newer, certificateOf(next, allBut(12), newer)))
        .to.emit(availability, "BlobCertified")
        .withArgs(at, BLOB_ID, 6n);
      expect([...(await availability.lastCertified(at, BLOB_ID))]).to.deep.equal([6n, next.startsAt]);
    });

    it("reverts with the status and what it was about", async () => {
      const { availability, committee, at } = await loadFixture(withWeights);
      const message = confirmation(5n, BLOB_ID);
      const weak = certificateOf(committee, allBut(12, [1, 11, 10, 0]), message);
      await expect(availability.certify(at, message, weak))
        .to.be.revertedWithCustomError(availability, "BlobAvailabilityRefused")
        .withArgs(STATUS.BelowQuorum, at, 5n, BLOB_ID, 78n - 12n - 11n - 1n - 2n);
      await expect(availability.certify(at, "0x1234", weak))
        .to.be.revertedWithCustomError(availability, "BlobAvailabilityRefused")
        .withArgs(STATUS.MalformedMessage, at, 0n, ZeroHash, 0n);
    });

    it("does not take the word of a third of the shards that an ID is invalid for a confirmation", async () => {
      const { availability, committee, at } = await loadFixture(withWeights);
      const message = invalidBlobId(5n, BLOB_ID);
      const certificate = certificateOf(committee, allBut(12), message);
      expect(await availability.checkCertificate(at, message, certificate)).to.equal(STATUS.Valid);
      await expect(availability.certify(at, message, certificate))
        .to.be.revertedWithCustomError(availability, "BlobAvailabilityOtherMessage")
        .withArgs(at, BLOB_ID);
    });
  });

  describe("invalidate", () => {
    it("keeps that an ID is invalid, by source", async () => {
      const { availability, committee, at, otherSource } = await loadFixture(withWeights);
      const message = invalidBlobId(5n, BLOB_ID);
      // A third of 78 and one more: 27.
      const certificate = certificateOf(committee, [11, 10, 3], message);
      await expect(availability.invalidate(at, message, certificate))
        .to.emit(availability, "BlobInvalidated")
        .withArgs(at, BLOB_ID, 5n);
      expect(await availability.isInvalid(at, BLOB_ID)).to.equal(true);
      expect(await availability.isInvalid(otherSource, BLOB_ID)).to.equal(false);
      await expect(availability.invalidate(at, message, certificate)).not.to.emit(availability, "BlobInvalidated");
    });

    it("wins over certificates, older and newer, alone and among many", async () => {
      const { availability, committee, committees, source, at } = await loadFixture(withWeights);
      const confirmed = confirmation(5n, BLOB_ID);
      const certificate = certificateOf(committee, allBut(12), confirmed);
      await availability.certify(at, confirmed, certificate);
      const message = invalidBlobId(5n, BLOB_ID);
      await availability.invalidate(at, message, certificateOf(committee, [11, 10, 3], message));
      expect([...(await availability.lastCertified(at, BLOB_ID))]).to.deep.equal([0n, 0n]);
      expect(await availability.certifiedWithin(at, BLOB_ID, 2n ** 64n - 1n)).to.equal(false);

      const next = { ...committee, epoch: 6n, startsAt: committee.startsAt + 1n };
      await committees.connect(source).importCommittee(next);
      const newer = confirmation(6n, BLOB_ID);
      const other = confirmation(6n, `0x${"ff".repeat(32)}`);
      for (const refused of [
        availability.certify(at, confirmed, certificate),
        availability.certify(at, newer, certificateOf(next, allBut(12), newer)),
        availability.certifyMany(at, [newer, other], certificateOf(next, allBut(12), newer, other)),
      ]) {
        await expect(refused)
          .to.be.revertedWithCustomError(availability, "BlobAvailabilityInvalidBlob")
          .withArgs(at, BLOB_ID);
      }
      expect(await availability.isInvalid(at, BLOB_ID)).to.equal(true);
    });

    it("takes no confirmation, and no certificate that is not valid", async () => {
      const { availability, committee, at } = await loadFixture(withWeights);
      const confirmed = confirmation(5n, BLOB_ID);
      await expect(availability.invalidate(at, confirmed, certificateOf(committee, allBut(12), confirmed)))
        .to.be.revertedWithCustomError(availability, "BlobAvailabilityOtherMessage")
        .withArgs(at, BLOB_ID);
      const message = invalidBlobId(5n, BLOB_ID);
      await expect(availability.invalidate(at, message, certificateOf(committee, [11, 10, 2], message)))
        .to.be.revertedWithCustomError(availability, "BlobAvailabilityRefused")
        .withArgs(STATUS.BelowQuorum, at, 5n, BLOB_ID, 26n);
      expect(await availability.isInvalid(at, BLOB_ID)).to.equal(false);
    });
  });

  describe("certifiedWithin", () => {
    it("counts from the beginning of the certificate's epoch, however late it was presented", async () => {
      const { availability, committee, at } = await loadFixture(withWeights);
      const message = confirmation(5n, BLOB_ID);
      await time.increaseTo(committee.startsAt + 2n * DAY - 10n);
      await availability.certify(at, message, certificateOf(committee, allBut(12), message));
      const age = (await now()) - committee.startsAt;
      expect(await availability.certifiedWithin(at, BLOB_ID, age)).to.equal(true);
      expect(await availability.certifiedWithin(at, BLOB_ID, age - 1n)).to.equal(false);
      expect(await availability.certifiedWithin(at, BLOB_ID, 0n)).to.equal(false);
      await time.increase(100);
      expect(await availability.certifiedWithin(at, BLOB_ID, age + 99n)).to.equal(false);
      expect(await availability.certifiedWithin(at, BLOB_ID, age + 100n)).to.equal(true);
    });

    it("is false for a blob that nobody certified, and for another source", async () => {
      const { availability, committee, at, otherSource } = await loadFixture(withWeights);
      const message = confirmation(5n, BLOB_ID);
      await availability.certify(at, message, certificateOf(committee, allBut(12), message));
      expect(await availability.certifiedWithin(at, id("another"), 2n ** 64n - 1n)).to.equal(false);
      expect(await availability.certifiedWithin(otherSource, BLOB_ID, 2n ** 64n - 1n)).to.equal(false);
    });
  });

  describe("certifyMany", () => {
    it("keeps many blobs by one signature under all", async () => {
      const { availability, committee, at } = await loadFixture(withWeights);
      const blobIds = ["first", "second", "third", "fourth"].map((name) => id(name)).sort();
      const messages = blobIds.map((blobId, index) =>
        confirmation(5n, blobId, index % 2 === 0 ? undefined : OBJECT_ID),
      );
      const certificate = certificateOf(committee, allBut(12, [2, 7]), ...messages);
      expect(await availability.checkCertificates(at, messages, certificate)).to.equal(STATUS.Valid);
      const sent = availability.certifyMany(at, messages, certificate);
      for (const blobId of blobIds) {
        await expect(sent).to.emit(availability, "BlobCertified").withArgs(at, blobId, 5n);
        expect([...(await availability.lastCertified(at, blobId))]).to.deep.equal([5n, committee.startsAt]);
      }
    });

    it("takes one message alone, like certify", async () => {
      const { availability, committee, at } = await loadFixture(withWeights);
      const message = confirmation(5n, BLOB_ID);
      await availability.certifyMany(at, [message], certificateOf(committee, allBut(12), message));
      expect((await availability.lastCertified(at, BLOB_ID)).epoch).to.equal(5n);
    });

    it("writes only what is newer, and lets nothing old stand in the way", async () => {
      const { availability, committee, at } = await loadFixture(withWeights);
      const messages = [id("one"), id("two")].sort().map((blobId) => confirmation(5n, blobId));
      const [first] = messages;
      await availability.certify(at, first!, certificateOf(committee, allBut(12), first!));
      const receipt = await (
        await availability.certifyMany(at, messages, certificateOf(committee, allBut(12), ...messages))
      ).wait();
      expect(receipt?.logs).to.have.length(1);
    });

    it("refuses none, one twice, in another order, of other epochs, and what is no confirmation", async () => {
      const { availability, committee, committees, source, at } = await loadFixture(withWeights);
      await committees.connect(source).importCommittee({ ...committee, epoch: 6n, startsAt: committee.startsAt + 1n });
      const [low, high] = [id("one"), id("two")].sort() as [string, string];
      const one = confirmation(5n, low);
      const two = confirmation(5n, high);
      const cases: [status: bigint, messages: string[], last: string][] = [
        [STATUS.NotAscending, [], ZeroHash],
        [STATUS.NotAscending, [one, one], low],
        [STATUS.NotAscending, [one, confirmation(5n, low, OBJECT_ID)], low],
        [STATUS.NotAscending, [two, one], low],
        [STATUS.OtherEpoch, [one, confirmation(6n, high)], high],
        [STATUS.MalformedMessage, [one, invalidBlobId(5n, high)], high],
        [STATUS.MalformedMessage, [one, `${two}00`], ZeroHash],
        [STATUS.MalformedMessage, ["0x", two], ZeroHash],
      ];
      for (const [status, messages, last] of cases) {
        const certificate = certificateOf(committee, allBut(12), ...messages);
        expect(await availability.checkCertificates(at, messages, certificate)).to.equal(status);
        await expect(availability.certifyMany(at, messages, certificate))
          .to.be.revertedWithCustomError(availability, "BlobAvailabilityRefused")
          .withArgs(status, at, messages[0] === one ? 5n : messages[0] === two ? 5n : 0n, last, 0n);
      }
    });

    it("refuses a signature that lacks one of the messages, or one signer under one of them", async () => {
      const { availability, committee, at } = await loadFixture(withWeights);
      const messages = ["first", "second", "third"]
        .map((name) => id(name))
        .sort()
        .map((blobId) => confirmation(5n, blobId));
      const everyone = allBut(12);
      expect(
        await availability.checkCertificates(at, messages, certificateOf(committee, everyone, ...messages)),
      ).to.equal(STATUS.Valid);
      for (const some of [messages.slice(1), messages.slice(0, 2), [...messages, messages[0]!]]) {
        const certificate = certificateOf(committee, everyone, ...some);
        expect(await availability.checkCertificates(at, messages, certificate)).to.equal(STATUS.WrongSignature);
      }
    });

    it("needs two thirds of the shards", async () => {
      const { availability, committee, at } = await loadFixture(withWeights);
      const message = confirmation(5n, BLOB_ID);
      await expect(availability.certifyMany(at, [message], certificateOf(committee, allBut(12, [11, 10, 2]), message)))
        .to.be.revertedWithCustomError(availability, "BlobAvailabilityRefused")
        .withArgs(STATUS.BelowQuorum, at, 5n, BLOB_ID, 52n);
    });
  });
});
