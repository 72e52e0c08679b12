import { expect } from "chai";
import { id } from "ethers";
import { release, withModel } from "./support/models.ts";

describe("ModelRegistry reads", () => {
  it("page through all models and through those of a creator, in the order of registration", async () => {
    const { models, modelId, publisher, stranger } = await withModel();
    const names = ["a", "b", "c"];
    for (const name of names) await models.connect(stranger).register(name);
    const theirs = await Promise.all(names.map((name) => models.modelIdOf(stranger, name)));
    expect(await models.modelCount()).to.equal(4n);
    expect(await models.modelCountOf(stranger)).to.equal(3n);
    expect([...(await models.models(0, 10))]).to.deep.equal([modelId, ...theirs]);
    expect([...(await models.models(1, 2))]).to.deep.equal(theirs.slice(0, 2));
    expect([...(await models.modelsOf(stranger, 2, 10))]).to.deep.equal(theirs.slice(2));
    expect([...(await models.modelsOf(publisher, 0, 10))]).to.deep.equal([modelId]);
  });

  it("give an empty page past the end, for no limit and for numbers beyond any list", async () => {
    const { models, modelId, stranger } = await withModel();
    const huge = 2n ** 256n - 1n;
    for (const [offset, limit] of [
      [1, 10],
      [0, 0],
      [huge, huge],
      [huge, 1],
    ] as const) {
      expect([...(await models.models(offset, limit))]).to.deep.equal([]);
      expect([...(await models.versions(modelId, offset, limit))]).to.deep.equal([]);
    }
    expect([...(await models.models(0, huge))]).to.deep.equal([modelId]);
    expect([...(await models.modelsOf(stranger, 0, huge))]).to.deep.equal([]);
  });

  it("page through versions, the first entry being version offset + 1", async () => {
    const { models, modelId } = await withModel();
    for (const seed of ["one", "two", "three"]) await models.publish(modelId, release(seed));
    const page = await models.versions(modelId, 1, 10);
    expect(page.map(({ blobsHash }) => blobsHash)).to.deep.equal([
      release("two").blobsHash,
      release("three").blobsHash,
    ]);
    expect(page[0]).to.deep.equal(await models.releaseOf(modelId, 2));
  });

  it("never give more than 500 entries", async () => {
    const { models } = await withModel();
    for (let index = 0; index < 501; index += 1) await models.register(`m${index}`);
    expect(await models.models(0, 1000)).to.have.length(500);
    expect(await models.models(500, 1000)).to.have.length(2);
  });

  it("say no, or revert, for what does not exist", async () => {
    const { models, modelId, publisher } = await withModel();
    const nothing = id("nothing");
    expect(await models.versionCount(nothing)).to.equal(0n);
    expect(await models.versionOfTag(modelId, "stable")).to.equal(0n);
    expect(await models.versionOfLabel(modelId, "v1")).to.equal(0n);
    expect([...(await models.versions(nothing, 0, 10))]).to.deep.equal([]);
    await expect(models.model(nothing))
      .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
      .withArgs(nothing);
    for (const version of [0, 1]) {
      await expect(models.releaseOf(modelId, version))
        .to.be.revertedWithCustomError(models, "ModelRegistryUnknownVersion")
        .withArgs(modelId, version);
    }
    expect(await models.modelCountOf(publisher)).to.equal(1n);
    expect(await models.version()).to.equal("1.0.0");
  });
});
