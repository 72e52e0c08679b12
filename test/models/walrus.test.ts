import { expect } from "chai";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { KnownBlobs } from "../../src/models/known-blobs.ts";
import { publishModel } from "../../src/models/publish.ts";
import { pullModel } from "../../src/models/pull.ts";
import { parseReference } from "../../src/models/reference.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { localSystemSource } from "../../src/walrus/fetch-local-system.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { refusal } from "../support/rejection.ts";

const IRIS = fileURLToPath(new URL("../../examples/iris/model", import.meta.url));

describe("publishModel and pullModel on a local Walrus of 10 shards", function () {
  this.timeout(60_000);
  const folders = new Folders();
  let directory: string;
  let walrus: LocalWalrus;
  let pool: EncoderPool;
  let store: HttpBlobStore;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "scrimshaw-walrus-"));
    pool = new EncoderPool({ size: 1 });
    walrus = await LocalWalrus.start({ directory, nShards: 10, nodes: 10, pool });
    store = new HttpBlobStore({ publishers: [walrus.url], aggregators: [walrus.url], nShards: 10, pool });
  });
  afterEach(() => {
    walrus.faults.clear();
    return folders.remove();
  });
  after(async () => {
    await store.close();
    await walrus.stop();
    await pool.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function publishIris() {
    const { registry, publisher } = await networkHelpers.loadFixture(deployRegistry);
    const published = await publishModel({ folder: IRIS, registry, store });
    const reference = parseReference({ text: `${publisher.address}/iris@1.0.0` });
    const cache = new ModelCache({ root: await folders.empty() });
    return { registry, published, reference, cache };
  }

  it("bring the iris classifier back byte for byte, and from the cache without Walrus", async () => {
    const { registry, published, reference, cache } = await publishIris();
    expect(published.endEpoch).to.equal(Math.min(...published.blobs.map(({ endEpoch }) => endEpoch)));
    const { folder, downloaded } = await pullModel({ reference, registry, store, cache });
    expect(downloaded).to.be.greaterThan(691);
    for (const { path } of published.manifest.files) {
      expect((await readFile(join(folder, path))).equals(await readFile(join(IRIS, path))), path).to.equal(true);
    }
    const nowhere = new HttpBlobStore({ publishers: [], aggregators: [], nShards: 10, pool });
    const again = await pullModel({ reference, registry, store: nowhere, cache });
    expect(again).to.include({ folder, downloaded: 0 });
    expect((await publishModel({ folder: IRIS, registry, store })).outcome).to.equal("unchanged");
  });

  it("send what the network does not hold yet, and nothing twice", async () => {
    const { registry } = await networkHelpers.loadFixture(deployRegistry);
    let uploads = 0;
    const counting: typeof fetch = (input, init) => {
      if (init?.method === "PUT") uploads += 1;
      return fetch(input, init);
    };
    const system = localSystemSource({ urls: [walrus.url] });
    const urls = { publishers: [walrus.url], aggregators: [walrus.url] };
    await using counted = new HttpBlobStore({ ...urls, nShards: 10, pool, system, fetch: counting });
    const folder = await folders.with({ weights: "0123456789", "README.md": "one" });
    const known = new KnownBlobs();
    const publish = async (): Promise<number> => {
      uploads = 0;
      await publishModel({ folder, name: "m", registry, store: counted, system, known, epochs: 2 });
      return uploads;
    };
    expect(await publish(), "pack and manifest").to.equal(2);
    expect(await publish()).to.equal(0);
    await writeFile(join(folder, "README.md"), "two");
    expect(await publish(), "others of both").to.equal(2);
    await walrus.advanceEpoch();
    expect(await publish(), "one of two epochs is enough").to.equal(0);
    await walrus.advanceEpoch();
    expect(await publish(), "none is left").to.equal(2);
  });

  it("refuse a byte that the aggregator changed, in the blob and in the manifest", async () => {
    const { registry, published, reference, cache } = await publishIris();
    const { blobId } = published.manifestReference;
    const pack = published.blobs[0]?.blobId ?? "";
    for (const changed of [blobId, pack]) {
      walrus.faults.flipByte({ blobId: changed, offset: 10 });
      const error: unknown = await pullModel({ reference, registry, store, cache }).catch((reason: unknown) => reason);
      expect(error)
        .to.have.property("code")
        .that.matches(/^walrus\./);
      walrus.faults.clear();
    }
    expect((await pullModel({ reference, registry, store, cache })).downloaded).to.be.greaterThan(0);
  });

  it("register nothing when the publisher is down, and say how to start it", async () => {
    const { registry } = await networkHelpers.loadFixture(deployRegistry);
    const down = new HttpBlobStore({
      publishers: ["http://127.0.0.1:9"],
      aggregators: [walrus.url],
      nShards: 10,
      pool,
    });
    const error = await refusal("walrus.publisher-unreachable", () =>
      publishModel({ folder: IRIS, registry, store: down }),
    );
    expect(error.next).to.include("npx hardhat");
    expect(await registry.modelCount()).to.equal(0n);
  });
});
