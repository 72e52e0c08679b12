import accessManager from "@openzeppelin/contracts/build/contracts/AccessManager.json" with { type: "json" };
import { ContractFactory } from "ethers";
import type { ContractTransaction, Signer } from "ethers";
import { network } from "hardhat";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { JsonRpcServer } from "hardhat/types/network";
import type { TaskArguments } from "hardhat/types/tasks";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AttestersUserConfig } from "../../../src/hardhat/attester-config.ts";
import { openEnvironment } from "../../../src/hardhat/environment.ts";
import scrimshaw from "../../../src/hardhat/index.ts";
import { EncoderPool } from "../../../src/walrus/encoder-pool.ts";
import { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { AttesterRegistry__factory } from "../../../typechain/factories/AttesterRegistry__factory.ts";
import { ModelRegistry__factory } from "../../../typechain/factories/ModelRegistry__factory.ts";
import { ProofRegistry__factory } from "../../../typechain/factories/ProofRegistry__factory.ts";
import { P256Verifier__factory } from "../../../typechain/factories/signers/P256Verifier__factory.ts";
import { RsaPssVerifier__factory } from "../../../typechain/factories/signers/RsaPssVerifier__factory.ts";
import { AttestedSignatureVerifier__factory } from "../../../typechain/factories/verifiers/AttestedSignatureVerifier__factory.ts";
import { captured } from "../../support/captured.ts";
import { documentOf } from "../../support/command-document.ts";
import type { CommandDocument } from "../../support/command-document.ts";
import type { CommandRun } from "../../support/dev-process.ts";

const N_SHARDS = 10;
const ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

interface Deployable {
  getAddress(): Promise<string>;
  waitForDeployment(): Promise<unknown>;
}

export interface AttesterCommands {
  /** A folder for the test's own files. */
  readonly folder: () => string;
  /** Time of the newest block, in Unix seconds. */
  readonly now: () => Promise<number>;
  /** Runs a command in this process, by its words and its arguments under their names in code. */
  readonly run: (words: string, args?: TaskArguments) => Promise<CommandRun>;
  /** The same with `--json`. */
  readonly runJson: (
    words: string,
    args?: TaskArguments,
  ) => Promise<CommandDocument & { readonly code: number | null }>;
}

async function deployAll(signer: Signer): Promise<Readonly<Record<string, string>>> {
  const at = async (deploying: Promise<Deployable>): Promise<string> => {
    const contract = await deploying;
    await contract.waitForDeployment();
    return contract.getAddress();
  };
  const manager = new ContractFactory<[string], Deployable & { deploymentTransaction(): ContractTransaction | null }>(
    accessManager.abi,
    accessManager.bytecode,
    signer,
  );
  const attesterRegistry = await at(
    new AttesterRegistry__factory(signer).deploy(await at(manager.deploy(await signer.getAddress()))),
  );
  return {
    attesterRegistry,
    modelRegistry: await at(new ModelRegistry__factory(signer).deploy()),
    proofRegistry: await at(new ProofRegistry__factory(signer).deploy()),
    p256Verifier: await at(new P256Verifier__factory(signer).deploy()),
    rsaPssVerifier: await at(new RsaPssVerifier__factory(signer).deploy()),
    attestedSignatureVerifier: await at(new AttestedSignatureVerifier__factory(signer).deploy(attesterRegistry, 3600)),
  };
}

/**
 * A chain with the contracts of attesters, a Walrus of 10 shards, and the commands on them, for the tests of the surrounding `describe`. All
 * in this process: to start Hardhat for each command would take a second.
 */
export function useAttesterCommands(configure: (folder: string) => Promise<AttestersUserConfig>): AttesterCommands {
  let root: string;
  let server: JsonRpcServer;
  let pool: EncoderPool;
  let walrus: LocalWalrus;
  let hre: HardhatRuntimeEnvironment;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "scrimshaw-attester-commands-"));
    await writeFile(join(root, "package.json"), "{}");
    server = await network.createServer("node", "127.0.0.1", 0);
    const { port } = await server.listen();
    pool = new EncoderPool({ size: 1 });
    walrus = await LocalWalrus.start({ directory: join(root, "walrus"), nShards: N_SHARDS, nodes: 4, pool });
    const deployments = join(root, "deployments.json");
    const attesters = await configure(root);
    hre = await createHardhatRuntimeEnvironment(
      {
        plugins: [scrimshaw],
        networks: { served: { type: "http", url: `http://127.0.0.1:${port}` } },
        scrimshaw: {
          ...{ network: "served", deployments, addressBook: { alice: ALICE }, cache: join(root, "cache") },
          attesters,
        },
        walrus: { publishers: [walrus.url], aggregators: [walrus.url], nShards: N_SHARDS },
      },
      {},
      root,
    );
    const environment = await openEnvironment(hre);
    const contracts = await deployAll(await environment.signer());
    await environment.close();
    await writeFile(deployments, JSON.stringify({ 31337: { block: 0, contracts } }));
  });
  after(async () => {
    await walrus.stop();
    await pool.close();
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  const run: AttesterCommands["run"] = (words, args = {}) =>
    captured(() => hre.tasks.getTask(words.split(" ")).run(args));
  return {
    folder: () => root,
    now: async () => {
      const environment = await openEnvironment(hre);
      const block = await environment.provider.getBlock("latest");
      await environment.close();
      return block?.timestamp ?? 0;
    },
    run,
    runJson: async (words, args = {}) => {
      const said = await run(words, { ...args, json: true });
      return { ...documentOf(said), code: said.code };
    },
  };
}
