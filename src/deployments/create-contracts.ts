import { Contract, type Signer } from "ethers";
import type { Hex } from "../chain/sign-digest.ts";
import type { DeployedContract, DeployedName } from "../chain/deployments-file.ts";
import { callChain } from "../chain/revert.ts";
import { sendTransaction } from "../chain/send.ts";
import { ScrimshawError } from "../errors.ts";
import { noFactory } from "./no-factory.ts";
import { boundedFee } from "./bounded-fee.ts";
import { CREATE_X, createXInterface } from "./create-x.ts";
import { SALT } from "./salt.ts";
import { firstBlockOf } from "./first-block.ts";
import type { DeploymentPlan, PlannedContract } from "./plan-deployment.ts";

export type DeploymentProgress =
  | { readonly kind: "creating"; readonly name: DeployedName }
  | { readonly kind: "created"; readonly name: DeployedName; readonly transaction: Hex; readonly gasUsed: bigint };

export interface CreateOptions {
  readonly signer: Signer;
  readonly plan: DeploymentPlan;
  readonly chainId: bigint;
  /** What is on record of contracts at the plan's addresses; looked up on the chain where it is not. */
  readonly known: Readonly<Partial<Record<DeployedName, DeployedContract>>>;
  /** Called after each contract, those that were there before too: what is to be put on record. */
  readonly onContract: (name: DeployedName, contract: DeployedContract) => Promise<void>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: DeploymentProgress) => void;
}

/** Half as much again as the node's estimate, which was shown: rollups count the data's price into it, which moves. */
const withReserve = (gas: bigint): bigint => (gas * 3n) / 2n;

/** What was sent. */
export interface CreatedContracts {
  readonly created: readonly DeployedName[];
  readonly gasUsed: bigint;
}

/**
 * Creates what a plan says is missing, one transaction a contract. Run again after an interruption, it goes on: the chain itself is the
 * record of what is done.
 * @throws ScrimshawError `deployment.no-factory`, `deployment.fee-rose`, `deployment.not-created`, and those of `sendTransaction`
 */
export async function createContracts(options: CreateOptions): Promise<CreatedContracts> {
  const { plan, chainId, onContract } = options;
  if (!plan.hasFactory && plan.contracts.some(({ exists }) => !exists)) throw noFactory(chainId);
  const created: DeployedName[] = [];
  let gasUsed = 0n;
  for (const planned of plan.contracts) {
    options.signal?.throwIfAborted();
    const { name, address } = planned;
    const known = { address, arguments: [...planned.arguments] };
    if (planned.exists) {
      const before = options.known[name];
      const found = async (): Promise<DeployedContract> => ({
        ...known,
        block: await firstBlockOf(providerOf(options.signer), address),
      });
      await onContract(name, before?.address === address ? before : await found());
      continue;
    }
    const receipt = await create(planned, options);
    created.push(name);
    gasUsed += receipt.gasUsed;
    await onContract(name, { ...known, block: receipt.blockNumber, transaction: receipt.hash });
  }
  return { created, gasUsed };
}

async function create(
  { name, address, initCode, gas }: PlannedContract,
  { signer, plan, signal, onProgress }: CreateOptions,
): Promise<{ readonly hash: Hex; readonly blockNumber: number; readonly gasUsed: bigint }> {
  onProgress?.({ kind: "creating", name });
  const fee = await boundedFee(providerOf(signer), plan.gasPrice);
  const limits = { ...fee, ...(gas !== undefined && { gasLimit: withReserve(gas) }) };
  const factory = new Contract(CREATE_X, createXInterface, signer);
  const { hash, blockNumber, gasUsed } = await sendTransaction({
    what: `create ${name}`,
    send: () => factory.getFunction("deployCreate2").send(SALT, initCode, limits),
    interfaces: [createXInterface],
    ...(signal && { signal }),
  });
  const code = await callChain({
    what: `read the code at ${address}`,
    call: () => providerOf(signer).getCode(address, blockNumber),
  });
  if (code === "0x") {
    throw new ScrimshawError({
      code: "deployment.not-created",
      expected: `${name} at ${address} after transaction ${hash}`,
      found: "an address without code",
      next: "The RPC node may lag behind or lie: look at the transaction in an explorer, then run the command again.",
    });
  }
  onProgress?.({ kind: "created", name, transaction: hash as Hex, gasUsed });
  return { hash: hash as Hex, blockNumber, gasUsed };
}

function providerOf({ provider }: Signer): NonNullable<Signer["provider"]> {
  if (provider === null) throw new Error("the signer is connected to no chain");
  return provider;
}
