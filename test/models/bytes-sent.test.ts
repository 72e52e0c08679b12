import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KnownBlobs } from "../../src/models/known-blobs.ts";
import { publishModel } from "../../src/models/publish.ts";
import type { PublishModelOptions } from "../../src/models/publish.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { localSystemSource } from "../../src/walrus/fetch-local-system.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { deployRegistry } from "./support/chain.ts";
import { CountingProxy } from "./support/counting-proxy.ts";
import { Folders } from "./support/folders.ts";

const CHUNK = 100_000;
/** Three chunks. */
const WEIGHTS = 250_000;

describe("what publishModel sends to a local Walrus, byte for byte", function () {
  this.timeout(60_000);
  const folders = new Folders();
  let walrus: LocalWalrus;
  let pool: EncoderPool;
  let proxy: CountingProxy;
  let chain: Awaited<ReturnType<typeof deployRegistry>>;
  let folder: string;
  let known: KnownBlobs;
  /** What the first publish of the folder sent. */
  let first: Awaited<ReturnType<typeof publish>>;

  before(async () => {
    pool = new EncoderPool({ size: 1 });
    walrus = await LocalWalrus.start({ directory: await folders.empty(), nShards: 10, nodes: 4, pool });
    proxy = await CountingProxy.start(walrus.url);
    chain = await deployRegistry();
    folder = await folders.with({
      "weights.bin": randomBytes(WEIGHTS),
      ...{ "README.md": randomBytes(500), "config.json": randomBytes(700), "vocab.txt": randomBytes(900) },
    });
    known = new KnownBlobs({ root: await folders.empty() });
    first = await publish();
  });
  after(async () => {
    await proxy.stop();
    await walrus.stop();
    await pool.close();
    await folders.remove();
  });

  /** Publishes and gives the sizes of what was sent, the largest first, and of the manifest. */
  async function publish(options: Partial<PublishModelOptions> = {}) {
    const { registry } = chain;
    const system = localSystemSource({ urls: [walrus.url] });
    await using store = new HttpBlobStore({
      publishers: [proxy.url],
      aggregators: [proxy.url],
      nShards: 10,
      pool,
      system,
    });
    proxy.takeUploads();
    const common = { folder, name: "m", registry, store, system, known, maxBlobSize: CHUNK };
    const { manifestReference } = await publishModel({ ...common, ...options });
    const uploads = proxy.takeUploads();
    for (const { announced, received } of uploads) expect(received).to.equal(announced);
    return { sent: uploads.map(({ received }) => received).sort((a, b) => b - a), manifest: manifestReference.size };
  }

  it("is everything once, and nothing when it is published again", async () => {
    expect(first.sent).to.deep.equal([CHUNK, CHUNK, WEIGHTS - 2 * CHUNK, 500 + 700 + 900, first.manifest]);
    expect((await publish()).sent).to.be.empty;
  });

  it("is one pack and one manifest when a small file changed, and no chunk of the weights", async () => {
    await writeFile(join(folder, "README.md"), randomBytes(501));
    // What this machine has noted is not needed: the newest version says where its bytes are.
    const { sent, manifest } = await publish({ known: new KnownBlobs() });
    expect(sent).to.deep.equal([501 + 700 + 900, manifest]);
  });

  it("is the one chunk that changed and a manifest when a byte of the weights changed", async () => {
    const weights = await readFile(join(folder, "weights.bin"));
    weights[CHUNK + 5] = (weights[CHUNK + 5] ?? 0) ^ 1;
    await writeFile(join(folder, "weights.bin"), weights);
    const { sent, manifest } = await publish();
    expect(sent).to.deep.equal([CHUNK, manifest]);
  });

  it("is a manifest alone when files are renamed or left out, or when another model has the same files", async () => {
    await rename(join(folder, "weights.bin"), join(folder, "model.bin"));
    const renamed = await publish({ known: new KnownBlobs() });
    expect(renamed.sent).to.deep.equal([renamed.manifest]);
    const other = await publish({ name: "other", registry: chain.registry.connect(chain.stranger) });
    expect(other.sent).to.deep.equal([other.manifest]);
    const fewer = await publish({ include: ["model.bin"] });
    expect(fewer.sent).to.deep.equal([fewer.manifest]);
  });
});
