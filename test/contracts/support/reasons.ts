import type { BaseContract } from "ethers";

/**
 * For `withArgs`: accepts bytes that are one custom error of `contract`, as `ProofRegistryVerifierReverted` carries them.
 */
export function reasonIs(contract: BaseContract, name: string): (reason: string) => boolean {
  return (reason) => contract.interface.parseError(reason)?.name === name;
}
