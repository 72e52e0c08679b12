import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import type { GasCost } from "../chain/gas-cost.ts";
import { callChain } from "../chain/revert.ts";
import type { PublishState } from "./publish-state.ts";
import { versionOf } from "./version-of.ts";

/** What a transaction takes, as measured (the gas snapshot of the tests), where the chain cannot be asked before another one was mined. */
export const MEASURED_GAS = { publish: 147_700n, newTag: 53_800n, movedTag: 36_700n } as const;

export interface EstimatedTransaction {
  readonly what: "register" | "publish" | "tag";
  readonly gas: bigint;
}

/** What transactions are going to cost, at the chain's present fee. Rollups ask for the data on top. */
export interface EstimatedFee extends GasCost {
  readonly transactions: readonly EstimatedTransaction[];
}

export interface EstimateGasOptions {
  /** Connected to the signer that would send. */
  readonly registry: ModelRegistry;
  readonly state: PublishState;
  readonly name: string;
  readonly label: string | undefined;
  readonly tag: string | undefined;
  /** The version that has these bytes already, if any: then there is nothing to publish. */
  readonly same: number | undefined;
}

/** Any words will do: gas hardly depends on them. */
const WORD = `0x${"a5".repeat(32)}`;

async function estimatePublish({ registry, state, label }: EstimateGasOptions): Promise<bigint> {
  if (state.model === undefined) return MEASURED_GAS.publish;
  const manifest = { blobId: WORD, contentHash: WORD, size: 100_000 };
  const release = { manifest, blobsHash: WORD, endEpoch: 100, label: label ?? "" };
  return registry.publish.estimateGas(state.modelId, release);
}

async function estimateTag({ registry, state, same }: EstimateGasOptions, tag: string): Promise<bigint | undefined> {
  const { model, modelId } = state;
  const tagged = model === undefined ? undefined : await versionOf("tag", { registry, modelId, text: tag });
  if (tagged === undefined) return MEASURED_GAS.newTag;
  return tagged === same ? undefined : MEASURED_GAS.movedTag;
}

/**
 * Gas of all transactions of a publish, and their fee.
 * @throws ScrimshawError `chain.reverted` if the registry would refuse, and others of the room `chain`
 */
export async function estimateGas(options: EstimateGasOptions): Promise<EstimatedFee> {
  const { registry, state, name, tag, same } = options;
  const { interface: abi, runner } = registry;
  return callChain({
    what: "estimate the gas of a publish",
    interfaces: [abi],
    call: async () => {
      const register = state.model === undefined ? await registry.register.estimateGas(name) : undefined;
      const publish = same === undefined ? await estimatePublish(options) : undefined;
      const tagging = tag === undefined ? undefined : await estimateTag(options, tag);
      const transactions = (
        [
          ["register", register],
          ["publish", publish],
          ["tag", tagging],
        ] as const
      ).flatMap(([what, gas]) => (gas === undefined ? [] : [{ what, gas }]));
      const gas = transactions.reduce((sum, transaction) => sum + transaction.gas, 0n);
      const gasPrice = (await runner?.provider?.getFeeData())?.gasPrice ?? undefined;
      return { transactions, gas, gasPrice, fee: gasPrice === undefined ? undefined : gas * gasPrice };
    },
  });
}
