import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { JsonRpcServer } from "hardhat/types/network";
import { type ContractAddresses, devDeploymentId, findDeployment } from "../chain/deployment.ts";
import type { LocalWalrus } from "../walrus/local/local-walrus.ts";
import { checkPort } from "./free-port.ts";
import { withLogsOnStderr } from "./logs-on-stderr.ts";

const HOST = "127.0.0.1";

/** How long clients with an open connection may hold up the end. */
const CLOSE_MS = 2_000;

export interface DevNetworkOptions {
  readonly hre: HardhatRuntimeEnvironment;
  /** Port of the chain; 0 for any free one. */
  readonly port: number;
  /** Port of Walrus; 0 for any free one. */
  readonly walrusPort: number;
  readonly nShards: number;
  /** Folder that keeps Walrus's data. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export interface DevNetwork {
  readonly chainUrl: string;
  readonly chainId: bigint;
  readonly walrusUrl: string;
  /** The local network itself, for faults and epochs on demand. */
  readonly walrus: LocalWalrus;
  readonly addresses: ContractAddresses;
  readonly stop: () => Promise<void>;
}

/** Deploys by Ignition to the chain at `url`, forgetting what an earlier run deployed to a chain that is gone. */
async function deploy(hre: HardhatRuntimeEnvironment, url: string): Promise<Pick<DevNetwork, "addresses" | "chainId">> {
  const deploymentId = devDeploymentId(Number(new URL(url).port));
  await rm(join(hre.config.paths.ignition, "deployments", deploymentId), { recursive: true, force: true });
  const { default: module } = await import("../../ignition/modules/Scrimshaw.ts");
  const connection = await hre.network.create({ network: "localhost", override: { url } });
  try {
    const { chainId } = await connection.ethers.provider.getNetwork();
    await connection.ignition.deploy(module, { deploymentId });
    const { addresses } = await findDeployment({
      chainId,
      url,
      deploymentsFile: hre.config.scrimshaw.deployments,
      ignitionDirectory: hre.config.paths.ignition,
    });
    return { addresses, chainId };
  } finally {
    await connection.close();
  }
}

async function closeServer(server: JsonRpcServer): Promise<void> {
  const patience = new AbortController();
  const limit = sleep(CLOSE_MS, undefined, { signal: patience.signal, ref: false }).catch(() => undefined);
  await Promise.race([server.close(), limit]);
  patience.abort();
}

/**
 * Starts a chain with the contracts on it and a local Walrus, both on 127.0.0.1 and in this process. What was started is
 * stopped again if a later part fails.
 * @throws ScrimshawError `dev.port-in-use`, and what compiling, deploying and Walrus throw
 */
export async function startDevNetwork(options: DevNetworkOptions): Promise<DevNetwork> {
  const { hre, port, walrusPort, nShards, directory, signal, progress } = options;
  if (port !== 0) await checkPort({ port, option: "--port" });
  if (walrusPort !== 0) await checkPort({ port: walrusPort, option: "--walrus-port" });
  progress("Compiling the contracts");
  await withLogsOnStderr(() => hre.tasks.getTask("build").run({ quiet: true, noTests: true }));
  signal.throwIfAborted();

  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    progress("Starting the chain");
    // Else its clock stands at the time at which Hardhat read its configuration, before the contracts were compiled.
    const override = { initialDate: new Date() };
    const server = await hre.network.createServer({ network: "node", override }, HOST, port);
    const { port: chainPort } = await server.listen();
    started.push(() => closeServer(server));
    const chainUrl = `http://${HOST}:${chainPort.toString()}`;
    started.push(() =>
      rm(join(hre.config.paths.ignition, "deployments", devDeploymentId(chainPort)), { recursive: true, force: true }),
    );
    signal.throwIfAborted();
    progress("Deploying the contracts");
    const { addresses, chainId } = await deploy(hre, chainUrl);
    signal.throwIfAborted();
    progress("Starting Walrus");
    const { LocalWalrus } = await import("../walrus/local/local-walrus.ts");
    const walrus = await LocalWalrus.start({ directory, host: HOST, port: walrusPort, nShards });
    started.push(() => walrus.stop());
    signal.throwIfAborted();
    return { chainUrl, chainId, walrusUrl: walrus.url, walrus, addresses, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
