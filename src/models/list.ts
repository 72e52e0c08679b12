import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { readPages } from "../chain/read-pages.ts";
import { callChain } from "../chain/revert.ts";
import { findListedVersion, isFilter } from "./list-filter.ts";
import type { ListFilter, UnreadManifest } from "./list-filter.ts";
import { findModel } from "./records.ts";
import type { ModelRecord, VersionRecord } from "./records.ts";

const PAGE = 500;
const AT_ONCE = 16;
/** Manifests that one list reads: a stranger may register any number of large ones. */
const MOST_MANIFESTS = 1_000;

export interface ListModelsOptions extends ListFilter {
  readonly registry: ModelRegistry;
  /** Only models that this address registered. */
  readonly creator?: string | undefined;
  /** Where to begin in the registry's list, or the creator's. Default 0. */
  readonly offset?: number;
  /** How many to give at most. Default 100. */
  readonly limit?: number;
}

/** A model, and with a filter the version that it was found by. */
export interface ListedModel {
  readonly model: ModelRecord;
  readonly version: VersionRecord | undefined;
}

/** A page of models. */
export interface ModelList {
  /** In the order of registration. */
  readonly models: readonly ListedModel[];
  /** How many there are in all, whatever the filter says. */
  readonly total: number;
  /** The offset of the next page; undefined at the end. The list only grows, so it stays right. */
  readonly next: number | undefined;
  /** Models of which it is not known whether they fit, since their manifest is not to be had. */
  readonly unread: readonly UnreadManifest[];
}

/**
 * Lists models from the chain, all or those of one creator, or those that a filter finds.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function listModels(options: ListModelsOptions): Promise<ModelList> {
  const { registry, creator, offset = 0, limit = 100, task, signal } = options;
  const call = <T>(read: () => Promise<T>): Promise<T> =>
    callChain({ what: "list models", call: read, interfaces: [registry.interface] });
  const total = Number(
    await call(() => (creator === undefined ? registry.modelCount() : registry.modelCountOf(creator))),
  );
  const read = (from: number, most: number): Promise<string[]> =>
    call(() => (creator === undefined ? registry.models(from, most) : registry.modelsOf(creator, from, most)));
  // Without a filter no more is asked for than is given.
  const end = isFilter(options) ? total : Math.min(offset + limit, total);
  const ids = readPages({ from: offset, end, pageSize: Math.min(PAGE, Math.max(end - offset, 1)), read, signal });
  const models: ListedModel[] = [];
  const unread: UnreadManifest[] = [];
  let next = offset;
  for await (const some of inGroups(ids, AT_ONCE)) {
    signal?.throwIfAborted();
    const found = await Promise.all(
      some.map(async (id) => {
        const model = await findModel(registry, id as `0x${string}`);
        return model && findListedVersion({ ...options, model });
      }),
    );
    for (const one of found) {
      if (models.length === limit) return { models, total, next, unread };
      next += 1;
      if (one === undefined) continue;
      if ("problem" in one) unread.push(one);
      else models.push(one);
    }
    if (task !== undefined && next - offset >= MOST_MANIFESTS) break;
  }
  return { models, total, next: next < total ? next : undefined, unread };
}

async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[], void, undefined> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
