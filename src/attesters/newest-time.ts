import type { BaseContract } from "ethers";
import { callChain } from "../chain/revert.ts";

/** Time of the newest block of a contract's chain, in Unix seconds; 0 if it has none. @throws ScrimshawError errors of the room `chain` */
export async function newestTime(contract: BaseContract): Promise<bigint> {
  const provider = contract.runner?.provider;
  const block = await callChain({
    what: "read the newest block",
    call: () => provider?.getBlock("latest") ?? Promise.resolve(null),
  });
  return BigInt(block?.timestamp ?? 0);
}
