import { columnPieces, layoutOfSize, type QuiltLayout } from "./quilt-layout.ts";

/** Where a quilt's columns are read from: memory here, a file at the local aggregator. */
export interface ColumnSource {
  readonly layout: QuiltLayout;
  /** `length` bytes that begin `offset` bytes into `column` and run on through those after it; never more than the quilt holds. */
  read(place: ColumnRange): Promise<Uint8Array>;
}

export interface ColumnRange {
  readonly column: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Columns of a quilt in memory.
 * @throws ScrimshawError `walrus.quilt-invalid`, `walrus.shard-count-invalid`
 */
export function columnsInMemory({
  bytes,
  nShards,
}: {
  readonly bytes: Uint8Array;
  readonly nShards: number;
}): ColumnSource {
  const layout = layoutOfSize({ size: bytes.length, nShards });
  const read = ({ column, offset, length }: ColumnRange): Promise<Uint8Array> => {
    const result = new Uint8Array(length);
    for (const { at, from, length: piece } of columnPieces({ layout, column, offset, length })) {
      result.set(bytes.subarray(at, at + piece), from);
    }
    return Promise.resolve(result);
  };
  return { layout, read };
}
