import type { HardhatConfig } from "hardhat/types/config";
import type { NetworkConnection } from "hardhat/types/network";
import type { Contracts } from "../chain/contracts.ts";
import type { Deployment } from "../chain/deployment.ts";
import type { ContractName } from "../chain/deployments-file.ts";
import type { BlobStore } from "../walrus/blob-store.ts";
import type { ConnectedChain } from "./connect-chain.ts";
import { once } from "./once.ts";

/** The contracts on a connection's chain and the configured Walrus, opened when they are first asked for. */
export interface ScrimshawConnection {
  /** Where the contracts are on this chain. @throws ScrimshawError `chain.deployment-invalid`, `chain.wrong-chain` */
  readonly deployment: () => Promise<Deployment>;
  /**
   * A typed contract at the address that commands use, its code checked. It sends from the network's first account where there is
   * one; `.connect(signer)` gives one that sends from another.
   * @throws ScrimshawError `chain.not-deployed`, `chain.no-code`, and those of `deployment`
   * @example
   * const registry = await connection.scrimshaw.contract("modelRegistry");
   */
  readonly contract: <Name extends ContractName>(name: Name) => Promise<Contracts[Name]>;
  /** The configured Walrus; closed with the connection. */
  readonly store: () => Promise<BlobStore>;
}

/** A connection's `scrimshaw`, and what to do when the connection closes. Nothing is loaded until something is asked for. */
export function lazyConnection(options: {
  readonly config: HardhatConfig;
  readonly connection: NetworkConnection<string>;
}): { readonly scrimshaw: ScrimshawConnection; readonly close: () => Promise<void> } {
  const { connection } = options;
  let opened = false;
  const connect = once(async (): Promise<ConnectedChain> => {
    opened = true;
    const { connectChain } = await import("./connect-chain.ts");
    return connectChain(options);
  });
  const scrimshaw: ScrimshawConnection = {
    deployment: async () => (await connect()).deployment(),
    contract: async <Name extends ContractName>(name: Name) => {
      const contract = await (await connect()).contract(name);
      const [signer] = await connection.ethers.getSigners();
      return signer === undefined ? contract : (contract.connect(signer) as Contracts[Name]);
    },
    store: async () => (await connect()).store(),
  };
  const close = async (): Promise<void> => {
    if (opened) await (await connect())[Symbol.asyncDispose]();
  };
  return { scrimshaw, close };
}
