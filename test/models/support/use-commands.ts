import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { network } from "hardhat";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { JsonRpcServer } from "hardhat/types/network";
import type { TaskArguments } from "hardhat/types/tasks";
import scrimshaw from "../../../src/hardhat/index.ts";
import { openEnvironment } from "../../../src/hardhat/environment.ts";
import { EncoderPool } from "../../../src/walrus/encoder-pool.ts";
import { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { ModelRegistry__factory } from "../../../typechain/factories/ModelRegistry__factory.ts";
import { captured } from "../../support/captured.ts";
import { documentOf } from "../../support/command-document.ts";
import type { CommandDocument } from "../../support/command-document.ts";
import type { CommandRun } from "../../support/dev-process.ts";

const N_SHARDS = 10;

/** The first two accounts of every local Hardhat chain; the address book calls the first one alice. */
export const ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
export const BOB = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

export interface CommandContext {
  readonly walrus: () => LocalWalrus;
  /** Runs a command in this process, by its words and its arguments under their names in code. */
  readonly run: (words: string, args?: TaskArguments) => Promise<CommandRun>;
  /** The same with `--json`. */
  readonly runJson: (words: string, args?: TaskArguments) => Promise<CommandDocument>;
}

/**
 * A chain with a ModelRegistry, a Walrus of 10 shards, and the commands on them, for the tests of the surrounding `describe`. All in
 * this process: to start Hardhat for each command would take a second.
 */
export function useCommands(): CommandContext {
  let root: string;
  let server: JsonRpcServer;
  let pool: EncoderPool;
  let walrus: LocalWalrus;
  let hre: HardhatRuntimeEnvironment;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "scrimshaw-commands-"));
    await writeFile(join(root, "package.json"), "{}");
    server = await network.createServer("node", "127.0.0.1", 0);
    const { port } = await server.listen();
    pool = new EncoderPool({ size: 1 });
    walrus = await LocalWalrus.start({ directory: join(root, "walrus"), nShards: N_SHARDS, nodes: 4, pool });
    const deployments = join(root, "deployments.json");
    hre = await createHardhatRuntimeEnvironment(
      {
        plugins: [scrimshaw],
        networks: { served: { type: "http", url: `http://127.0.0.1:${port}` } },
        scrimshaw: { network: "served", deployments, addressBook: { alice: ALICE }, cache: join(root, "cache") },
        walrus: { publishers: [walrus.url], aggregators: [walrus.url], nShards: N_SHARDS },
      },
      {},
      root,
    );
    const environment = await openEnvironment(hre);
    const registry = await new ModelRegistry__factory(await environment.signer()).deploy();
    await registry.waitForDeployment();
    await environment.close();
    const contracts = { modelRegistry: await registry.getAddress() };
    await writeFile(deployments, JSON.stringify({ 31337: { block: 0, contracts } }));
  });
  after(async () => {
    await walrus.stop();
    await pool.close();
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  const run: CommandContext["run"] = (words, args = {}) =>
    captured(() => hre.tasks.getTask(words.split(" ")).run(args));
  return {
    walrus: () => walrus,
    run,
    runJson: async (words, args = {}) => documentOf(await run(words, { ...args, json: true })),
  };
}
