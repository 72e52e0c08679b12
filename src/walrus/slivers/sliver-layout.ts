import type { BlobId } from "../blob-id.ts";
import { encodingParameters, symbolSize } from "../encoding-parameters.ts";

/** A sliver is a row (primary) or a column (secondary) of the encoded blob. */
export type Axis = "primary" | "secondary";

export function isAxis(text: string): text is Axis {
  return text === "primary" || text === "secondary";
}

/** Bytes of a number in BCS's variable length. */
export function uleb128(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return Buffer.from(bytes);
}

/** The sizes of a blob's slivers, all of an axis alike. */
export interface SliverShape {
  readonly nShards: number;
  readonly symbolSize: number;
  /** Symbols of a sliver. */
  readonly symbols: Readonly<Record<Axis, number>>;
  /** Bytes of a sliver in BCS: length-prefixed symbols, then symbol size and sliver index as u16. */
  readonly length: Readonly<Record<Axis, number>>;
}

/** @throws ScrimshawError `walrus.blob-too-large` */
export function sliverShape({ size, nShards }: { readonly size: number; readonly nShards: number }): SliverShape {
  const { rows, columns } = encodingParameters(nShards);
  const bytes = symbolSize({ size, nShards });
  const length = (symbols: number): number => uleb128(symbols * bytes).length + symbols * bytes + 4;
  return {
    nShards,
    symbolSize: bytes,
    symbols: { primary: columns, secondary: rows },
    length: { primary: length(columns), secondary: length(rows) },
  };
}

/** A sliver's index on its axis: pair p holds primary sliver p and secondary sliver n - 1 - p. */
export function sliverIndex({
  pair,
  axis,
  nShards,
}: {
  readonly pair: number;
  readonly axis: Axis;
  readonly nShards: number;
}): number {
  return axis === "primary" ? pair : nShards - 1 - pair;
}

/** The symbols of a sliver in BCS; undefined if it is not the sliver of that pair and shape. */
export function sliverSymbols({
  bytes,
  shape,
  axis,
  pair,
}: {
  readonly bytes: Uint8Array;
  readonly shape: SliverShape;
  readonly axis: Axis;
  readonly pair: number;
}): Uint8Array | undefined {
  const data = shape.symbols[axis] * shape.symbolSize;
  const prefix = uleb128(data);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.length !== shape.length[axis] || !view.subarray(0, prefix.length).equals(prefix)) return undefined;
  const end = prefix.length + data;
  const index = sliverIndex({ pair, axis, nShards: shape.nShards });
  if (view.readUInt16LE(end) !== shape.symbolSize || view.readUInt16LE(end + 2) !== index) return undefined;
  return view.subarray(prefix.length, end);
}

/** The index that a sliver in BCS names. */
export function namedIndex(bytes: Uint8Array): number | undefined {
  return bytes.length < 4 ? undefined : Buffer.from(bytes.subarray(-2)).readUInt16LE();
}

function rotation({ blobId, nShards }: { readonly blobId: BlobId; readonly nShards: number }): number {
  return Buffer.from(blobId, "base64url").reduce((rest, byte) => (rest * 256 + byte) % nShards, 0);
}

/** The shard that holds a sliver pair of a blob: pairs are turned by the Blob ID (walrus-core `SliverPairIndex::to_shard_index`). */
export function shardOfPair({
  pair,
  blobId,
  nShards,
}: {
  readonly pair: number;
  readonly blobId: BlobId;
  readonly nShards: number;
}): number {
  return (pair + rotation({ blobId, nShards })) % nShards;
}

/** The sliver pair of a blob that a shard holds. */
export function pairOfShard({
  shard,
  blobId,
  nShards,
}: {
  readonly shard: number;
  readonly blobId: BlobId;
  readonly nShards: number;
}): number {
  return (shard + nShards - rotation({ blobId, nShards })) % nShards;
}
