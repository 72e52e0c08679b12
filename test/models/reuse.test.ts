import { expect } from "chai";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LARGE_FILE } from "../../src/models/limits.ts";
import { KnownBlobs } from "../../src/models/known-blobs.ts";
import { publishModel } from "../../src/models/publish.ts";
import type { PublishModelOptions } from "../../src/models/publish.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { EPOCH_4, MemoryStore } from "./support/memory-store.ts";

describe("publishModel sends", function () {
  this.timeout(20_000);
  const folders = new Folders();
  afterEach(() => folders.remove());

  async function setUp() {
    const { registry } = await networkHelpers.loadFixture(deployRegistry);
    const store = new MemoryStore();
    const folder = await folders.with({ weights: Buffer.alloc(LARGE_FILE + 5, 1), "README.md": "one", labels: "a,b" });
    /** Publishes, and tells the sizes of the blobs that were sent. */
    const sent = async (options: Partial<PublishModelOptions> = {}): Promise<number[]> => {
      store.puts.length = 0;
      await publishModel({ folder, name: "m", registry, store, system: EPOCH_4, epochs: 5, ...options });
      return store.puts.toSorted((a, b) => a - b);
    };
    return { registry, store, folder, sent };
  }

  it("one pack and one manifest, and no chunk of the weights, when a small file changed", async () => {
    const { folder, sent } = await setUp();
    const [pack, manifest, weights] = await sent();
    expect([pack, weights]).to.deep.equal([6, LARGE_FILE + 5]);
    await writeFile(join(folder, "README.md"), "three");
    expect(await sent()).to.deep.equal([8, manifest]);
  });

  it("nothing at all when the folder did not change", async () => {
    const { sent } = await setUp();
    const known = new KnownBlobs();
    await sent({ known });
    expect(await sent({ known })).to.be.empty;
  });

  it("nothing again that a run before it has stored, though that registered nothing", async () => {
    const { registry, store, sent } = await setUp();
    const root = await folders.empty();
    let left = 1;
    store.onPut = () => {
      if (left-- === 0) throw new Error("killed");
    };
    const killed: unknown = await sent({ known: new KnownBlobs({ root }) }).catch((error: unknown) => error);
    expect(killed).to.have.property("message", "killed");
    expect(await registry.modelCount()).to.equal(0n);
    const [first] = store.puts;
    store.onPut = undefined;
    const rest = await sent({ known: new KnownBlobs({ root }) });
    expect(rest).to.have.length(2).and.to.not.include(first);
  });

  it("again what Walrus holds for too short, lost, could delete, or does not tell of", async () => {
    const { store, sent } = await setUp();
    const known = new KnownBlobs();
    await sent({ known });
    expect(await sent({ known, minEpochs: 5 })).to.be.empty;
    expect(await sent({ known, minEpochs: 6 })).to.have.length(3);
    expect(await sent({ known, system: { ...EPOCH_4, system: () => Promise.resolve(undefined) } })).to.have.length(3);
    const { status } = store;
    store.status = async (lookup) => ({ ...(await status.call(store, lookup)), deletable: true });
    expect(await sent({ known })).to.have.length(3);
    store.status = status;
    store.blobs.clear();
    expect(await sent({ known })).to.have.length(3);
  });
});
