import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import { networkHelpers } from "./support/chain.ts";
import { now } from "./support/deployment.ts";
import { release, withModel } from "./support/models.ts";
import { plain } from "./support/plain.ts";

const EVALUATION = 2n;
const AUDIT = 5n;

/** A document as anyone might add one; `seed` tells one from another. */
function documentOf(seed: string) {
  return { blobId: id(`blob ${seed}`), contentHash: id(`document ${seed}`), size: 4321n };
}

async function withVersion() {
  const world = await withModel();
  await world.models.publish(world.modelId, release("one"));
  return { ...world, theirs: world.models.connect(world.stranger) };
}

describe("ModelRegistry.addDocument", () => {
  it("keeps what anyone says about a version, under their own name", async () => {
    const { models, theirs, modelId, stranger } = await withVersion();
    const blob = documentOf("evaluation");
    expect(await theirs.addDocument.staticCall(modelId, 1, EVALUATION, blob)).to.equal(1n);
    await expect(theirs.addDocument(modelId, 1, EVALUATION, blob))
      .to.emit(models, "DocumentAdded")
      .withArgs(modelId, 1, stranger, 1, EVALUATION, Object.values(blob));
    const expected = { author: stranger.address, kind: EVALUATION, revoked: false, addedAt: await now(), blob };
    expect(plain(await models.documentOf(modelId, 1, 1))).to.deep.equal(expected);
    expect(await models.documentCount(modelId, 1)).to.equal(1n);
  });

  it("numbers the documents of each version from 1, and pages through them", async () => {
    const { models, theirs, modelId } = await withVersion();
    await models.publish(modelId, release("two"));
    for (const seed of ["a", "b", "c"]) await theirs.addDocument(modelId, 1, AUDIT, documentOf(seed));
    await theirs.addDocument(modelId, 2, AUDIT, documentOf("d"));
    const page = await models.documents(modelId, 1, 1, 10);
    expect(page.map(({ blob }) => blob.blobId)).to.deep.equal([documentOf("b").blobId, documentOf("c").blobId]);
    expect(await models.documents(modelId, 1, 0, 2)).to.have.length(2);
    expect((await models.documentOf(modelId, 2, 1)).blob.blobId).to.equal(documentOf("d").blobId);
    const huge = 2n ** 256n - 1n;
    expect([...(await models.documents(modelId, 1, huge, huge))]).to.deep.equal([]);
    expect([...(await models.documents(modelId, 3, 0, huge))]).to.deep.equal([]);
  });

  it("leaves all else about the version as it is", async () => {
    const { models, theirs, modelId } = await withVersion();
    await models.setStatus(modelId, 1, 2, "revoked");
    const before = plain(await models.releaseOf(modelId, 1));
    await theirs.addDocument(modelId, 1, AUDIT, documentOf("why it was revoked"));
    expect(plain(await models.releaseOf(modelId, 1))).to.deep.equal(before);
  });

  it("refuses a version that does not exist, and a reference that is incomplete or too large", async () => {
    const { models, theirs, modelId } = await withVersion();
    for (const [model, version] of [
      [modelId, 0],
      [modelId, 2],
      [id("nothing"), 1],
    ] as const) {
      await expect(theirs.addDocument(model, version, AUDIT, documentOf("a")))
        .to.be.revertedWithCustomError(models, "ModelRegistryUnknownVersion")
        .withArgs(model, version);
    }
    for (const zero of [{ blobId: ZeroHash }, { contentHash: ZeroHash }, { size: 0n }]) {
      const blob = { ...documentOf("a"), ...zero };
      await expect(theirs.addDocument(modelId, 1, AUDIT, blob))
        .to.be.revertedWithCustomError(models, "ModelRegistryIncompleteDocument")
        .withArgs(Object.values(blob));
    }
    const most = 2n ** 40n - 1n;
    await expect(theirs.addDocument(modelId, 1, AUDIT, { ...documentOf("a"), size: most + 1n }))
      .to.be.revertedWithCustomError(models, "ModelRegistryDocumentTooLarge")
      .withArgs(most + 1n, most);
    await theirs.addDocument(modelId, 1, AUDIT, { ...documentOf("a"), size: most });
    expect((await models.documentOf(modelId, 1, 1)).blob.size).to.equal(most);
  });
});

describe("ModelRegistry.revokeDocument", () => {
  it("marks the author's own document, for good, and deletes nothing", async () => {
    const { models, theirs, modelId, stranger } = await withVersion();
    await theirs.addDocument(modelId, 1, EVALUATION, documentOf("a"));
    await theirs.addDocument(modelId, 1, EVALUATION, documentOf("b"));
    const before = plain(await models.documentOf(modelId, 1, 1));
    await networkHelpers.time.increase(100);
    await expect(theirs.revokeDocument(modelId, 1, 1, "measured wrongly"))
      .to.emit(models, "DocumentRevoked")
      .withArgs(modelId, 1, stranger, 1, "measured wrongly");
    expect(plain(await models.documentOf(modelId, 1, 1))).to.deep.equal({ ...before, revoked: true });
    expect((await models.documentOf(modelId, 1, 2)).revoked).to.equal(false);
    await expect(theirs.revokeDocument(modelId, 1, 1, ""))
      .to.be.revertedWithCustomError(models, "ModelRegistryDocumentRevoked")
      .withArgs(modelId, 1, 1);
  });

  it("is refused to everyone else, the model's owner too", async () => {
    const { models, theirs, modelId, publisher, stranger } = await withVersion();
    await theirs.addDocument(modelId, 1, AUDIT, documentOf("unfavourable"));
    await expect(models.revokeDocument(modelId, 1, 1, ""))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotAuthor")
      .withArgs(modelId, 1, 1, publisher, stranger);
  });

  it("refuses a document that does not exist, and a reason of more than 256 bytes", async () => {
    const { models, theirs, modelId } = await withVersion();
    await theirs.addDocument(modelId, 1, AUDIT, documentOf("a"));
    for (const [version, number] of [
      [1, 0],
      [1, 2],
      [2, 1],
    ] as const) {
      for (const call of [
        () => theirs.revokeDocument(modelId, version, number, ""),
        () => models.documentOf(modelId, version, number),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(models, "ModelRegistryUnknownDocument")
          .withArgs(modelId, version, number);
      }
    }
    await expect(theirs.revokeDocument(modelId, 1, 1, "x".repeat(257)))
      .to.be.revertedWithCustomError(models, "ModelRegistryReasonTooLong")
      .withArgs(257);
    await theirs.revokeDocument(modelId, 1, 1, "x".repeat(256));
  });
});
