import { encodedSize } from "./encoding-parameters.ts";
import type { StoragePrices } from "./system.ts";

/** Walrus sells storage in units of encoded bytes. */
const UNIT = 2 ** 20;
const UNITS_PER_COIN = 1_000_000_000n;

/** What it costs to store one blob. Sui's gas comes on top. */
export interface StorageCost {
  readonly size: number;
  /** Bytes that all shards hold together: what is paid for. */
  readonly encodedSize: number;
  /** Encoded MiB, each begun one counted. */
  readonly units: number;
  readonly epochs: number;
  /** FROST for one epoch, for the write, and for all epochs with the write; undefined without prices. */
  readonly perEpoch: bigint | undefined;
  readonly write: bigint | undefined;
  readonly total: bigint | undefined;
}

/**
 * The price of a blob, as Walrus's contracts compute it (walrus `system_state_inner.move`).
 * @throws ScrimshawError `walrus.blob-too-large`
 * @example
 * storageCost({ size: 17, epochs: 1, prices: { storage: 100n, write: 2_000n } }).total; // 132_300n
 */
export function storageCost({
  size,
  epochs,
  nShards = 1000,
  prices,
}: {
  readonly size: number;
  readonly epochs: number;
  readonly nShards?: number;
  readonly prices?: StoragePrices | undefined;
}): StorageCost {
  const encoded = encodedSize({ size, nShards });
  const units = Math.ceil(encoded / UNIT);
  const perEpoch = prices === undefined ? undefined : prices.storage * BigInt(units);
  const write = prices === undefined ? undefined : prices.write * BigInt(units);
  const total = perEpoch === undefined || write === undefined ? undefined : perEpoch * BigInt(epochs) + write;
  return { size, encodedSize: encoded, units, epochs, perEpoch, write, total };
}

/** FROST as WAL with all nine digits that matter: `0.0001323 WAL`. */
export function formatWal(frost: bigint): string {
  return formatAmount(frost, "WAL");
}

/** The same for a coin of nine decimals. */
export function formatAmount(amount: bigint, coin: "WAL" | "SUI"): string {
  const fraction = (amount % UNITS_PER_COIN).toString().padStart(9, "0").replace(/0+$/, "");
  const whole = (amount / UNITS_PER_COIN).toString();
  return `${fraction === "" ? whole : `${whole}.${fraction}`} ${coin}`;
}
