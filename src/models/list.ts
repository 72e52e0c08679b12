import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { findModel } from "./records.ts";
import type { ModelRecord } from "./records.ts";

const PAGE = 500;
const AT_ONCE = 16;

export interface ListModelsOptions {
  readonly registry: ModelRegistry;
  /** Only models that this address registered. */
  readonly creator?: string;
  /** How many to leave out at the beginning. Default 0. */
  readonly offset?: number;
  /** How many to give at most. Default 100. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** A page of models. */
export interface ModelList {
  /** In the order of registration. */
  readonly models: readonly ModelRecord[];
  /** How many there are in all. */
  readonly total: number;
}

/**
 * Lists models from the chain, all or those of one creator.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function listModels(options: ListModelsOptions): Promise<ModelList> {
  const { registry, creator, offset = 0, limit = 100, signal } = options;
  const call = <T>(read: () => Promise<T>): Promise<T> =>
    callChain({ what: "list models", call: read, interfaces: [registry.interface] });
  const total = await call(() => (creator === undefined ? registry.modelCount() : registry.modelCountOf(creator)));
  const ids: string[] = [];
  const end = Math.min(offset + limit, Number(total));
  while (offset + ids.length < end) {
    signal?.throwIfAborted();
    const from = offset + ids.length;
    const most = Math.min(PAGE, end - from);
    const page = await call(() =>
      creator === undefined ? registry.models(from, most) : registry.modelsOf(creator, from, most),
    );
    if (page.length === 0) break;
    ids.push(...page.slice(0, most));
  }
  const models: ModelRecord[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    signal?.throwIfAborted();
    const page = await Promise.all(
      ids.slice(from, from + AT_ONCE).map((id) => findModel(registry, id as `0x${string}`)),
    );
    models.push(...page.filter((model) => model !== undefined));
  }
  return { models, total: Number(total) };
}
