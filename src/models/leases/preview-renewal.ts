import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import type { ScrimshawError } from "../../errors.ts";
import type { BlobStore } from "../../walrus/blob-store.ts";
import { storageCost } from "../../walrus/storage-cost.ts";
import type { StoragePrices, SystemSource } from "../../walrus/system.ts";
import type { ModelCache } from "../cache/model-cache.ts";
import type { ResolvedVersion } from "../resolve.ts";
import { isPaidUntil } from "./extend-lease.ts";
import { readLeases } from "./read-leases.ts";
import type { BlobLease } from "./read-leases.ts";
import { currentSystem } from "./renew-version.ts";
import { findVersionBlobs } from "./version-blobs.ts";

export interface PreviewRenewalOptions {
  readonly resolved: ResolvedVersion;
  /** Only read. */
  readonly registry: ModelRegistry;
  readonly store: BlobStore;
  readonly system: SystemSource;
  readonly epochs: number;
  /** Whose documents would be renewed too; undefined for none. */
  readonly documentsOf?: string | undefined;
  readonly cache?: ModelCache;
  readonly nShards?: number;
  readonly prices?: StoragePrices | undefined;
  /** Blobs that were counted already, for versions that share them. */
  readonly counted?: Set<string>;
  readonly signal?: AbortSignal;
}

/** What a blob's renewal would take. FROST; undefined without prices. */
export interface PlannedLease extends BlobLease {
  /** Epochs to pay for; 0 if it is paid for long enough. */
  readonly epochs: number;
  /** To extend the blob's object, as its owner can. */
  readonly extend: bigint | undefined;
  /** To pay for another object of it, as a publisher that does not own it does. */
  readonly again: bigint | undefined;
}

/** What a renewal would pay for. */
export interface RenewalPreview extends ResolvedVersion {
  readonly leases: readonly PlannedLease[];
  readonly problem: ScrimshawError | undefined;
  /** The end that would be recorded, if all goes well and it is later than the one claimed. */
  readonly wantedEnd: number;
  readonly extend: bigint | undefined;
  readonly again: bigint | undefined;
}

function sum(costs: readonly (bigint | undefined)[]): bigint | undefined {
  return costs.reduce((total, cost) => (total === undefined || cost === undefined ? undefined : total + cost), 0n);
}

/**
 * Says what `renewVersion` would pay for, and does none of it.
 * @throws ScrimshawError `models.epoch-unknown`, errors of the room `chain`
 */
export async function previewRenewal(options: PreviewRenewalOptions): Promise<RenewalPreview> {
  const { resolved, registry, store, system, epochs, documentsOf, cache, nShards = 1000, prices, signal } = options;
  const { counted = new Set<string>() } = options;
  const { epoch: now } = await currentSystem(system, signal);
  const wantedEnd = now + epochs;
  const ours = documentsOf === undefined ? undefined : ({ author }: { author: string }) => author === documentsOf;
  const { blobs, problem } = await findVersionBlobs({ resolved, registry, store, cache, documents: ours, signal });
  const leases = (await readLeases({ blobs, store, signal })).map((lease): PlannedLease => {
    const { blobId, size } = lease.blob;
    if (counted.has(blobId) || isPaidUntil(lease, wantedEnd)) return { ...lease, epochs: 0, extend: 0n, again: 0n };
    counted.add(blobId);
    const end = Math.max(lease.status?.endEpoch ?? now, now);
    const more = Math.max(wantedEnd - end, 0);
    const { perEpoch, total } = storageCost({ size, epochs, nShards, prices });
    const extend = perEpoch === undefined ? undefined : perEpoch * BigInt(more);
    return { ...lease, epochs: more, extend, again: total };
  });
  const [extend, again] = [sum(leases.map((lease) => lease.extend)), sum(leases.map((lease) => lease.again))];
  return { ...resolved, leases, problem, wantedEnd, extend, again };
}
