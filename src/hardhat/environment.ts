import type { Provider, Signer } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Contracts } from "../chain/contracts.ts";
import type { ContractAddresses, Deployment } from "../chain/deployment.ts";
import type { ContractName } from "../chain/deployments-file.ts";
import { callChain } from "../chain/revert.ts";
import { ScrimshawError } from "../errors.ts";
import type { BlobStore } from "../walrus/blob-store.ts";
import type { WalrusConfig } from "./config.ts";
import { connectChain } from "./connect-chain.ts";
import { once } from "./once.ts";

export interface EnvironmentOptions {
  /** Addresses from the command line; they win over what is on record. Undefined ones are left out. */
  readonly addresses?: { readonly [Name in ContractName]?: string | undefined };
  /** Sending account: an address or its number among the network's accounts. Default 0. */
  readonly from?: string | undefined;
}

/** What a task works with. Everything beyond the chain id is opened when it is first asked for. */
export interface Environment {
  readonly networkName: string;
  readonly chainId: bigint;
  readonly provider: Provider;
  /** Names for addresses, from the configuration. */
  readonly addressBook: Readonly<Record<string, string>>;
  readonly walrus: WalrusConfig;
  /** The sending account. @throws ScrimshawError `chain.no-account` */
  readonly signer: () => Promise<Signer>;
  /** Where the contracts are on this chain. @throws ScrimshawError `chain.deployment-invalid` */
  readonly deployment: () => Promise<Deployment>;
  /** A typed contract for reading, its code checked. @throws ScrimshawError `chain.not-deployed`, `chain.no-code` */
  readonly contract: <Name extends ContractName>(name: Name) => Promise<Contracts[Name]>;
  readonly store: () => Promise<BlobStore>;
  readonly close: () => Promise<void>;
}

/** Addresses are written by hand on a command line, so a slip is told before a node sees it. */
function givenAddresses(addresses: EnvironmentOptions["addresses"]): ContractAddresses {
  const given: Record<string, string> = {};
  for (const [name, address] of Object.entries(addresses ?? {})) {
    if (address === undefined) continue;
    if (!/^0x[0-9a-fA-F]{40}$/.test(address)) {
      throw new ScrimshawError({
        code: "chain.address-invalid",
        expected: `the address of ${name}, 0x and 40 hex digits`,
        found: JSON.stringify(address.slice(0, 80)),
        next: "Copy the address again.",
      });
    }
    given[name] = address;
  }
  return given;
}

/**
 * Connects a task to its chain: `--network`, else `config.scrimshaw.network`, else `localhost`; never silently the
 * in-memory chain.
 * @throws ScrimshawError `chain.unreachable`, `chain.wrong-chain`, `chain.unknown-network`, `chain.address-invalid`
 */
export async function openEnvironment(
  hre: HardhatRuntimeEnvironment,
  options: EnvironmentOptions = {},
): Promise<Environment> {
  // Hardhat types it as always given; without --network it is not.
  const chosen = hre.globalOptions.network as string | undefined;
  const networkName = chosen ?? hre.config.scrimshaw.network;
  const addresses = givenAddresses(options.addresses);
  const networkConfig = hre.config.networks[networkName];
  if (networkConfig === undefined) {
    throw new ScrimshawError({
      code: "chain.unknown-network",
      expected: `one of the networks ${Object.keys(hre.config.networks).sort().join(", ")}`,
      found: JSON.stringify(networkName.slice(0, 80)),
      next: "Choose one with --network, or add it to hardhat.config.ts.",
    });
  }
  const connection = await hre.network.create(networkName);
  const { ethers } = connection;
  const chain = connectChain({ config: hre.config, connection, addresses });
  try {
    return {
      networkName,
      chainId: await chain.chainId(),
      provider: ethers.provider,
      addressBook: hre.config.scrimshaw.addressBook,
      walrus: hre.config.walrus,
      signer: once(async () => {
        const signers = await callChain({ what: "list accounts", call: () => ethers.getSigners() });
        return chooseSigner(signers, options.from ?? "0", networkName);
      }),
      deployment: chain.deployment,
      contract: chain.contract,
      store: chain.store,
      close: async () => {
        await chain[Symbol.asyncDispose]();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function chooseSigner<T extends Signer & { readonly address: string }>(
  signers: readonly T[],
  from: string,
  networkName: string,
): T {
  const wanted = from.toLowerCase();
  const index = /^\d{1,6}$/.test(from)
    ? Number(from)
    : signers.findIndex(({ address }) => address.toLowerCase() === wanted);
  const signer = signers[index];
  if (signer !== undefined) return signer;
  throw new ScrimshawError({
    code: "chain.no-account",
    expected: `account ${JSON.stringify(from.slice(0, 80))} on ${networkName}`,
    found: `${signers.length.toString()} accounts, none of them this one`,
    next:
      'Configure the network\'s `accounts` with `configVariable("NAME")` and store the key with ' +
      "`npx hardhat keystore set NAME`, or choose one with --from.",
  });
}
