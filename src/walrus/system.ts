import { ScrimshawError } from "../errors.ts";
import type { Committee } from "./committee.ts";

/** What storage costs, in FROST (10^-9 WAL) for each MiB of encoded size that is begun. */
export interface StoragePrices {
  /** For each epoch. */
  readonly storage: bigint;
  /** Once, for writing. */
  readonly write: bigint;
}

/** What a Walrus network says of itself. */
export interface WalrusSystem {
  readonly epoch: number;
  readonly nShards: number;
  /** When the current epoch began; undefined where nobody says. */
  readonly epochStartedAt: Date | undefined;
  /** How long epochs last; undefined where they do not follow a clock. */
  readonly epochSeconds: number | undefined;
  readonly prices: StoragePrices | undefined;
  /** Where this was learned, for people. */
  readonly source: string;
}

export interface LookupOptions {
  readonly signal?: AbortSignal;
}

/**
 * Where a store learns the network's state and its storage committee: a local network's own word, or Sui. Undefined where there is
 * none. What a status or certificate is worth, depends on it.
 */
export interface SystemSource {
  readonly system: (options?: LookupOptions) => Promise<WalrusSystem | undefined>;
  readonly committee: (options?: LookupOptions) => Promise<Committee | undefined>;
}

/**
 * Checks that Blob IDs computed at `nShards` are the network's.
 * @throws ScrimshawError `walrus.shard-count-mismatch`
 */
export function checkShards({ system, nShards }: { readonly system: WalrusSystem; readonly nShards: number }): void {
  if (system.nShards === nShards) return;
  throw new ScrimshawError({
    code: "walrus.shard-count-mismatch",
    expected: `a network of ${nShards} shards, as configured`,
    found: `${system.nShards} shards, says ${system.source}`,
    next: `Set walrus.nShards to ${system.nShards}, or SCRIMSHAW_WALRUS_SHARDS for a local network; Blob IDs depend on it.`,
  });
}

/** When an epoch begins, as far as epochs keep their length; undefined where they follow no clock. */
export function epochBeginsAt({
  system,
  epoch,
}: {
  readonly system: WalrusSystem;
  readonly epoch: number;
}): Date | undefined {
  const { epochStartedAt, epochSeconds } = system;
  if (epochStartedAt === undefined || epochSeconds === undefined) return undefined;
  const date = new Date(epochStartedAt.getTime() + (epoch - system.epoch) * epochSeconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
