import { expect } from "chai";
import { id } from "ethers";
import { BLOB_ID, DAY, STATUS, vectors, withCommittee, withVectors, withWeights } from "../support/availability.ts";
import { networkHelpers } from "../support/chain.ts";
import {
  allBut,
  bitmapOf,
  certificateOf,
  committeeOf,
  confirmation,
  coordinateOf,
  invalidBlobId,
  ORDER,
  packSignature,
  PRIME,
  secretOf,
  signatureOf,
  signatureOutsideGroup,
  withCoordinate,
} from "../support/committees.ts";

const { loadFixture, time } = networkHelpers;
const MESSAGE = confirmation(5n, BLOB_ID);

/** Everyone's signature under a message, and a way to ask about others. */
async function world() {
  const { availability, committee, committees, at, source, otherSource } = await loadFixture(withWeights);
  const everyone = allBut(12);
  async function expectStatus(status: bigint, certificate: string, message = MESSAGE, from = at) {
    expect(await availability.checkCertificate(from, message, certificate)).to.equal(status);
    if (status === STATUS.Valid) return;
    await expect(availability.certify(from, message, certificate)).to.be.revertedWithCustomError(
      availability,
      "BlobAvailabilityRefused",
    );
    expect((await availability.lastCertified(from, BLOB_ID)).epochStart).to.equal(0n);
  }
  return { availability, committee, committees, at, source, otherSource, everyone, expectStatus };
}

async function withNothingInSum() {
  const secrets = [secretOf("a"), ORDER - secretOf("a"), secretOf("b")];
  return await withCommittee({ secrets, weights: [50n, 49n, 1n] });
}

describe("Certificates made up or changed", () => {
  it("are refused as Walrus refuses those of its own tests", async () => {
    const { availability, committees, committee, otherSource, at } = await loadFixture(withVectors);
    const [vector] = vectors.certs;
    const signature = vector!.aggregateSignatureUncompressed;
    const message = `0x${vectors.message.hex}`;
    async function status(certificate: string, from = at): Promise<bigint> {
      return await availability.checkCertificate(from, message, certificate);
    }
    expect(await status(`0x${signature}9f01`)).to.equal(STATUS.Valid);
    expect(await status(`0x${signature}9f0100`)).to.equal(STATUS.InvalidBitmap);
    expect(await status(`0x${signature}df01`)).to.equal(STATUS.WrongSignature);
    const swapped = `0x${signature.slice(2, 4)}${signature.slice(0, 2)}${signature.slice(4)}9f01`;
    expect(await status(swapped)).to.equal(STATUS.MalformedSignature);
    // Of eleven shards seven are too few.
    const heavier = committeeOf({ ...committee, weights: [1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 2n] });
    await committees.connect(otherSource).importCommittee(heavier);
    expect(await status(`0x${signature}9f01`, otherSource.address)).to.equal(STATUS.BelowQuorum);
    // The committee of another epoch, to which the same keys belong.
    expect(await availability.checkCertificate(at, message.replace("0x01000305", "0x01000306"), swapped)).to.equal(
      STATUS.UnknownCommittee,
    );
  });

  it("are refused with a signature of another length", async () => {
    const { committee, everyone, expectStatus } = await world();
    const good = certificateOf(committee, everyone, MESSAGE);
    const signature = good.slice(0, 2 + 384);
    await expectStatus(STATUS.Valid, good);
    await expectStatus(STATUS.MalformedSignature, "0x");
    await expectStatus(STATUS.MalformedSignature, signature.slice(0, -2));
    await expectStatus(STATUS.MalformedSignature, signature.slice(0, 2 + 192));
    // One byte more or less, and what follows is another bitmap.
    await expectStatus(STATUS.InvalidBitmap, `${signature}00${bitmapOf(everyone).slice(2)}`);
    await expectStatus(STATUS.BelowQuorum, signature);
    await expectStatus(STATUS.InvalidBitmap, good + "00".repeat(100_000));
  });

  it("are refused with a coordinate at the prime, above it, or with a flag bit", async () => {
    const { committee, everyone, expectStatus } = await world();
    const good = certificateOf(committee, everyone, MESSAGE);
    for (let place = 0; place < 4; place += 1) {
      const coordinate = coordinateOf(good, place);
      for (const bad of [PRIME, PRIME + 1n, coordinate + PRIME, 2n ** 384n - 1n]) {
        await expectStatus(STATUS.MalformedSignature, withCoordinate(good, place, bad));
      }
      for (const bit of [381n, 382n, 383n]) {
        await expectStatus(STATUS.MalformedSignature, withCoordinate(good, place, coordinate | (1n << bit)));
      }
      await expectStatus(STATUS.SignatureOutsideGroup, withCoordinate(good, place, PRIME - 1n));
      await expectStatus(STATUS.SignatureOutsideGroup, withCoordinate(good, place, 0n));
    }
  });

  it("are refused with a point off the curve or outside the group, the point at infinity, and a negated one", async () => {
    const { committee, everyone, expectStatus } = await world();
    const good = certificateOf(committee, everyone, MESSAGE);
    const bitmap = bitmapOf(everyone).slice(2);
    await expectStatus(STATUS.SignatureOutsideGroup, withCoordinate(good, 3, coordinateOf(good, 3) ^ 1n));
    await expectStatus(STATUS.SignatureOutsideGroup, signatureOutsideGroup() + bitmap);
    await expectStatus(STATUS.WrongSignature, `0x${"00".repeat(192)}${bitmap}`);
    await expectStatus(STATUS.MalformedSignature, `0x40${"00".repeat(191)}${bitmap}`);
    const negated = packSignature(signatureOf(committee, everyone, [MESSAGE]).negate());
    await expectStatus(STATUS.WrongSignature, negated + bitmap);
    // c0 before c1, as precompiles want it.
    const turned = [1, 0, 3, 2].map((place) => good.slice(2 + 96 * place, 98 + 96 * place)).join("");
    await expectStatus(STATUS.SignatureOutsideGroup, `0x${turned}${bitmap}`);
  });

  it("are refused for another epoch, blob, object, kind of blob, or message", async () => {
    const { committee, committees, source, otherSource, everyone, expectStatus } = await world();
    const next = { ...committee, epoch: 6n, startsAt: committee.startsAt + 1n };
    await committees.connect(source).importCommittee(next);
    const good = certificateOf(committee, everyone, MESSAGE);
    const objectId = id("object");
    const deletable = confirmation(5n, BLOB_ID, objectId);
    const invalid = invalidBlobId(5n, BLOB_ID);
    await expectStatus(STATUS.Valid, good);
    for (const message of [
      confirmation(6n, BLOB_ID),
      confirmation(5n, id("another blob")),
      confirmation(5n, `0x${(BigInt(BLOB_ID) ^ 1n).toString(16).padStart(64, "0")}`),
      deletable,
      invalid,
    ]) {
      await expectStatus(STATUS.WrongSignature, good, message);
    }
    await expectStatus(STATUS.WrongSignature, certificateOf(committee, everyone, deletable));
    await expectStatus(STATUS.WrongSignature, certificateOf(committee, everyone, invalid));
    await expectStatus(
      STATUS.WrongSignature,
      certificateOf(committee, everyone, deletable),
      confirmation(5n, BLOB_ID, id("another object")),
    );
    await expectStatus(STATUS.UnknownCommittee, good, confirmation(7n, BLOB_ID));
    await expectStatus(STATUS.UnknownCommittee, good, confirmation(4n, BLOB_ID));
    await expectStatus(STATUS.UnknownCommittee, good, MESSAGE, otherSource.address);
  });

  it("are refused for what is no message of a committee's", async () => {
    const { committee, everyone, expectStatus } = await world();
    const proofOfPossession = `0x000003${MESSAGE.slice(8, 16)}${"2a".repeat(32)}${"ab".repeat(48)}`;
    for (const message of [
      "0x",
      MESSAGE.slice(0, -2),
      `${MESSAGE}00`,
      MESSAGE.replace(/00$/, "01"),
      MESSAGE.replace(/00$/, "02"),
      MESSAGE.replace("0x01", "0x00"),
      MESSAGE.replace("0x01", "0x03"),
      MESSAGE.replace("0x0100", "0x0101"),
      MESSAGE.replace("0x010003", "0x010002"),
      confirmation(5n, BLOB_ID, id("object")).replace(`${BLOB_ID.slice(2)}01`, `${BLOB_ID.slice(2)}00`),
      invalidBlobId(5n, BLOB_ID).replace("0x02", "0x01"),
      `${invalidBlobId(5n, BLOB_ID)}00`,
      proofOfPossession,
      `0x${"00".repeat(50_000)}`,
    ]) {
      // Signed by everyone: it is the form alone that is wrong.
      await expectStatus(STATUS.MalformedMessage, certificateOf(committee, everyone, message), message);
    }
  });

  it("are refused when they name other signers than signed", async () => {
    const { committee, everyone, expectStatus } = await world();
    const signature = certificateOf(committee, allBut(12, [3]), MESSAGE).slice(0, 386);
    async function named(signers: readonly number[]): Promise<void> {
      await expectStatus(STATUS.WrongSignature, signature + bitmapOf(signers).slice(2));
    }
    await expectStatus(STATUS.Valid, signature + bitmapOf(allBut(12, [3])).slice(2));
    await named(everyone);
    await named(allBut(12, [2]));
    await named(allBut(12, [2, 3]));
    // One signer counted twice.
    const twice = signatureOf(committee, [...allBut(12, [3]), 4], [MESSAGE]);
    await expectStatus(STATUS.WrongSignature, packSignature(twice) + bitmapOf(everyone).slice(2));
  });

  it("are refused with a bitmap too long, or with a bit past the last member", async () => {
    const { committee, everyone, expectStatus } = await world();
    const signature = certificateOf(committee, everyone, MESSAGE).slice(0, 386);
    await expectStatus(STATUS.Valid, `${signature}ff0f`);
    for (const bitmap of [
      "ff1f",
      "ff8f",
      "ffff",
      "ff0f00",
      "ff0f01",
      `ff0f${"00".repeat(30)}`,
      `${"00".repeat(31)}0f`,
    ]) {
      await expectStatus(STATUS.InvalidBitmap, signature + bitmap);
    }
  });

  it("are refused when signed by members who have changed places", async () => {
    const { committee, committees, otherSource, everyone, expectStatus } = await world();
    const secrets = [committee.secrets[1]!, committee.secrets[0]!, ...committee.secrets.slice(2)];
    const { startsAt, weights } = committee;
    await committees.connect(otherSource).importCommittee(committeeOf({ secrets, weights, startsAt }));
    const without = certificateOf(committee, allBut(12, [0]), MESSAGE);
    await expectStatus(STATUS.Valid, without);
    await expectStatus(STATUS.WrongSignature, without, MESSAGE, otherSource.address);
    // All together are the same in any order.
    await expectStatus(STATUS.Valid, certificateOf(committee, everyone, MESSAGE), MESSAGE, otherSource.address);
  });

  it("need one weight more than two thirds of all shards but one", async () => {
    // Weights 1 to 12, of 78: 2f + 1 with f = floor(77 / 3) is 53.
    const { committee, expectStatus } = await world();
    await expectStatus(STATUS.Valid, certificateOf(committee, allBut(12, [11, 10, 1]), MESSAGE));
    await expectStatus(STATUS.BelowQuorum, certificateOf(committee, allBut(12, [11, 10, 2]), MESSAGE));
    await expectStatus(STATUS.BelowQuorum, certificateOf(committee, [], MESSAGE));
    await expectStatus(STATUS.BelowQuorum, certificateOf(committee, [11], MESSAGE));
    const invalid = invalidBlobId(5n, BLOB_ID);
    await expectStatus(STATUS.Valid, certificateOf(committee, [11, 10, 3], invalid), invalid);
    await expectStatus(STATUS.BelowQuorum, certificateOf(committee, [11, 10, 2], invalid), invalid);
    await expectStatus(STATUS.BelowQuorum, certificateOf(committee, [], invalid), invalid);
  });

  for (const [nShards, quorum, third] of [
    [1n, 1n, 1n],
    [2n, 2n, 1n],
    [3n, 3n, 2n],
    [4n, 3n, 2n],
    [1000n, 667n, 334n],
    [65_535n, 43_691n, 21_846n],
  ] as const) {
    it(`need ${quorum.toString()} of ${nShards.toString()} shards, ${third.toString()} for an invalid ID`, async () => {
      const { availability, committees, source, committee } = await loadFixture(withWeights);
      const invalid = invalidBlobId(6n, BLOB_ID);
      const message = confirmation(6n, BLOB_ID);
      let epoch = 6n;
      for (const [weight, expected] of [
        [quorum, { confirmed: STATUS.Valid, invalid: STATUS.Valid }],
        [
          quorum - 1n,
          { confirmed: STATUS.BelowQuorum, invalid: quorum - 1n < third ? STATUS.BelowQuorum : STATUS.Valid },
        ],
        [third, { confirmed: third < quorum ? STATUS.BelowQuorum : STATUS.Valid, invalid: STATUS.Valid }],
        [third - 1n, { confirmed: STATUS.BelowQuorum, invalid: STATUS.BelowQuorum }],
      ] as const) {
        // The first member holds `weight`, the second the rest; a member without a shard there is not.
        const weights = [weight, nShards - weight].filter((shards) => shards > 0n);
        const signers = weight === 0n ? [] : [0];
        const ours = {
          ...committeeOf({ ...committee, secrets: committee.secrets.slice(0, weights.length), weights }),
          epoch,
        };
        await committees.connect(source).importCommittee({ ...ours, startsAt: committee.startsAt + epoch - 5n });
        const [asked, askedInvalid] = [message, invalid].map((text) =>
          text.replace("03060000", `03${epoch.toString(16).padStart(2, "0")}0000`),
        ) as [string, string];
        const status = await availability.checkCertificate(source, asked, certificateOf(ours, signers, asked));
        expect(status).to.equal(expected.confirmed);
        const other = await availability.checkCertificate(
          source,
          askedInvalid,
          certificateOf(ours, signers, askedInvalid),
        );
        expect(other).to.equal(expected.invalid);
        epoch += 1n;
      }
    });
  }

  it("are refused under keys that add up to nothing, where the signature would be nothing too", async () => {
    const { availability, committee, at } = await loadFixture(withNothingInSum);
    const nothing = `0x${"00".repeat(192)}03`;
    expect(certificateOf(committee, [0, 1], MESSAGE).slice(-2)).to.equal("03");
    expect(await availability.checkCertificate(at, MESSAGE, nothing)).to.equal(STATUS.IdentityKey);
    // With one signer more it is a key like any other.
    expect(await availability.checkCertificate(at, MESSAGE, certificateOf(committee, [0, 1, 2], MESSAGE))).to.equal(
      STATUS.Valid,
    );
  });

  it("are right when the absent add up to nothing, and when all keys do", async () => {
    const a = secretOf("a");
    const { availability, committees, source, otherSource, committee } = await loadFixture(withNothingInSum);
    const absentees = committeeOf({
      secrets: [a, ORDER - a, secretOf("c"), secretOf("d")],
      weights: [1n, 1n, 50n, 48n],
      startsAt: committee.startsAt,
    });
    await committees.connect(otherSource).importCommittee(absentees);
    expect(
      await availability.checkCertificate(otherSource, MESSAGE, certificateOf(absentees, [2, 3], MESSAGE)),
    ).to.equal(STATUS.Valid);
    const all = committeeOf({
      secrets: [a, secretOf("e"), ORDER - ((a + secretOf("e")) % ORDER)],
      weights: [40n, 30n, 30n],
      startsAt: committee.startsAt + 1n,
      epoch: 6n,
    });
    await committees.connect(source).importCommittee(all);
    const message = confirmation(6n, BLOB_ID);
    expect(await availability.checkCertificate(source, message, certificateOf(all, [0, 1], message))).to.equal(
      STATUS.Valid,
    );
    const nothing = `0x${"00".repeat(192)}07`;
    expect(await availability.checkCertificate(source, message, nothing)).to.equal(STATUS.IdentityKey);
  });

  it("are right when one key is there twice", async () => {
    const twice = secretOf("twice");
    const { availability, committees, otherSource, committee } = await loadFixture(withWeights);
    const ours = committeeOf({
      secrets: [twice, twice, twice, secretOf("once")],
      weights: [25n, 25n, 25n, 25n],
      startsAt: committee.startsAt,
    });
    await committees.connect(otherSource).importCommittee(ours);
    for (const signers of [
      [0, 1, 2, 3],
      [0, 1, 2],
      [1, 2, 3],
    ]) {
      const certificate = certificateOf(ours, signers, MESSAGE);
      expect(await availability.checkCertificate(otherSource, MESSAGE, certificate)).to.equal(STATUS.Valid);
    }
    expect(await availability.checkCertificate(otherSource, MESSAGE, certificateOf(ours, [0, 1], MESSAGE))).to.equal(
      STATUS.BelowQuorum,
    );
  });

  it("are refused from a whole epoch after theirs should have ended", async () => {
    const { availability, committee, at } = await loadFixture(withWeights);
    const certificate = certificateOf(committee, allBut(12), MESSAGE);
    await time.increaseTo(committee.startsAt + 2n * DAY - 1n);
    expect(await availability.checkCertificate(at, MESSAGE, certificate)).to.equal(STATUS.Valid);
    await time.increaseTo(committee.startsAt + 2n * DAY);
    expect(await availability.checkCertificate(at, MESSAGE, certificate)).to.equal(STATUS.Expired);
    await expect(availability.certify(at, MESSAGE, certificate))
      .to.be.revertedWithCustomError(availability, "BlobAvailabilityRefused")
      .withArgs(STATUS.Expired, at, 5n, BLOB_ID, 0n);
    expect(await availability.checkCertificates(at, [MESSAGE], certificate)).to.equal(STATUS.Expired);
    const invalid = invalidBlobId(5n, BLOB_ID);
    expect(await availability.checkCertificate(at, invalid, certificateOf(committee, allBut(12), invalid))).to.equal(
      STATUS.Expired,
    );
  });
});
