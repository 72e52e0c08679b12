import { formatWal, type StorageCost } from "../walrus/storage-cost.ts";
import { checkShards, type StoragePrices, type SystemSource } from "../walrus/system.ts";

export interface KnownPrices {
  readonly prices: StoragePrices;
  /** Where they were learned, for people. */
  readonly source: string;
}

/**
 * Prices as configured, else as the network tells them; undefined if neither does, which is no failure.
 * @throws ScrimshawError `walrus.shard-count-mismatch`
 */
export async function findPrices({
  configured,
  system,
  nShards,
  signal,
}: {
  readonly configured: StoragePrices | undefined;
  readonly system: SystemSource;
  /** Shards as configured, on which costs and Blob IDs depend. */
  readonly nShards: number;
  readonly signal: AbortSignal;
}): Promise<KnownPrices | undefined> {
  if (configured !== undefined) return { prices: configured, source: "the configuration" };
  const found = await system.system({ signal }).catch(() => undefined);
  signal.throwIfAborted();
  if (found !== undefined) checkShards({ system: found, nShards });
  return found?.prices === undefined ? undefined : { prices: found.prices, source: found.source };
}

/** Costs of several blobs together. */
export function sumCosts(costs: readonly StorageCost[]): {
  readonly size: number;
  readonly encodedSize: number;
  readonly total: bigint | undefined;
  readonly perEpoch: bigint | undefined;
} {
  const add = (pick: (cost: StorageCost) => bigint | undefined): bigint | undefined =>
    costs.reduce<bigint | undefined>((sum, cost) => {
      const value = pick(cost);
      return sum === undefined || value === undefined ? undefined : sum + value;
    }, 0n);
  return {
    size: costs.reduce((sum, { size }) => sum + size, 0),
    encodedSize: costs.reduce((sum, { encodedSize }) => sum + encodedSize, 0),
    total: add(({ total }) => total),
    perEpoch: add(({ perEpoch }) => perEpoch),
  };
}

/** What storing costs, for people: how many bytes are paid for, and their price. */
export function priceLines({
  costs,
  epochs,
  known,
}: {
  readonly costs: readonly StorageCost[];
  readonly epochs: number;
  readonly known: KnownPrices | undefined;
}): string[] {
  const { encodedSize, total, perEpoch } = sumCosts(costs);
  const encoded = `encoded       ${encodedSize} bytes on all shards together`;
  if (total === undefined || perEpoch === undefined || known === undefined) {
    return [encoded, "cost          unknown: set walrus.prices, or walrus.network, in hardhat.config.ts"];
  }
  return [
    encoded,
    `cost          ${formatWal(total)} for ${epochs} epochs, ${formatWal(perEpoch)} for each more, by prices of ${known.source}; gas on Sui comes on top`,
  ];
}

/** The same, with what makes small blobs dear. */
export function costLines({
  costs,
  smallest,
  ...paid
}: Parameters<typeof priceLines>[0] & {
  /** Encoded size of the smallest blob. */
  readonly smallest: number;
}): string[] {
  const lines = priceLines({ costs, ...paid });
  const small = costs.filter((cost) => cost.encodedSize < 2 * smallest).length;
  if (small > 0) {
    const many =
      small > 1 ? `; ${small} blobs here pay mostly for that: put them into one with \`walrus quilt put\`` : "";
    lines.push(`note          the smallest blob takes ${smallest} bytes encoded${many}`);
  }
  return lines;
}
