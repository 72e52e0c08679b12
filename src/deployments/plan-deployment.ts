import type { Provider } from "ethers";
import type { Hex } from "../chain/sign-digest.ts";
import { type GasCost, gasCost } from "../chain/gas-cost.ts";
import { callChain } from "../chain/revert.ts";
import type { Blueprint } from "./blueprint.ts";
import { CREATE_X, createXInterface, hasCreateX } from "./create-x.ts";
import { SALT } from "./salt.ts";

export interface PlannedContract extends Blueprint {
  /** Somebody created it before: the address proves code and arguments, whoever it was. */
  readonly exists: boolean;
  /** Of the transaction that creates it, by the node's estimate; undefined if there is nothing to send. */
  readonly gas: bigint | undefined;
}

export interface DeploymentPlan extends GasCost {
  readonly contracts: readonly PlannedContract[];
  /** Whether the factory is there; without it the plan's gas is that of plain creations. */
  readonly hasFactory: boolean;
}

export interface PlanOptions {
  readonly provider: Provider;
  readonly from: string;
  readonly blueprints: readonly Blueprint[];
  readonly signal?: AbortSignal;
}

/** The call to the factory that creates a contract. */
export function creationCall(initCode: Hex): { readonly to: string; readonly data: Hex } {
  return { to: CREATE_X, data: createXInterface.encodeFunctionData("deployCreate2", [SALT, initCode]) as Hex };
}

/**
 * What a deployment would send, and what that costs at the chain's present fee; rollups ask for the data on top. Sends nothing.
 * @throws ScrimshawError `deployment.other-factory`, `chain.reverted`, `chain.unreachable`
 */
export async function planDeployment({ provider, from, blueprints, signal }: PlanOptions): Promise<DeploymentPlan> {
  const hasFactory = await hasCreateX(provider);
  const contracts: PlannedContract[] = [];
  for (const blueprint of blueprints) {
    signal?.throwIfAborted();
    const { name, address, initCode } = blueprint;
    const code = await callChain({ what: `read the code at ${address}`, call: () => provider.getCode(address) });
    const exists = code !== "0x";
    const transaction = hasFactory ? creationCall(initCode) : { data: initCode };
    const gas = exists
      ? undefined
      : await callChain({
          what: `estimate the gas of creating ${name}`,
          call: () => provider.estimateGas({ from, ...transaction }),
          interfaces: [createXInterface],
        });
    contracts.push({ ...blueprint, exists, gas });
  }
  const gas = contracts.reduce((sum, contract) => sum + (contract.gas ?? 0n), 0n);
  return { contracts, hasFactory, ...(await gasCost(provider, gas)) };
}
