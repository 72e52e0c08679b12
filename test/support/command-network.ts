import type { Signer } from "ethers";
import { network } from "hardhat";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatUserConfig } from "hardhat/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { TaskArguments } from "hardhat/types/tasks";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import scrimshaw from "../../src/hardhat/index.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import type { ServedChain } from "./anvil.ts";
import { captured } from "./captured.ts";
import type { CommandRun } from "./dev-process.ts";

const N_SHARDS = 10;

/** The first two accounts of every local Hardhat chain; the address book calls the first one alice. */
export const ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
export const BOB = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

export interface CommandNetworkOptions {
  /** The chain; a JSON-RPC node of Hardhat's unless given. */
  readonly serve?: () => Promise<ServedChain>;
  /** Deploys what the commands need; addresses by the contracts' names. Without it nothing is deployed. */
  readonly deploy?: (signer: Signer) => Promise<Readonly<Record<string, string>>>;
  /** More of the configuration's section, made in the test's folder. */
  readonly configure?: (folder: string) => Promise<HardhatUserConfig["scrimshaw"]>;
}

export interface CommandNetwork {
  /** A folder for the test's own files. */
  readonly folder: () => string;
  readonly hre: () => HardhatRuntimeEnvironment;
  readonly walrus: () => LocalWalrus;
  /** Runs a command in this process, by its words and its arguments under their names in code. */
  readonly run: (words: string, args?: TaskArguments) => Promise<CommandRun>;
}

/** Hardhat's chain, served as JSON-RPC. */
export async function serveHardhat(): Promise<ServedChain> {
  // Else its clock stands at the time at which this process began.
  const override = { initialDate: new Date() };
  const server = await network.createServer({ network: "node", override }, "127.0.0.1", 0);
  const { port } = await server.listen();
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/**
 * A chain, a Walrus of 10 shards, and the commands on them, for the tests of the surrounding `describe`. All in this process: to start
 * Hardhat for each command would take a second.
 */
export function useCommandNetwork({ serve = serveHardhat, deploy, configure }: CommandNetworkOptions): CommandNetwork {
  let root: string;
  let chain: ServedChain;
  let pool: EncoderPool;
  let walrus: LocalWalrus;
  let hre: HardhatRuntimeEnvironment;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "scrimshaw-commands-"));
    await writeFile(join(root, "package.json"), "{}");
    chain = await serve();
    pool = new EncoderPool({ size: 1 });
    walrus = await LocalWalrus.start({ directory: join(root, "walrus"), nShards: N_SHARDS, nodes: 4, pool });
    const deployments = join(root, "deployments.json");
    const more = await configure?.(root);
    const scrimshawConfig = {
      network: "served",
      deployments,
      addressBook: { alice: ALICE },
      cache: join(root, "cache"),
    };
    hre = await createHardhatRuntimeEnvironment(
      {
        plugins: [scrimshaw],
        networks: { served: { type: "http", url: chain.url } },
        scrimshaw: { ...scrimshawConfig, ...more },
        walrus: { publishers: [walrus.url], aggregators: [walrus.url], nShards: N_SHARDS },
      },
      {},
      root,
    );
    if (deploy === undefined) return;
    const environment = await openEnvironment(hre);
    const contracts = await deploy(await environment.signer());
    await environment.close();
    await writeFile(deployments, JSON.stringify({ 31337: { block: 0, contracts } }));
  });
  after(async () => {
    await walrus.stop();
    await pool.close();
    await chain.stop();
    await rm(root, { recursive: true, force: true });
  });

  return {
    folder: () => root,
    hre: () => hre,
    walrus: () => walrus,
    run: (words, args = {}) => captured(() => hre.tasks.getTask(words.split(" ")).run(args)),
  };
}
