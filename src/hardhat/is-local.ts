import { isLoopback } from "../loopback.ts";
import type { WalrusConfig } from "./config.ts";

/** Chain ids of development chains: Hardhat's and anvil's, and the one that others use. */
const DEVELOPMENT_CHAINS: readonly bigint[] = [31_337n, 1_337n];

/** True for the chain ids of development chains, whatever else may use them. */
export function isDevelopmentChain(chainId: bigint): boolean {
  return DEVELOPMENT_CHAINS.includes(chainId);
}

/** True where nothing of value can be spent: on a development chain, with a local Walrus whose publishers are on this machine. */
export function isLocal({
  chainId,
  walrus,
}: {
  readonly chainId: bigint;
  readonly walrus: Pick<WalrusConfig, "network" | "publishers">;
}): boolean {
  return (
    isDevelopmentChain(chainId) &&
    walrus.network === "local" &&
    walrus.publishers.every((url) => isLoopback(new URL(url).hostname))
  );
}
