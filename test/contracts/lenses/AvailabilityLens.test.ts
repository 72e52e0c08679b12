import { expect } from "chai";
import { concat, id, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { BLOBS, DAY, EVERYONE, MANIFEST, withAvailableModel } from "../support/availability.ts";
import { networkHelpers } from "../support/chain.ts";
import { certificateOf, invalidBlobId } from "../support/committees.ts";
import { plain } from "../support/plain.ts";

const { loadFixture, time } = networkHelpers;

describe("AvailabilityLens", () => {
  it("gives the version when its manifest and every blob of it were certified lately", async () => {
    const { lens, models, availability, modelId, certify, policy } = await loadFixture(withAvailableModel);
    await certify(MANIFEST, ...BLOBS);
    const found = await lens.requireAvailable(modelId, 1, BLOBS, policy);
    expect(plain(found)).to.deep.equal(plain(await models.releaseOf(modelId, 1)));
    expect(await lens.models()).to.equal(await models.getAddress());
    expect(await lens.availability()).to.equal(await availability.getAddress());
    expect(await lens.version()).to.equal("1.0.0");
  });

  for (const [missing, without] of [
    ["the manifest", MANIFEST],
    ["the first blob", BLOBS[0]!],
    ["the last blob", BLOBS[2]!],
  ] as const) {
    it(`refuses a version of which ${missing} was not certified`, async () => {
      const { lens, modelId, certify, policy, at } = await loadFixture(withAvailableModel);
      await certify(...[MANIFEST, ...BLOBS].filter((blobId) => blobId !== without));
      await expect(lens.requireAvailable(modelId, 1, BLOBS, policy))
        .to.be.revertedWithCustomError(lens, "AvailabilityLensNotAvailable")
        .withArgs(without, at, 0n, DAY);
      await expect(lens.requireBlob(without, policy))
        .to.be.revertedWithCustomError(lens, "AvailabilityLensNotAvailable")
        .withArgs(without, at, 0n, DAY);
    });
  }

  it("refuses another list than the version's: shorter, longer, in another order, empty", async () => {
    const { lens, modelId, release, certify, policy } = await loadFixture(withAvailableModel);
    await certify(MANIFEST, ...BLOBS);
    for (const blobIds of [BLOBS.slice(1), [...BLOBS, MANIFEST], BLOBS.toReversed(), [], [ZeroHash]]) {
      const hash = keccak256(blobIds.length === 0 ? "0x" : concat(blobIds));
      await expect(lens.requireAvailable(modelId, 1, blobIds, policy))
        .to.be.revertedWithCustomError(lens, "AvailabilityLensOtherBlobs")
        .withArgs(modelId, 1n, hash, release.blobsHash);
    }
  });

  it("believes the publisher about which blobs a version has: one that names none asks for the manifest alone", async () => {
    const { lens, models, modelId, release, certify, policy, source } = await loadFixture(withAvailableModel);
    const manifest = { ...release.manifest, contentHash: id("another manifest") };
    await models.connect(source).publish(modelId, { ...release, manifest, label: "v2", blobsHash: keccak256("0x") });
    await expect(lens.requireAvailable(modelId, 2, [], policy)).to.be.revertedWithCustomError(
      lens,
      "AvailabilityLensNotAvailable",
    );
    await certify(MANIFEST);
    expect((await lens.requireAvailable(modelId, 2, [], policy)).manifest.blobId).to.equal(MANIFEST);
  });

  it("refuses what is too old for the consumer, and names the epoch's beginning", async () => {
    const { lens, modelId, certify, policy, committee, at } = await loadFixture(withAvailableModel);
    await certify(MANIFEST, ...BLOBS);
    await time.increaseTo(committee.startsAt + DAY);
    await lens.requireAvailable(modelId, 1, BLOBS, policy);
    await time.increaseTo(committee.startsAt + DAY + 1n);
    await expect(lens.requireAvailable(modelId, 1, BLOBS, policy))
      .to.be.revertedWithCustomError(lens, "AvailabilityLensNotAvailable")
      .withArgs(MANIFEST, at, committee.startsAt, DAY);
    await lens.requireAvailable(modelId, 1, BLOBS, { ...policy, maxAge: DAY + 1n });
  });

  it("refuses a policy without a source, and believes no other source than the policy's", async () => {
    const { lens, modelId, certify, policy, otherSource } = await loadFixture(withAvailableModel);
    await certify(MANIFEST, ...BLOBS);
    for (const refused of [
      lens.requireAvailable(modelId, 1, BLOBS, { ...policy, source: ZeroAddress }),
      lens.requireBlob(BLOBS[0]!, { ...policy, source: ZeroAddress }),
    ]) {
      await expect(refused).to.be.revertedWithCustomError(lens, "AvailabilityLensSourceMissing");
    }
    await expect(lens.requireAvailable(modelId, 1, BLOBS, { ...policy, source: otherSource }))
      .to.be.revertedWithCustomError(lens, "AvailabilityLensNotAvailable")
      .withArgs(MANIFEST, otherSource, 0n, DAY);
  });

  it("refuses a blob whose ID the committee called invalid", async () => {
    const { lens, modelId, certify, policy, availability, committee, at } = await loadFixture(withAvailableModel);
    await certify(MANIFEST, ...BLOBS);
    const message = invalidBlobId(5n, BLOBS[1]!);
    await availability.invalidate(at, message, certificateOf(committee, EVERYONE, message));
    await expect(lens.requireAvailable(modelId, 1, BLOBS, policy))
      .to.be.revertedWithCustomError(lens, "AvailabilityLensNotAvailable")
      .withArgs(BLOBS[1], at, 0n, DAY);
  });

  it("reverts for a version that there is not", async () => {
    const { lens, models, modelId, policy } = await loadFixture(withAvailableModel);
    await expect(lens.requireAvailable(modelId, 2, BLOBS, policy)).to.be.revertedWithCustomError(
      models,
      "ModelRegistryUnknownVersion",
    );
  });
});
