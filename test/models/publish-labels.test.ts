import { expect } from "chai";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { modelIdOf } from "../../src/models/model-id.ts";
import { publishModel } from "../../src/models/publish.ts";
import type { PublishModelOptions } from "../../src/models/publish.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { MemoryStore } from "./support/memory-store.ts";
import { refusal } from "../support/rejection.ts";

describe("publishModel refuses", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  async function setUp() {
    const chain = await networkHelpers.loadFixture(deployRegistry);
    const store = new MemoryStore();
    const modelId = modelIdOf({ creator: chain.publisher.address, name: "m" });
    const publish = (folder: string, options: Partial<PublishModelOptions> = {}) =>
      publishModel({ folder, name: "m", registry: chain.registry, store, ...options });
    return { ...chain, store, modelId, publish };
  }

  it("refuses a label that another version has, before storing anything", async () => {
    const { publish, store } = await setUp();
    const folder = await folders.with({ a: "1" });
    await publish(folder, { label: "1.0" });
    await writeFile(join(folder, "a"), "2");
    await publish(folder, { label: "2.0" });
    const before = store.puts.length;
    await writeFile(join(folder, "a"), "3");
    await refusal("models.label-taken", () => publish(folder, { label: "1.0" }));
    expect(store.puts.length).to.equal(before);
    await refusal("models.label-taken", () => publish(folder, { label: "2.0" }));
    expect((await publish(folder, { label: "3.0" })).version).to.equal(3);
    expect((await publish(folder, { label: "3.0" })).outcome).to.equal("unchanged");
  });

  it("refuses a label that is a tag, and a tag that is a label or another's to set, before storing anything", async () => {
    const { publish, store, registry, modelId, stranger } = await setUp();
    const folder = await folders.with({ a: "1" });
    await publish(folder, { label: "first" });
    await registry.setTag(modelId, "stable", 1);
    await writeFile(join(folder, "a"), "2");
    const puts = store.puts.length;
    await refusal("models.label-taken", () => publish(folder, { label: "stable" }));
    await refusal("models.tag-invalid", () => publish(folder, { tag: "Stable" }));
    await registry.setPublisher(modelId, stranger.address, true);
    const others = { creator: await registry.model(modelId).then(({ creator }) => creator) };
    await refusal("models.not-owner", () =>
      publish(folder, { ...others, tag: "stable", registry: registry.connect(stranger) }),
    );
    expect(store.puts.length).to.equal(puts);
    // It could still be the newest version, which may have its own label as a tag; it turns out not to be.
    await refusal("models.tag-taken", () => publish(folder, { tag: "first" }));
    await writeFile(join(folder, "a"), "1");
    expect((await publish(folder, { tag: "first" })).outcome).to.equal("unchanged");
    expect(await registry.versionCount(modelId)).to.equal(1n);
    await writeFile(join(folder, "a"), "3");
    expect((await publish(folder, { tag: "stable", label: "third" })).version).to.equal(2);
    await refusal("models.tag-taken", () => publish(folder, { tag: "first" }));
  });

  it("says that a label comes too late for bytes that are published", async () => {
    const { publish } = await setUp();
    const folder = await folders.with({ a: "1" });
    await publish(folder);
    await refusal("models.label-too-late", () => publish(folder, { label: "1.0" }));
  });

  it("refuses the bytes of a revoked version", async () => {
    const { publish, registry, modelId } = await setUp();
    const folder = await folders.with({ a: "1" });
    await publish(folder);
    await registry.setStatus(modelId, 1, 2, "wrong");
    await refusal("models.version-revoked", () => publish(folder));
  });

  it("refuses to publish for a model that was given away", async () => {
    const { publish, registry, modelId, stranger, store } = await setUp();
    const folder = await folders.with({ a: "1" });
    await publish(folder);
    await registry.offerModel(modelId, stranger);
    await registry.connect(stranger).acceptModel(modelId);
    const puts = store.puts.length;
    await refusal("models.not-publisher", () => publish(folder));
    expect(store.puts.length).to.equal(puts);
  });

  it("needs a registry that can send", async () => {
    const { registry, publish } = await setUp();
    const reader = registry.connect(registry.runner?.provider ?? null);
    const folder = await folders.with({ a: "1" });
    await refusal("chain.no-account", () => publish(folder, { registry: reader }));
  });
});
