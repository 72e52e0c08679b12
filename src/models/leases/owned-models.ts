import type { Provider } from "ethers";
import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { scanLogs } from "../../chain/logs.ts";
import { readPages } from "../../chain/read-pages.ts";
import { callChain } from "../../chain/revert.ts";
import { findModel } from "../records.ts";
import type { ModelRecord } from "../records.ts";

const PAGE = 500;

export interface OwnedModelsOptions {
  readonly registry: ModelRegistry;
  readonly account: string;
  readonly provider: Provider;
  /** The block of the registry's deployment. */
  readonly fromBlock: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The models that an account owns: those that it registered and did not give away, and those that it accepted. Those that it merely may
 * publish are left out, since anybody may name it for a model of their own.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function* ownedModels(options: OwnedModelsOptions): AsyncGenerator<ModelRecord> {
  const { registry, account, provider, fromBlock, signal } = options;
  const interfaces = [registry.interface];
  const what = "list the models of an account";
  const ids = new Set<string>();
  const total = Number(await callChain({ what, interfaces, call: () => registry.modelCountOf(account) }));
  const read = (from: number, limit: number): Promise<string[]> =>
    callChain({ what, interfaces, call: () => registry.modelsOf(account, from, limit) });
  for await (const id of readPages({ from: 0, end: total, pageSize: PAGE, read, signal })) ids.add(id);
  const topics = await registry.filters.ModelTransferred(undefined, undefined, account).getTopicFilter();
  const address = await registry.getAddress();
  for await (const { topics: found } of scanLogs({ provider, address, topics, fromBlock, ...(signal && { signal }) })) {
    if (found[1] !== undefined) ids.add(found[1]);
  }
  for (const id of ids) {
    signal?.throwIfAborted();
    const model = await findModel(registry, id as `0x${string}`);
    if (model?.owner === account) yield model;
  }
}
