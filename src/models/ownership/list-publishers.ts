import { callChain } from "../../chain/revert.ts";
import { readOwners } from "./read-owners.ts";
import type { ModelOwners, ReadOwnersOptions } from "./read-owners.ts";

const PAGE = 500;

export interface ListPublishersOptions extends ReadOwnersOptions {
  /** How many to give at most. Default 1000. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** Who may publish a model. */
export interface PublisherList extends ModelOwners {
  /** Whom the owner lets publish and renew, besides itself; in no order that lasts. */
  readonly publishers: readonly string[];
  /** How many there are in all. */
  readonly total: number;
}

/**
 * Lists the accounts that the owner lets publish.
 * @throws ScrimshawError `models.model-unknown`, errors of the room `chain`
 */
export async function listPublishers(options: ListPublishersOptions): Promise<PublisherList> {
  const { registry, limit = 1000, signal } = options;
  const owners = await readOwners(options);
  const { modelId } = owners;
  const call = <T>(read: () => Promise<T>): Promise<T> =>
    callChain({ what: "list publishers", call: read, interfaces: [registry.interface] });
  const total = Number(await call(() => registry.publisherCount(modelId)));
  const publishers: string[] = [];
  const end = Math.min(limit, total);
  while (publishers.length < end) {
    signal?.throwIfAborted();
    const from = publishers.length;
    const most = Math.min(PAGE, end - from);
    const page = await call(() => registry.publishers(modelId, from, most));
    if (page.length === 0) break;
    publishers.push(...page.slice(0, most));
  }
  return { ...owners, publishers, total };
}
