import { expect } from "chai";
import { network } from "hardhat";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { JsonRpcServer } from "hardhat/types/network";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import scrimshaw from "../../src/hardhat/index.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { ModelRegistry__factory } from "../../typechain/factories/ModelRegistry__factory.ts";
import { rejection } from "../support/rejection.ts";

const N_SHARDS = 10;

describe("connection.scrimshaw", () => {
  let root: string;
  let server: JsonRpcServer;
  let pool: EncoderPool;
  let walrus: LocalWalrus;
  let hre: HardhatRuntimeEnvironment;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "scrimshaw-connection-"));
    await writeFile(join(root, "package.json"), "{}");
    server = await network.createServer("node", "127.0.0.1", 0);
    const { port } = await server.listen();
    pool = new EncoderPool({ size: 1 });
    walrus = await LocalWalrus.start({ directory: join(root, "walrus"), nShards: N_SHARDS, nodes: 4, pool });
    const url = `http://127.0.0.1:${port}`;
    hre = await createHardhatRuntimeEnvironment(
      {
        plugins: [scrimshaw],
        networks: { served: { type: "http", url }, mistaken: { type: "http", url, chainId: 1 } },
        scrimshaw: { deployments: "deployments.json" },
        walrus: { publishers: [walrus.url], aggregators: [walrus.url], nShards: N_SHARDS },
      },
      {},
      root,
    );
  });

  after(async () => {
    await walrus.stop();
    await pool.close();
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  it("gives typed contracts where commands find them, sending from the first account, as soon as they are deployed", async () => {
    const connection = await hre.network.create("served");
    const { code } = await rejection(() => connection.scrimshaw.contract("modelRegistry"));
    expect(code).to.equal("chain.not-deployed");
    const [signer, other] = await connection.ethers.getSigners();
    const deployed = await new ModelRegistry__factory(signer!).deploy();
    const modelRegistry = await deployed.getAddress();
    const record = { 31337: { block: 0, contracts: { modelRegistry } } };
    await writeFile(join(root, "deployments.json"), JSON.stringify(record));

    const registry = await connection.scrimshaw.contract("modelRegistry");
    await (await registry.register("iris")).wait();
    await (await registry.connect(other).register("iris")).wait();
    expect(await registry.modelCountOf(signer!)).to.equal(1n);
    expect(await registry.modelCountOf(other!)).to.equal(1n);
    expect((await connection.scrimshaw.deployment()).addresses).to.deep.equal({ modelRegistry });
    await connection.close();
  });

  it("gives the configured Walrus, and closes it with the connection", async () => {
    const connection = await hre.network.create("served");
    const store = await connection.scrimshaw.store();
    expect(await connection.scrimshaw.store()).to.equal(store);
    const bytes = new TextEncoder().encode("some other string");
    const { blobId, contentHash } = await store.put({ bytes });
    expect(await store.get({ blobId, contentHash })).to.deep.equal(bytes);
    await connection.close();
    expect((await rejection(() => store.put({ bytes: bytes.slice(1) }))).code).to.equal("walrus.encoder-failed");
  });

  it("gives each connection its own, and closes those that were never used", async () => {
    const [first, second] = [await hre.network.create("served"), await hre.network.create()];
    expect(first.scrimshaw).to.not.equal(second.scrimshaw);
    const chain = await rejection(() => second.scrimshaw.contract("proofLens"));
    expect(chain.expected).to.include("proofLens on default");
    await first.close();
    await second.close();
  });

  it("refuses another chain than the configured one", async () => {
    const connection = await hre.network.create("mistaken");
    const { code } = await rejection(() => connection.scrimshaw.contract("modelRegistry"));
    expect(code).to.equal("chain.wrong-chain");
    await connection.close();
  });
});
