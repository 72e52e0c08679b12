import type { Provider } from "ethers";
import { callChain } from "./revert.ts";

/** What gas costs at the chain's present price. Rollups ask for the data on top. */
export interface GasCost {
  readonly gas: bigint;
  /** In wei; undefined where the node names no price. */
  readonly gasPrice: bigint | undefined;
  readonly fee: bigint | undefined;
}

/** @throws ScrimshawError `chain.unreachable`, `chain.request-failed` */
export async function gasCost(provider: Provider, gas: bigint): Promise<GasCost> {
  const fees = await callChain({ what: "read the price of gas", call: () => provider.getFeeData() });
  const gasPrice = fees.gasPrice ?? undefined;
  return { gas, gasPrice, fee: gasPrice === undefined ? undefined : gas * gasPrice };
}
