import type { Interface } from "ethers";

import { revertDataOf } from "./revert.ts";

/** True if a call failed with the custom error `name` of `contract`, wherever the provider hid it. */
export function revertedWith(contract: Interface, error: unknown, name: string): boolean {
  const data = revertDataOf(error);
  return data !== undefined && contract.getError(data.slice(0, 10))?.name === name;
}
