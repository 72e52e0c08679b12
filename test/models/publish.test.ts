import { expect } from "chai";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { blobsHashOf, decodeManifest, encodeManifest } from "../../src/models/manifest-bytes.ts";
import { modelIdOf } from "../../src/models/model-id.ts";
import { publishModel } from "../../src/models/publish.ts";
import type { PublishModelOptions, PublishProgress } from "../../src/models/publish.ts";
import { findVersion } from "../../src/models/records.ts";
import { registerModel } from "../../src/models/register.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { MemoryStore } from "./support/memory-store.ts";

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
    expect(events).to.deep.equal(["hash", "prepared", "store", "blob", "manifest", "transaction", "transaction"]);
  });

  it("registers its name once when another run was faster", async () => {
    const { publish, registry, modelId } = await setUp();
    // The other run's transaction is mined between this run's look at the chain and its own transaction.
    const racing = new Proxy(registry, {
      get(target, key): unknown {
        if (key !== "register") return Reflect.get(target, key);
        return async (name: string) => {
          await registry.register(name);
          return registry.register(name);
        };
      },
    });
    const published = await publish(await folders.with({ a: "1" }), { registry: racing });
    expect(published).to.include({ outcome: "published", version: 1, modelId });
    expect(published.transactions.map(({ what }) => what)).to.deep.equal(["publish"]);
  });

  it("publishes parts of a file beside the file itself, though their pack holds the same bytes", async () => {
    const { registry } = await networkHelpers.loadFixture(deployRegistry);
    const folder = await folders.with({ "part-1": "ab", "part-2": "c", whole: "abcabcd" });
    const store = new MemoryStore();
    const { manifest } = await publishModel({ folder, name: "m", registry, store, maxBlobSize: 3 });
    expect(decodeManifest(encodeManifest(manifest))).to.deep.equal(manifest);
    expect(manifest.files.map(({ size }) => size)).to.deep.equal([2, 1, 7]);
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
});
