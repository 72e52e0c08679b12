import type { HardhatConfig } from "hardhat/types/config";
import type { NetworkConnection } from "hardhat/types/network";
import { type Contracts, checkChainId, connectContract } from "../chain/contracts.ts";
import packaged from "../../deployments.json" with { type: "json" };
import { type ContractAddresses, type Deployment, findDeployment } from "../chain/deployment.ts";
import { type ContractName, deploymentsSchema } from "../chain/deployments-file.ts";
import { ScrimshawError } from "../errors.ts";
import type { BlobStore } from "../walrus/blob-store.ts";
import { once } from "./once.ts";
import { openStore } from "./store.ts";

export interface ConnectChainOptions {
  readonly config: Pick<HardhatConfig, "paths" | "scrimshaw" | "walrus">;
  readonly connection: Pick<NetworkConnection<string>, "ethers" | "networkConfig" | "networkName">;
  /** They win over what is on record. */
  readonly addresses?: ContractAddresses;
}

/** A connected chain and the configured Walrus. Each part is found out when it is first asked for. */
export interface ConnectedChain extends AsyncDisposable {
  /** @throws ScrimshawError `chain.wrong-chain`, `chain.unreachable` */
  readonly chainId: () => Promise<bigint>;
  /** Where the contracts are on this chain. @throws ScrimshawError `chain.deployment-invalid`, and those of `chainId` */
  readonly deployment: () => Promise<Deployment>;
  /** A typed contract for reading, its code checked. @throws ScrimshawError `chain.not-deployed`, `chain.no-code` */
  readonly contract: <Name extends ContractName>(name: Name) => Promise<Contracts[Name]>;
  readonly store: () => Promise<BlobStore>;
}

/** What tasks and `connection.scrimshaw` share. Closing it closes the store; the connection stays open. */
export function connectChain({ config, connection, addresses = {} }: ConnectChainOptions): ConnectedChain {
  const { ethers, networkConfig, networkName } = connection;
  const url = once(async () => (networkConfig.type === "http" ? networkConfig.url.getUrl() : undefined));
  const chainId = once(async () => {
    const expected = networkConfig.chainId === undefined ? {} : { expected: BigInt(networkConfig.chainId) };
    return checkChainId({ provider: ethers.provider, url: await url(), ...expected });
  });
  let found: Deployment | undefined;
  const deployment = async (): Promise<Deployment> => {
    const at = await url();
    found ??= await findDeployment({
      chainId: await chainId(),
      addresses,
      deploymentsFile: config.scrimshaw.deployments,
      localDeploymentsFile: config.scrimshaw.localDeployments,
      ignitionDirectory: config.paths.ignition,
      packaged: deploymentsSchema.parse(packaged),
      ...(at === undefined ? {} : { url: at }),
    });
    const known = found;
    // Somebody may deploy yet.
    if (Object.keys(known.addresses).length === 0) found = undefined;
    return known;
  };
  let opened: ReturnType<typeof openStore> | undefined;
  return {
    chainId,
    deployment,
    contract: async (name) => {
      const { addresses: known, origin } = await deployment();
      const address = known[name];
      if (address === undefined) throw notDeployed(name, networkName, await chainId());
      return connectContract({ name, address, provider: ethers.provider, origin });
    },
    store: () => (opened ??= openStore({ config })),
    [Symbol.asyncDispose]: async () => {
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}

function notDeployed(name: ContractName, networkName: string, chainId: bigint): ScrimshawError {
  return new ScrimshawError({
    code: "chain.not-deployed",
    expected: `the address of ${name} on ${networkName} (chain id ${chainId.toString()})`,
    found: "none in deployments.json, in Ignition's folder or in the package",
    next:
      "Give it as an option, or deploy: `npx hardhat dev` runs a local chain with the contracts, " +
      `\`npx hardhat deployment create --network ${networkName}\` deploys to a network.`,
  });
}
