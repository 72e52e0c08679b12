import { expect } from "chai";
import { id, ZeroAddress } from "ethers";
import { release, withModel } from "./support/models.ts";

describe("A model's transfer", () => {
  it("takes two steps, and leaves name and id with the creator", async () => {
    const { models, modelId, publisher, stranger } = await withModel();
    await expect(models.offerModel(modelId, stranger))
      .to.emit(models, "ModelOffered")
      .withArgs(modelId, publisher, stranger);
    let record = await models.model(modelId);
    expect([record.owner, record.pendingOwner]).to.deep.equal([publisher.address, stranger.address]);
    await models.publish(modelId, release("one"));
    await expect(models.connect(stranger).acceptModel(modelId))
      .to.emit(models, "ModelTransferred")
      .withArgs(modelId, publisher, stranger);
    record = await models.model(modelId);
    expect([record.owner, record.creator, record.pendingOwner]).to.deep.equal([
      stranger.address,
      publisher.address,
      ZeroAddress,
    ]);
    expect([...(await models.modelsOf(publisher, 0, 10))]).to.deep.equal([modelId]);
    await models.connect(stranger).publish(modelId, release("two"));
    await expect(models.register("iris")).to.be.revertedWithCustomError(models, "ModelRegistryAlreadyRegistered");
  });

  it("can be taken back or offered to another until it is accepted", async () => {
    const { models, modelId, publisher, stranger } = await withModel();
    for (const to of [ZeroAddress, publisher.address]) {
      await models.offerModel(modelId, stranger);
      await models.offerModel(modelId, to);
      await expect(models.connect(stranger).acceptModel(modelId))
        .to.be.revertedWithCustomError(models, "ModelRegistryNotPendingOwner")
        .withArgs(modelId, stranger, to);
    }
  });

  it("is the owner's to offer, of a model that exists", async () => {
    const { models, modelId, publisher, stranger } = await withModel();
    await expect(models.connect(stranger).offerModel(modelId, stranger))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotOwner")
      .withArgs(modelId, stranger, publisher);
    const nothing = id("nothing");
    for (const call of [() => models.offerModel(nothing, stranger), () => models.acceptModel(nothing)]) {
      await expect(call()).to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel").withArgs(nothing);
    }
  });
});

describe("A publisher", () => {
  it("publishes and renews, and does nothing else", async () => {
    const { models, modelId, publisher, stranger } = await withModel();
    await expect(models.setPublisher(modelId, stranger, true))
      .to.emit(models, "PublisherSet")
      .withArgs(modelId, stranger, true);
    expect(await models.mayPublish(modelId, stranger)).to.equal(true);
    const theirs = models.connect(stranger);
    const tuple = Object.values({ ...release("one"), manifest: Object.values(release("one").manifest) });
    await expect(theirs.publish(modelId, release("one")))
      .to.emit(models, "VersionPublished")
      .withArgs(modelId, 1, tuple, stranger);
    await theirs.renew(modelId, 1, 1000);
    const others = [
      () => theirs.setTag(modelId, "stable", 1),
      () => theirs.setStatus(modelId, 1, 1, ""),
      () => theirs.setPublisher(modelId, stranger, false),
      () => theirs.offerModel(modelId, stranger),
    ];
    for (const call of others) {
      await expect(call())
        .to.be.revertedWithCustomError(models, "ModelRegistryNotOwner")
        .withArgs(modelId, stranger, publisher);
    }
  });

  it("is named for one model only", async () => {
    const { models, modelId, publisher, stranger } = await withModel();
    await models.register("other");
    const other = await models.modelIdOf(publisher, "other");
    await models.setPublisher(modelId, stranger, true);
    expect(await models.mayPublish(other, stranger)).to.equal(false);
    await expect(models.connect(stranger).publish(other, release("one")))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotPublisher")
      .withArgs(other, stranger, publisher);
  });

  it("is listed by pages, and named or dropped once however often that is said", async () => {
    const { models, modelId } = await withModel();
    const accounts = ["11", "22", "33"].map((byte) => `0x${byte.repeat(20)}`);
    const [first = "", second = "", third = ""] = accounts;
    for (const account of [...accounts, first]) await models.setPublisher(modelId, account, true);
    expect(await models.publisherCount(modelId)).to.equal(3n);
    expect([...(await models.publishers(modelId, 1, 10))]).to.deep.equal([second, third]);
    expect([...(await models.publishers(modelId, 2n ** 256n - 1n, 2n ** 256n - 1n))]).to.deep.equal([]);
    await expect(models.setPublisher(modelId, first, true)).not.to.emit(models, "PublisherSet");
    await models.setPublisher(modelId, first, false);
    await expect(models.setPublisher(modelId, first, false)).not.to.emit(models, "PublisherSet");
    expect([...(await models.publishers(modelId, 0, 10))]).to.deep.equal([third, second]);
    for (const account of [third, second]) await models.setPublisher(modelId, account, false);
    expect([...(await models.publishers(modelId, 0, 10))]).to.deep.equal([]);
  });

  it("is nobody in a model that does not exist", async () => {
    const { models, stranger } = await withModel();
    expect(await models.mayPublish(id("nothing"), stranger)).to.equal(false);
    expect(await models.mayPublish(id("nothing"), ZeroAddress)).to.equal(false);
    await expect(models.setPublisher(id("nothing"), stranger, true))
      .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
      .withArgs(id("nothing"));
  });
});

describe("ModelRegistry.renew", () => {
  it("claims a later end, whatever the version's status", async () => {
    const { models, modelId, publisher } = await withModel();
    await models.publish(modelId, release("one"));
    await models.setStatus(modelId, 1, 2, "revoked");
    await expect(models.renew(modelId, 1, 524))
      .to.emit(models, "VersionRenewed")
      .withArgs(modelId, 1, 524, publisher);
    const record = await models.releaseOf(modelId, 1);
    expect([record.endEpoch, record.status]).to.deep.equal([524n, 2n]);
  });

  it("never shortens, nor says again what is claimed", async () => {
    const { models, modelId } = await withModel();
    await models.publish(modelId, release("one"));
    for (const endEpoch of [0n, 522n, 523n]) {
      await expect(models.renew(modelId, 1, endEpoch))
        .to.be.revertedWithCustomError(models, "ModelRegistryNotLonger")
        .withArgs(modelId, 1, endEpoch, 523);
    }
  });

  it("is only for those who may publish, of a version that exists", async () => {
    const { models, modelId, publisher, stranger } = await withModel();
    await models.publish(modelId, release("one"));
    await expect(models.connect(stranger).renew(modelId, 1, 600))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotPublisher")
      .withArgs(modelId, stranger, publisher);
    for (const version of [0, 2]) {
      await expect(models.renew(modelId, version, 600))
        .to.be.revertedWithCustomError(models, "ModelRegistryUnknownVersion")
        .withArgs(modelId, version);
    }
  });
});
