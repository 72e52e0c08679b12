import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { type ApprovalRecord, type AttesterRecord, approvalFromChain, findAttester } from "./records.ts";
import type { Hex } from "./sign-digest.ts";

const PAGE = 500;
const AT_ONCE = 16;

export interface ListOptions {
  readonly registry: AttesterRegistry;
  /** How many to leave out at the beginning. Default 0. */
  readonly offset?: number;
  /** How many to give at most. Default 100. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** Reads `[offset, offset + limit)` of a paginated list, page by page. */
async function readPages<T>(
  { offset = 0, limit = 100, signal }: ListOptions,
  { total, page }: { readonly total: number; readonly page: (from: number, most: number) => Promise<readonly T[]> },
): Promise<T[]> {
  const items: T[] = [];
  const end = Math.min(offset + limit, total);
  while (offset + items.length < end) {
    signal?.throwIfAborted();
    const most = Math.min(PAGE, end - offset - items.length);
    const read = await page(offset + items.length, most);
    if (read.length === 0) break;
    items.push(...read.slice(0, most));
  }
  return items;
}

/** A page of attesters in the order of admission, and how many there are in all. @throws ScrimshawError errors of the room `chain` */
export async function listAttesters(
  options: ListOptions,
): Promise<{ readonly attesters: readonly AttesterRecord[]; readonly total: number }> {
  const { registry, signal } = options;
  const call = <T>(read: () => Promise<T>): Promise<T> =>
    callChain({ what: "list attesters", call: read, interfaces: [registry.interface] });
  const total = Number(await call(() => registry.attesterCount()));
  const ids = await readPages(options, { total, page: (from, most) => call(() => registry.attesters(from, most)) });
  const attesters: AttesterRecord[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    signal?.throwIfAborted();
    const some = ids.slice(from, from + AT_ONCE).map((id) => findAttester(registry, id.toLowerCase() as Hex));
    attesters.push(...(await Promise.all(some)).filter((attester) => attester !== undefined));
  }
  return { attesters, total };
}

/** A page of approvals in the order of their numbers, and how many there are in all. @throws ScrimshawError errors of the room `chain` */
export async function listApprovals(
  options: ListOptions,
): Promise<{ readonly approvals: readonly ApprovalRecord[]; readonly total: number }> {
  const { registry, offset = 0 } = options;
  const call = <T>(read: () => Promise<T>): Promise<T> =>
    callChain({ what: "list approvals", call: read, interfaces: [registry.interface] });
  const total = Number(await call(() => registry.approvalCount()));
  const read = await readPages(options, { total, page: (from, most) => call(() => registry.approvals(from, most)) });
  return { approvals: read.map((one, index) => approvalFromChain(BigInt(offset + index + 1), one)), total };
}
