import { formatEther, formatUnits } from "ethers";
import type { GasCost } from "../chain/gas-cost.ts";

/** Gas and its cost, for people. */
export function describeGasCost({ gas, gasPrice, fee }: GasCost): string {
  const price =
    fee === undefined || gasPrice === undefined
      ? "the node names no price"
      : `${formatEther(fee)} of the chain's coin at ${formatUnits(gasPrice, "gwei")} gwei`;
  return `about ${gas.toString()}, ${price}; a rollup's data comes on top`;
}
