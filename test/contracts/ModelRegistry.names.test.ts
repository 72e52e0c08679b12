import { expect } from "chai";
import { release, withModel } from "./support/models.ts";

const REVOKED = 2n;

describe("ModelRegistry.setTag", () => {
  it("puts a tag on a version, moves it and removes it", async () => {
    const { models, modelId } = await withModel();
    await models.publish(modelId, release("one"));
    await models.publish(modelId, release("two"));
    for (const version of [1, 2, 1, 0]) {
      await expect(models.setTag(modelId, "stable", version))
        .to.emit(models, "TagSet")
        .withArgs(modelId, version, "stable");
      expect(await models.versionOfTag(modelId, "stable")).to.equal(version);
    }
  });

  it("is only for the owner, and only onto a version that exists and is not revoked", async () => {
    const { models, modelId, publisher, stranger } = await withModel();
    await models.publish(modelId, release("one"));
    await expect(models.connect(stranger).setTag(modelId, "stable", 1))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotOwner")
      .withArgs(modelId, stranger, publisher);
    await expect(models.setTag(modelId, "stable", 2))
      .to.be.revertedWithCustomError(models, "ModelRegistryUnknownVersion")
      .withArgs(modelId, 2);
    await models.setTag(modelId, "stable", 1);
    await models.setStatus(modelId, 1, REVOKED, "");
    await expect(models.setTag(modelId, "other", 1))
      .to.be.revertedWithCustomError(models, "ModelRegistryVersionRevoked")
      .withArgs(modelId, 1);
    await models.setTag(modelId, "stable", 0);
  });

  it("refuses a tag that could be taken for a number, or breaks its grammar", async () => {
    const { models, modelId } = await withModel();
    await models.publish(modelId, release("one"));
    for (const tag of ["", "1", "1a", ".a", "-a", "_a", "Stable", "a+b", "latest", "a b", "é", "x".repeat(32)]) {
      await expect(models.setTag(modelId, tag, 1), tag)
        .to.be.revertedWithCustomError(models, "ModelRegistryInvalidTag")
        .withArgs(tag);
    }
    for (const tag of ["a", "stable", "a.b_c-9", "latest-1", "x".repeat(31)]) await models.setTag(modelId, tag, 1);
  });
});

describe("A tag and a label of one text", () => {
  it("never name two versions: a tag cannot shadow the label that somebody pinned", async () => {
    const { models, modelId } = await withModel();
    await models.publish(modelId, release("one", "v1.0"));
    await models.publish(modelId, release("two"));
    await expect(models.setTag(modelId, "v1.0", 2))
      .to.be.revertedWithCustomError(models, "ModelRegistryLabelTaken")
      .withArgs(modelId, "v1.0", 1);
    expect(await models.versionOfTag(modelId, "v1.0")).to.equal(0n);
  });

  it("never name two versions: a label cannot be published that is a tag", async () => {
    const { models, modelId } = await withModel();
    await models.publish(modelId, release("one"));
    await models.setTag(modelId, "stable", 1);
    await expect(models.publish(modelId, release("two", "stable")))
      .to.be.revertedWithCustomError(models, "ModelRegistryTagTaken")
      .withArgs(modelId, "stable", 1);
    await models.setTag(modelId, "stable", 0);
    await models.publish(modelId, release("two", "stable"));
    expect(await models.versionOfLabel(modelId, "stable")).to.equal(2n);
  });

  it("may name the same version, and the tag go again", async () => {
    const { models, modelId } = await withModel();
    await models.publish(modelId, release("one", "v1.0"));
    await models.setTag(modelId, "v1.0", 1);
    expect(await models.versionOfTag(modelId, "v1.0")).to.equal(1n);
    await models.setTag(modelId, "v1.0", 0);
    expect(await models.versionOfTag(modelId, "v1.0")).to.equal(0n);
    expect(await models.versionOfLabel(modelId, "v1.0")).to.equal(1n);
  });
});
