import { ScrimshawError } from "../../errors.ts";
import { encodingParameters } from "../encoding-parameters.ts";
import { quiltInvalid } from "./quilt-invalid.ts";

/** Largest RedStuff symbol, and what its size is a multiple of (walrus-core `encoding/config.rs`). */
const MAX_SYMBOL_SIZE = 65_534;
const SYMBOL_ALIGNMENT = 2;

/** Version and length of the index stand before it, in its first column. */
export const INDEX_PREFIX_SIZE = 5;

/** The index takes at most this many columns (walrus-core `quilt_encoding.rs`). */
export const MAX_INDEX_COLUMNS = 10;

/**
 * How a quilt lies in RedStuff's source matrix: bytes run down a column symbol by symbol, then down the next one, while the blob is
 * written row by row. So every patch has its own columns, which are secondary slivers.
 */
export interface QuiltLayout {
  readonly rows: number;
  readonly columns: number;
  /** Bytes of one cell of the matrix. */
  readonly symbolSize: number;
}

/** Bytes of one column. */
export function columnSize({ rows, symbolSize }: QuiltLayout): number {
  return rows * symbolSize;
}

/** Patches that one quilt holds at most: one a column, and one column for the index. 666 at 1000 shards. */
export function maxPatches(nShards: number): number {
  return encodingParameters(nShards).columns - 1;
}

/**
 * The layout of a quilt of `size` bytes.
 * @throws ScrimshawError `walrus.quilt-invalid`, `walrus.shard-count-invalid`
 */
export function layoutOfSize({ size, nShards }: { readonly size: number; readonly nShards: number }): QuiltLayout {
  const { rows, columns } = encodingParameters(nShards);
  const symbolSize = size / (rows * columns);
  if (size === 0 || !Number.isInteger(symbolSize)) {
    throw quiltInvalid(`a multiple of ${rows * columns} bytes, as quilts have at ${nShards} shards`, `${size} bytes`);
  }
  return { rows, columns, symbolSize };
}

function fits({
  sizes,
  columns,
  column,
}: {
  readonly sizes: readonly number[];
  readonly columns: number;
  readonly column: number;
}): boolean {
  let needed = 0;
  for (const size of sizes) needed += Math.ceil(size / column);
  return needed <= columns;
}

/**
 * The smallest layout in which index and patches, each in columns of its own, have room. Every encoder must choose the same, or the
 * same files get another Blob ID.
 * @param sizes of the index first, then of the patches with their prefixes, in bytes
 * @throws ScrimshawError `walrus.quilt-too-large`, `walrus.shard-count-invalid`
 */
export function smallestLayout({
  sizes,
  nShards,
}: {
  readonly sizes: readonly number[];
  readonly nShards: number;
}): QuiltLayout {
  const { rows, columns } = encodingParameters(nShards);
  const [index = 0] = sizes;
  if (sizes.length > columns) {
    throw tooLarge(`at most ${columns - 1} patches in a quilt at ${nShards} shards`, `${sizes.length - 1}`);
  }
  let total = 0;
  let largest = 0;
  for (const size of sizes) {
    total += size;
    largest = Math.max(largest, size);
  }
  let low = Math.max(
    Math.ceil(total / (columns * rows)),
    Math.ceil(index / (rows * MAX_INDEX_COLUMNS)),
    Math.ceil(INDEX_PREFIX_SIZE / rows),
  );
  let high = Math.ceil(largest / (Math.floor(columns / sizes.length) * rows));
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits({ sizes, columns, column: middle * rows })) high = middle;
    else low = middle + 1;
  }
  const symbolSize = Math.ceil(low / SYMBOL_ALIGNMENT) * SYMBOL_ALIGNMENT;
  if (symbolSize > MAX_SYMBOL_SIZE) {
    throw tooLarge(`patches that fit in symbols of ${MAX_SYMBOL_SIZE} bytes`, `${symbolSize} bytes needed`);
  }
  return { rows, columns, symbolSize };
}

export function tooLarge(expected: string, found: string): ScrimshawError {
  const next = "Put the files into several quilts, and large files into blobs of their own.";
  return new ScrimshawError({ code: "walrus.quilt-too-large", expected, found, next });
}

/** A piece of a column, and where it lies in the quilt's bytes. */
export interface ColumnPiece {
  /** Offset in the quilt. */
  readonly at: number;
  /** Offset among the bytes that are read or written. */
  readonly from: number;
  readonly length: number;
}

/** The pieces that make up `length` bytes, `offset` bytes into column `column` and on through those after it. */
export function* columnPieces({
  layout,
  column,
  offset,
  length,
}: {
  readonly layout: QuiltLayout;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
}): Generator<ColumnPiece> {
  const { rows, columns, symbolSize } = layout;
  let from = 0;
  while (from < length) {
    const position = offset + from;
    const symbol = Math.floor(position / symbolSize);
    const within = position % symbolSize;
    const row = symbol % rows;
    const place = column + Math.floor(symbol / rows);
    const piece = Math.min(symbolSize - within, length - from);
    yield { at: (row * columns + place) * symbolSize + within, from, length: piece };
    from += piece;
  }
}
