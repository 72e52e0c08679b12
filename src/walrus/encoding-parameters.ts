import { ScrimshawError } from "../errors.ts";

/** Largest RedStuff symbol in bytes (walrus-core `encoding/config.rs`). */
const MAX_SYMBOL_SIZE = 65_534;
/** Digests of one sliver pair, and the fixed part of the metadata, in bytes (Walrus `redstuff.move`). */
const PAIR_DIGESTS_SIZE = 64;
const METADATA_FIXED_SIZE = 32;

/** The shape that RedStuff gives a blob in a system of `nShards` shards. */
export interface EncodingParameters {
  readonly nShards: number;
  /** Shards that may be faulty: floor((n - 1) / 3). */
  readonly maxFaulty: number;
  /** Rows of the source matrix, primary slivers that hold source data: n - 2f. */
  readonly rows: number;
  /** Columns of the source matrix: n - f. */
  readonly columns: number;
  /** Largest blob in bytes that symbols of 65,534 bytes can hold. */
  readonly maxBlobSize: number;
}

/**
 * @throws ScrimshawError `walrus.shard-count-invalid`
 */
export function encodingParameters(nShards: number): EncodingParameters {
  if (!Number.isInteger(nShards) || nShards < 1 || nShards > 65_535) {
    throw new ScrimshawError({
      code: "walrus.shard-count-invalid",
      expected: "a whole number of shards from 1 to 65535",
      found: String(nShards),
      next: "Use 1000, the shard count of mainnet and testnet.",
    });
  }
  const maxFaulty = Math.floor((nShards - 1) / 3);
  const rows = nShards - 2 * maxFaulty;
  const columns = nShards - maxFaulty;
  return { nShards, maxFaulty, rows, columns, maxBlobSize: rows * columns * MAX_SYMBOL_SIZE };
}

/**
 * Bytes of one symbol for a blob of `size` bytes.
 * @throws ScrimshawError `walrus.blob-too-large`
 */
export function symbolSize({ size, nShards }: { readonly size: number; readonly nShards: number }): number {
  const { rows, columns, maxBlobSize } = encodingParameters(nShards);
  if (size > maxBlobSize) throw blobTooLarge({ size, limit: maxBlobSize, why: `at ${nShards} shards` });
  const even = Math.ceil(Math.max(size, 1) / (rows * columns));
  return even + (even % 2);
}

/**
 * Bytes that a blob of `size` bytes takes on all shards together, which is what storage is paid for.
 * @throws ScrimshawError `walrus.blob-too-large`
 */
export function encodedSize({ size, nShards }: { readonly size: number; readonly nShards: number }): number {
  const { rows, columns } = encodingParameters(nShards);
  const sliverBytes = (rows + columns) * symbolSize({ size, nShards });
  return nShards * (sliverBytes + nShards * PAIR_DIGESTS_SIZE + METADATA_FIXED_SIZE);
}

/** Weight that certifies a blob: the smallest w with 3w >= 2n + 1. */
export function quorumWeight(nShards: number): number {
  return Math.ceil((2 * nShards + 1) / 3);
}

/** Weight that holds at least one honest signer: the smallest w with 3w >= n + 1. */
export function oneHonestWeight(nShards: number): number {
  return Math.ceil((nShards + 1) / 3);
}

export function blobTooLarge({
  size,
  limit,
  why,
}: {
  readonly size: number;
  readonly limit: number;
  readonly why: string;
}): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.blob-too-large",
    expected: `a blob of at most ${limit} bytes ${why}`,
    found: `${size} bytes`,
    next: "Split the data into several blobs.",
  });
}
