import type { Provider } from "ethers";
import { callChain } from "../chain/revert.ts";

/**
 * The block in which the code at `address` appeared, by bisection; 0 if the node does not keep the states that tell it.
 * @throws ScrimshawError `chain.unreachable`
 */
export async function firstBlockOf(provider: Provider, address: string): Promise<number> {
  let high = await callChain({ what: "read the newest block's number", call: () => provider.getBlockNumber() });
  let low = 0;
  try {
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((await provider.getCode(address, middle)) === "0x") low = middle + 1;
      else high = middle;
    }
  } catch {
    return 0;
  }
  return low;
}
