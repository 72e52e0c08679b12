import { expect } from "chai";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { JsonRpcProvider } from "ethers";
import { network } from "hardhat";
import type { JsonRpcServer } from "hardhat/types/network";
import type { Identities } from "../../src/models/age/identities.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { pullModel } from "../../src/models/pull.ts";
import { parseReference } from "../../src/models/reference.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { ModelRegistry__factory } from "../../typechain/factories/ModelRegistry__factory.ts";
import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { finish } from "../support/dev-process.ts";
import { seeded } from "../support/seeded.ts";
import type { SeenRequest } from "./support/counting-proxy.ts";
import { CountingProxy, HEAD } from "./support/counting-proxy.ts";
import { Folders } from "./support/folders.ts";
import { newKey } from "./support/private-world.ts";
import type { ChildOrder } from "./support/publish-child.ts";

const CHILD = fileURLToPath(new URL("support/publish-child.ts", import.meta.url));
const CAMPAIGN = process.env.SCRIMSHAW_CAMPAIGN === "1";
const ROUNDS = CAMPAIGN ? 30 : 3;
const PRIVATE_ROUNDS = CAMPAIGN ? 30 : 1;
/** The slice of every day is the same each time. */
const SEED = CAMPAIGN ? Date.now() % 2 ** 31 : 20_260_101;
/** Blobs that a publish has under way at a time. */
const WORKERS = 2;
const CHUNK = 40_000;
/** Files of two, three and four chunks; small ones make a pack beside. */
const SIZES = [1.5 * CHUNK, 2.5 * CHUNK, 4 * CHUNK];
/** Time between blocks where transactions have to wait for one. */
const BLOCK_MS = 300;

function bytesOf(random: () => number, size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, () => Math.floor(random() * 256)));
}

describe(`a publish that is killed (seed ${String(SEED)})`, function () {
  this.timeout(CAMPAIGN ? 1_800_000 : 180_000);
  const folders = new Folders();
  const random = seeded(SEED);
  let server: JsonRpcServer;
  let provider: JsonRpcProvider;
  let registry: ModelRegistry;
  let walrus: LocalWalrus;
  let pool: EncoderPool;
  /** Between the child and Walrus, and between the child and the chain. */
  let toWalrus: CountingProxy;
  let toChain: CountingProxy;

  before(async () => {
    server = await network.createServer("node", "127.0.0.1", 0);
    const { port } = await server.listen();
    const chainUrl = `http://127.0.0.1:${String(port)}`;
    provider = new JsonRpcProvider(chainUrl, undefined, { staticNetwork: true, pollingInterval: 50 });
    const deployed = await new ModelRegistry__factory(await provider.getSigner(0)).deploy();
    await deployed.waitForDeployment();
    registry = ModelRegistry__factory.connect(await deployed.getAddress(), await provider.getSigner(0));
    pool = new EncoderPool({ size: 1 });
    walrus = await LocalWalrus.start({ directory: await folders.empty(), nShards: 10, nodes: 4, pool });
    [toWalrus, toChain] = [await CountingProxy.start(walrus.url), await CountingProxy.start(chainUrl)];
  });
  after(async () => {
    provider.destroy();
    await toWalrus.stop();
    await toChain.stop();
    await server.close();
    await walrus.stop();
    await pool.close();
    await folders.remove();
  });

  async function orderFor(round: number) {
    const contents: Record<string, Buffer> = {
      "README.md": bytesOf(random, 300 + round),
      "config.json": bytesOf(random, 700),
    };
    SIZES.forEach((size, index) => (contents[`weights-${String(index)}.bin`] = bytesOf(random, size + round)));
    const order: ChildOrder = {
      ...{ walrusUrl: toWalrus.url, chainUrl: toChain.url, registry: await registry.getAddress() },
      ...{ folder: await folders.with(contents), notes: await folders.empty() },
      ...{ name: `m-${String(round)}`, maxBlobSize: CHUNK },
    };
    return { contents, order };
  }

  /** Runs the child; kills it at the given step of its traffic, if any. Gives the number of steps. */
  async function run(order: ChildOrder, killAt = Infinity) {
    const child = spawn(process.execPath, [CHILD, JSON.stringify(order)], { stdio: ["ignore", "pipe", "pipe"] });
    const ended = finish(child);
    let steps = 0;
    const onStep = (): void => {
      steps += 1;
      if (steps === killAt) child.kill("SIGKILL");
    };
    toWalrus.onStep = onStep;
    toChain.onStep = onStep;
    const result = await ended;
    toWalrus.onStep = undefined;
    toChain.onStep = undefined;
    return { ...result, steps };
  }

  /** Exactly one version, and its bytes. */
  async function expectPublishedOnce(
    order: ChildOrder,
    contents: Readonly<Record<string, Buffer>>,
    identities?: Identities,
  ): Promise<void> {
    const creator = await (await provider.getSigner(0)).getAddress();
    const reference = parseReference({ text: `${creator}/${order.name}` });
    await using store = new HttpBlobStore({ publishers: [], aggregators: [walrus.url], nShards: 10, pool });
    const cache = new ModelCache({ root: await folders.empty() });
    const { folder, resolved, files } = await pullModel({ reference, registry, store, cache, identities });
    expect(resolved?.model.versionCount, "versions").to.equal(1);
    expect(files.map(({ path }) => path)).to.deep.equal(Object.keys(contents).sort());
    for (const [path, bytes] of Object.entries(contents)) {
      expect((await readFile(join(folder, path))).equals(bytes), path).to.equal(true);
    }
  }

  function expectFewTwice(uploads: readonly SeenRequest[]): void {
    const times = new Map<string, number>();
    for (const { announced, head, received } of uploads) {
      // Of one that was cut off before, nothing was sent that tells what it was.
      if (received < HEAD) continue;
      const blob = `${String(announced)} ${head}`;
      times.set(blob, (times.get(blob) ?? 0) + 1);
    }
    const again = [...times.values()].filter((count) => count > 1);
    expect(Math.max(0, ...again), "times that a blob was sent").to.be.at.most(2);
    expect(again.length, "blobs that were sent twice").to.be.at.most(WORKERS);
  }

  /** Kills a publish somewhere and runs it again, time after time. */
  async function expectRounds(rounds: number, reader?: Awaited<ReturnType<typeof newKey>>): Promise<void> {
    const orderOf = async (round: number) => {
      const { contents, order } = await orderFor(round);
      if (!reader) return { contents, order };
      const encryptTo = { recipient: reader.recipient, root: await folders.empty() };
      return { contents, order: { ...order, name: `private-${String(round)}`, encryptTo } };
    };
    const trial = await orderOf(0);
    const { steps, code, stderr } = await run(trial.order);
    expect(code, stderr).to.equal(0);
    await expectPublishedOnce(trial.order, trial.contents, reader?.identities);
    for (let round = 1; round <= rounds; round++) {
      // Each other time transactions wait for their block, so that a killed run may leave some on their way.
      const waits = round % 2 === 1;
      await provider.send("evm_setAutomine", [!waits]);
      await provider.send("evm_setIntervalMining", [waits ? BLOCK_MS : 0]);
      const { contents, order } = await orderOf(round);
      toWalrus.takeUploads();
      const killAt = 1 + Math.floor(random() * steps);
      await run(order, killAt);
      const again = await run(order);
      expect(again.code, `round ${String(round)}, killed at ${String(killAt)}: ${again.stderr}`).to.equal(0);
      expectFewTwice(toWalrus.takeUploads());
      await expectPublishedOnce(order, contents, reader?.identities);
    }
    await provider.send("evm_setAutomine", [true]);
  }

  it("goes on when it is run again, and registers its version exactly once with the right bytes", async () => {
    await expectRounds(ROUNDS);
  });

  it("of a private model does so too, with the age files that it has made and sent", async () => {
    await expectRounds(PRIVATE_ROUNDS, await newKey());
  });
});
