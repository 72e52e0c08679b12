import { expect } from "chai";
import { join } from "node:path";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { listModels } from "../../src/models/list.ts";
import type { ListModelsOptions, ModelList } from "../../src/models/list.ts";
import { publishModel } from "../../src/models/publish.ts";
import { registerModel } from "../../src/models/register.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { blobIdOf } from "./support/manifests.ts";
import { MemoryStore } from "./support/memory-store.ts";

const found = ({ models }: ModelList): readonly string[] =>
  models.map(({ model, version }) => `${model.name}${version === undefined ? "" : `@${String(version.version)}`}`);

describe("listModels", function () {
  this.timeout(30_000);
  const folders = new Folders();
  after(() => folders.remove());

  /** `a` with three versions, the first revoked, the last deprecated; `b`, `c` and `d` of a stranger, `c` without a version. */
  async function registered() {
    const { registry, publisher, stranger } = await deployRegistry();
    const store = new MemoryStore();
    const publish = async (name: string, text: string, task: string, connected = registry): Promise<string> => {
      const folder = await folders.with({ a: text });
      const { modelId } = await publishModel({ folder, name, registry: connected, store, metadata: { task } });
      return modelId;
    };
    let modelId = "";
    for (const text of ["1", "2", "3"]) modelId = await publish("a", text, "speech");
    await registry.setStatus(modelId, 1, 2, "bad");
    await registry.setStatus(modelId, 3, 1, "slow");
    await registry.setTag(modelId, "stable", 2);
    const theirs = registry.connect(stranger);
    await theirs.setTag(await publish("b", "b", "vision", theirs), "stable", 1);
    await registerModel({ registry: theirs, name: "c" });
    await publish("d", "d", "vision", theirs);
    return { registry, publisher, stranger, store };
  }

  async function setUp() {
    const world = await networkHelpers.loadFixture(registered);
    const list = (options: Partial<ListModelsOptions> = {}): Promise<ModelList> =>
      listModels({ registry: world.registry, ...options });
    const cache = new ModelCache({ root: join(await folders.empty(), "cache") });
    const reads: boolean[] = [];
    const byTask = (name: string, options: Partial<ListModelsOptions> = {}): Promise<ModelList> => {
      reads.length = 0;
      const onManifest = ({ fetched }: { readonly fetched: boolean }): unknown => reads.push(fetched);
      return list({ task: { name, store: world.store, cache, onManifest }, ...options });
    };
    return { ...world, list, byTask, reads };
  }

  it("pages through all models, and through those of one creator", async () => {
    const { list, publisher, stranger } = await setUp();
    const all = await list();
    expect(all).to.deep.include({ total: 4, next: undefined });
    expect(all.models.map(({ model }) => [model.name, model.versionCount])).to.deep.equal([
      ["a", 3],
      ["b", 1],
      ["c", 0],
      ["d", 1],
    ]);
    const page = await list({ offset: 1, limit: 2 });
    expect(found(page)).to.deep.equal(["b", "c"]);
    expect(page).to.deep.include({ total: 4, next: 3 });
    expect(found(await list({ offset: 3, limit: 2 }))).to.deep.equal(["d"]);
    const theirs = await list({ creator: stranger.address });
    expect(found(theirs)).to.deep.equal(["b", "c", "d"]);
    expect(theirs.total).to.equal(3);
    expect((await list({ creator: publisher.address, offset: 5 })).models).to.be.empty;
    expect(await list({ limit: 0 })).to.deep.include({ models: [], next: 0 });
  });

  it("finds models by tag and by status, with the version that has them", async () => {
    const { list, stranger } = await setUp();
    expect(found(await list({ tag: "stable" }))).to.deep.equal(["a@2", "b@1"]);
    expect(found(await list({ tag: "stable", creator: stranger.address }))).to.deep.equal(["b@1"]);
    expect(found(await list({ tag: "beta" }))).to.deep.equal([]);
    expect(found(await list({ status: "active" }))).to.deep.equal(["a@2", "b@1", "d@1"]);
    expect(found(await list({ status: "deprecated" }))).to.deep.equal(["a@3"]);
    expect(found(await list({ status: "revoked" }))).to.deep.equal(["a@1"]);
    expect(found(await list({ status: "deprecated", tag: "stable" }))).to.deep.equal([]);
  });

  it("pages through what it finds without leaving any out or giving one twice", async () => {
    const { list } = await setUp();
    const pages: string[] = [];
    for (let offset: number | undefined = 0; offset !== undefined;) {
      const page: ModelList = await list({ status: "active", offset, limit: 1 });
      expect(page.models.length).to.be.at.most(1);
      pages.push(...found(page));
      offset = page.next;
    }
    expect(pages).to.deep.equal(["a@2", "b@1", "d@1"]);
  });

  it("finds models by the task of their manifests, each of which it fetches once", async () => {
    const { byTask, reads } = await setUp();
    expect(found(await byTask("vision"))).to.deep.equal(["b@1", "d@1"]);
    expect(reads).to.deep.equal([true, true, true]);
    expect(found(await byTask("speech"))).to.deep.equal(["a@2"]);
    expect(reads).to.deep.equal([false, false, false]);
    expect(found(await byTask("speech", { status: "deprecated" }))).to.deep.equal(["a@3"]);
    expect(reads, "the manifest of another version").to.deep.equal([true]);
  });

  it("names models whose manifest is not to be had, and goes on", async () => {
    const { byTask, registry, stranger } = await setUp();
    const theirs = registry.connect(stranger);
    const { modelId } = await registerModel({ registry: theirs, name: "c" });
    const manifest = { blobId: blobIdToHex(blobIdOf(7)), contentHash: `0x${"11".repeat(32)}`, size: 1 };
    await theirs.publish(modelId, { manifest, blobsHash: `0x${"11".repeat(32)}`, endEpoch: 9, label: "" });
    const list = await byTask("vision");
    expect(found(list)).to.deep.equal(["b@1", "d@1"]);
    expect(list.unread.map(({ model, problem }) => [model.name, problem.code])).to.deep.equal([
      ["c", "walrus.blob-not-found"],
    ]);
  });
});
