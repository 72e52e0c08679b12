import { expect } from "chai";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeManifest, blobsHashOf } from "../../src/models/manifest-bytes.ts";
import { modelIdOf } from "../../src/models/model-id.ts";
import { previewPublish } from "../../src/models/preview.ts";
import { publishModel } from "../../src/models/publish.ts";
import type { PublishModelOptions, PublishProgress } from "../../src/models/publish.ts";
import { findModel, findVersion } from "../../src/models/records.ts";
import { registerModel } from "../../src/models/register.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { MemoryStore } from "./support/memory-store.ts";
import { refusal } from "./support/refusal.ts";

const IRIS = fileURLToPath(new URL("../../examples/iris/model", import.meta.url));

describe("publishModel", () => {
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

  it("publishes the iris folder under the name and label that scrimshaw.json says", async () => {
    const { registry, store, publisher } = await setUp();
    const published = await publishModel({ folder: IRIS, registry, store });
    expect(published).to.include({
      outcome: "published",
      name: "iris",
      label: "1.0.0",
      version: 1,
      creator: publisher.address,
    });
    expect(published.transactions.map(({ what }) => what)).to.deep.equal(["register", "publish"]);
    expect(await registry.versionOfLabel(published.modelId, "1.0.0")).to.equal(1n);

    const record = await findVersion(registry, published.modelId, 1);
    expect(record?.manifest).to.deep.equal(published.manifestReference);
    expect(record?.endEpoch).to.equal(9);
    const manifest = decodeManifest(store.blobs.get(published.manifestReference.blobId) ?? new Uint8Array());
    expect(manifest).to.deep.equal(published.manifest);
    expect(record?.blobsHash).to.equal(blobsHashOf(manifest));
    expect(manifest.files.map(({ path }) => path)).to.deep.equal(await readdir(IRIS).then((names) => names.sort()));
    expect(manifest.files.find(({ path }) => path === "iris.onnx")?.graph?.inputs).to.deep.equal([
      { name: "features", type: "float32", shape: ["N", 4] },
    ]);
    expect(manifest.metadata.task).to.equal("tabular-classification");
    expect(manifest.blobs).to.have.length(1);
  });

  it("finds the version that exists when run again, and sends nothing", async () => {
    const { registry, publish } = await setUp();
    const folder = await folders.with({ a: "1", b: "2" });
    const first = await publish(folder);
    const again = await publish(folder);
    expect(again).to.include({ outcome: "unchanged", version: 1 });
    expect(again.transactions).to.be.empty;
    expect(again.manifestReference).to.deep.equal(first.manifestReference);
    expect(await registry.versionCount(first.modelId)).to.equal(1n);
  });

  it("publishes the next version when a byte or the metadata changed, also back to older bytes", async () => {
    const { publish } = await setUp();
    const folder = await folders.with({ a: "1" });
    expect((await publish(folder)).version).to.equal(1);
    await writeFile(join(folder, "a"), "2");
    expect((await publish(folder)).version).to.equal(2);
    expect((await publish(folder, { metadata: { notes: "new" } })).version).to.equal(3);
    await writeFile(join(folder, "a"), "1");
    expect(await publish(folder)).to.include({ outcome: "published", version: 4 });
  });

  it("uses a name that was registered before", async () => {
    const { registry, publish } = await setUp();
    await registerModel({ registry, name: "m" });
    expect((await registerModel({ registry, name: "m" })).transaction).to.equal(undefined);
    const { transactions } = await publish(await folders.with({ a: "1" }));
    expect(transactions.map(({ what }) => what)).to.deep.equal(["publish"]);
  });

  it("keeps the models of two creators of one name apart", async () => {
    const { registry, stranger, publish } = await setUp();
    const folder = await folders.with({ a: "1" });
    const mine = await publish(folder);
    const theirs = await publish(folder, { registry: registry.connect(stranger) });
    expect(theirs).to.include({ outcome: "published", version: 1, creator: stranger.address });
    expect(theirs.modelId).to.not.equal(mine.modelId);
  });

  it("takes the earliest end epoch of all blobs", async () => {
    const { registry, store, publish } = await setUp();
    store.onPut = () => {
      store.endEpoch = store.puts.length === 0 ? 4 : 8;
    };
    const { endEpoch, modelId } = await publish(await folders.with({ a: "1" }));
    expect(endEpoch).to.equal(4);
    expect((await findVersion(registry, modelId, 1))?.endEpoch).to.equal(4);
  });

  it("stores the blobs first, then the manifest, then registers, then publishes", async () => {
    const { publish } = await setUp();
    const events: PublishProgress["kind"][] = [];
    await publish(await folders.with({ a: "1" }), { onProgress: ({ kind }) => events.push(kind) });
    expect(events).to.deep.equal(["hash", "prepared", "blob", "manifest", "transaction", "transaction"]);
  });

  describe("registers nothing when", () => {
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
      await refusal("models.blob-not-stored", () => publish(folder, { store: Object.assign(store, { put: lose }) }));
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

  it("registers once when a run was stopped while its transaction was on the way", async () => {
    const { publish, registry, modelId, store } = await setUp();
    const folder = await folders.with({ a: "1" });
    const { manifestReference, blobsHash, endEpoch } = await publish(folder);
    await writeFile(join(folder, "a"), "2");
    await publish(folder);
    await writeFile(join(folder, "a"), "1");
    // The other run's transaction is mined between this run's look at the chain and its own transaction.
    const { blobId, contentHash, size } = manifestReference;
    const manifest = { blobId: blobIdToHex(blobId), contentHash, size };
    const racing = new Proxy(registry, {
      get(target, key): unknown {
        if (key !== "publish") return Reflect.get(target, key);
        return async (...args: Parameters<typeof registry.publish>) => {
          await registry.publish(modelId, { manifest, blobsHash, endEpoch, label: "" });
          return registry.publish(...args);
        };
      },
    });
    const again = await publish(folder, { registry: racing, store });
    expect(again).to.include({ outcome: "unchanged", version: 3 });
    expect(await registry.versionCount(modelId)).to.equal(3n);
  });

  it("refuses to publish for a model that was given away", async () => {
    const { publish, registry, stranger, store } = await setUp();
    const folder = await folders.with({ a: "1" });
    await publish(folder);
    // The registry has no transfer yet; a model of its creator's name that another owns is played here.
    const givenAway = new Proxy(registry, {
      get(target, key): unknown {
        if (key !== "model") return Reflect.get(target, key);
        return async (modelId: string) => {
          const { creator, name, versionCount, registeredAt } = await target.model(modelId);
          return { creator, name, versionCount, registeredAt, owner: stranger.address };
        };
      },
    });
    const puts = store.puts.length;
    await refusal("models.not-owner", () => publish(folder, { registry: givenAway }));
    expect(store.puts.length).to.equal(puts);
  });

  it("needs a registry that can send", async () => {
    const { registry, publish } = await setUp();
    const reader = registry.connect(registry.runner?.provider ?? null);
    const folder = await folders.with({ a: "1" });
    await refusal("chain.no-account", () => publish(folder, { registry: reader }));
  });
});

describe("previewPublish", () => {
  it("says what would be stored and sent, and does none of it", async () => {
    const { registry } = await networkHelpers.loadFixture(deployRegistry);
    const preview = await previewPublish({ folder: IRIS, registry, nShards: 1000 });
    expect(preview).to.deep.include({
      name: "iris",
      label: "1.0.0",
      nextVersion: 1,
      transactions: ["register", "publish"],
    });
    expect(preview.blobs.map(({ encodedSize }) => encodedSize)).to.deep.equal([66_034_000]);
    expect(preview.encodedSize).to.equal(2 * 66_034_000);
    expect(await registry.modelCount()).to.equal(0n);

    const store = new MemoryStore();
    const { modelId, manifestReference } = await publishModel({ folder: IRIS, registry, store });
    expect(preview.modelId).to.equal(modelId);
    expect(preview.manifest.size).to.be.closeTo(manifestReference.size, 8);
    expect(await findModel(registry, modelId)).to.deep.include({ name: "iris", versionCount: 1 });
  });
});
