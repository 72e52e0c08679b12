import { expect } from "chai";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requireOwner } from "../../src/models/ownership/require-owner.ts";
import { previewPublish } from "../../src/models/preview.ts";
import { publishModel } from "../../src/models/publish.ts";
import { parsePublishTarget } from "../../src/models/publish-target.ts";
import { registerModel } from "../../src/models/register.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { MemoryStore } from "./support/memory-store.ts";
import { refusal } from "../support/rejection.ts";

describe("publishModel, under a name of somebody else's,", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  /** A model `m` of the publisher's, which the stranger may or may not publish. */
  async function setUp() {
    const chain = await networkHelpers.loadFixture(deployRegistry);
    const { registry, publisher, stranger } = chain;
    const store = new MemoryStore();
    const folder = await folders.with({ a: "1" });
    const { modelId } = await registerModel({ registry, name: "m" });
    const theirs = { folder, name: "m", creator: publisher.address, registry: registry.connect(stranger), store };
    return { ...chain, store, folder, modelId, theirs };
  }

  it("publishes for an account that the owner lets publish", async () => {
    const { registry, publisher, stranger, modelId, theirs, folder } = await setUp();
    await registry.setPublisher(modelId, stranger, true);
    expect(await previewPublish(theirs)).to.include({ modelId, creator: publisher.address, nextVersion: 1 });
    const published = await publishModel(theirs);
    expect(published).to.include({ outcome: "published", version: 1, modelId, creator: publisher.address });
    expect(published.transactions.map(({ what }) => what)).to.deep.equal(["publish"]);
    expect(await publishModel(theirs)).to.include({ outcome: "unchanged", version: 1 });
    await writeFile(join(folder, "a"), "2");
    expect(await publishModel({ ...theirs, registry })).to.include({ outcome: "published", version: 2 });
  });

  it("publishes for whom the model was given to, and no longer for its creator", async () => {
    const { registry, publisher, stranger, modelId, theirs, store } = await setUp();
    await registry.offerModel(modelId, stranger);
    await registry.connect(stranger).acceptModel(modelId);
    expect(await publishModel(theirs)).to.include({ version: 1, creator: publisher.address });
    const puts = store.puts.length;
    const error = await refusal("models.not-publisher", () => publishModel({ ...theirs, registry }));
    expect(error.next).to.include(`model publisher add ${publisher.address}/m`);
    expect(store.puts.length).to.equal(puts);
  });

  it("stores nothing for anybody else, nor for a name that is not registered", async () => {
    const { theirs, store } = await setUp();
    await refusal("models.not-publisher", () => publishModel(theirs));
    await refusal("models.model-unknown", () => publishModel({ ...theirs, name: "other" }));
    await refusal("models.not-publisher", () => previewPublish(theirs));
    expect(store.puts).to.be.empty;
  });

  it("lets a task ask first for what only the owner may do", async () => {
    const { registry, publisher, stranger } = await setUp();
    const asked = { registry, creator: publisher.address, what: "put a tag on a version" };
    await requireOwner({ ...asked, account: publisher.address, name: "m" });
    await requireOwner({ ...asked, account: publisher.address, name: "new" });
    await refusal("models.not-owner", () => requireOwner({ ...asked, account: stranger.address, name: "m" }));
  });
});

describe("parsePublishTarget", () => {
  const creator = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

  it("reads a name, or creator and name", () => {
    expect(parsePublishTarget({ text: "m" })).to.deep.equal({ creator: undefined, name: "m" });
    expect(parsePublishTarget({ text: `${creator}/m` })).to.deep.equal({ creator, name: "m" });
    expect(parsePublishTarget({ text: "bob/m", addressBook: { bob: creator } }).creator).to.equal(creator);
  });

  it("refuses a version, for a publish makes the next one", async () => {
    for (const after of ["@1", "@stable", "@latest"]) {
      await refusal("models.reference-invalid", () => parsePublishTarget({ text: `${creator}/m${after}` }));
    }
    await refusal("models.creator-unknown", () => parsePublishTarget({ text: "nobody/m" }));
  });
});
