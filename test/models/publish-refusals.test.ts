import { expect } from "chai";
import { join } from "node:path";
import { modelIdOf } from "../../src/models/model-id.ts";
import { publishModel } from "../../src/models/publish.ts";
import type { PublishModelOptions, PublishProgress } from "../../src/models/publish.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { MemoryStore } from "./support/memory-store.ts";
import { refusal } from "../support/rejection.ts";

describe("publishModel registers nothing when", () => {
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

  async function registersNothing(code: string, folder: string, options: Partial<PublishModelOptions> = {}) {
    const { publish, registry, store } = await setUp();
    await refusal(code, () => publish(folder, options));
    expect(await registry.modelCount()).to.equal(0n);
    expect(store.puts, "stored blobs").to.be.empty;
  }

  it("the folder is missing", () => registersNothing("models.folder-missing", "/nowhere/at/all"));
  it("the folder is empty", async () => registersNothing("models.folder-empty", await folders.empty()));
  it("the folder has only empty files", async () =>
    registersNothing("models.folder-empty", await folders.with({ a: "" })));
  it("the name is invalid", async () =>
    registersNothing("models.name-invalid", await folders.with({ a: "1" }), { name: "No Name" }));
  it("the label is a number", async () =>
    registersNothing("models.label-invalid", await folders.with({ a: "1" }), { label: "12" }));
  it("the metadata is too long", async () =>
    registersNothing("models.metadata-invalid", await folders.with({ a: "1" }), {
      metadata: { notes: "x".repeat(8193) },
    }));
  it("blobs are to be larger than a part may be, or of no bytes", async () => {
    const folder = await folders.with({ a: "1" });
    for (const maxBlobSize of [0, 1.5, 2 ** 28 + 1])
      await registersNothing("models.size-invalid", folder, { maxBlobSize });
  });
  it("an .onnx file is none", async () =>
    registersNothing("models.onnx-invalid", await folders.with({ "a.onnx": "1" })));

  it("no name is given at all", async () => {
    const { registry, store } = await setUp();
    const folder = await folders.with({ a: "1" });
    await refusal("models.name-missing", () => publishModel({ folder, registry, store }));
    expect(await registry.modelCount()).to.equal(0n);
  });

  it("the store fails", async () => {
    const { publish, registry, store } = await setUp();
    store.onPut = () => {
      if (store.puts.length === 1) throw new Error("publisher down");
    };
    const folder = await folders.with({ a: "1" });
    const failed: unknown = await publish(folder).catch((error: unknown) => error);
    expect(failed).to.have.property("message", "publisher down");
    expect(await registry.modelCount()).to.equal(0n);
    store.onPut = undefined;
    expect((await publish(folder)).version).to.equal(1);
  });

  it("the store took other bytes, or lost them", async () => {
    const { publish, registry, store } = await setUp();
    const folder = await folders.with({ a: "1" });
    const other: MemoryStore["put"] = async (options) => {
      const stored = await new MemoryStore().put(options);
      return { ...stored, size: stored.size + 1 };
    };
    await refusal("models.blob-not-stored", () =>
      publish(folder, { store: Object.assign(new MemoryStore(), { put: other }) }),
    );
    const lie: MemoryStore["put"] = async (options) => ({
      ...(await store.put(options)),
      contentHash: `0x${"00".repeat(32)}`,
    });
    await refusal("models.blob-not-stored", () =>
      publish(folder, { store: Object.assign(new MemoryStore(), { put: lie, status: store.status.bind(store) }) }),
    );
    const lose: MemoryStore["put"] = (options) => new MemoryStore().put(options);
    await refusal("walrus.blob-not-confirmed", () => publish(folder, { store: Object.assign(store, { put: lose }) }));
    expect(await registry.modelCount()).to.equal(0n);
  });

  it("the folder changes between hashing and upload", async () => {
    const { publish, registry } = await setUp();
    const folder = await folders.with({ a: "1", b: "2" });
    const { writeFileSync } = await import("node:fs");
    const onProgress = ({ kind }: PublishProgress): void => {
      if (kind === "prepared") writeFileSync(join(folder, "b"), "3");
    };
    await refusal("models.folder-changed", () => publish(folder, { onProgress }));
    expect(await registry.modelCount()).to.equal(0n);
  });

  it("it is stopped", async () => {
    const { publish, registry } = await setUp();
    const stop = new AbortController();
    const onProgress = ({ kind }: PublishProgress): void => {
      if (kind === "manifest") stop.abort();
    };
    const folder = await folders.with({ a: "1" });
    const stopped: unknown = await publish(folder, { signal: stop.signal, onProgress }).catch(
      (error: unknown) => error,
    );
    expect(stopped).to.be.instanceOf(Error);
    expect(await registry.modelCount()).to.equal(0n);
    expect((await publish(folder)).version).to.equal(1);
  });
});
