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
