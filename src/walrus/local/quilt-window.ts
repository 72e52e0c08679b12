import type { ColumnRange, ColumnSource } from "../quilt/column-source.ts";
import type { PatchColumns } from "../quilt/patch-id.ts";
import { columnPieces, type QuiltLayout } from "../quilt/quilt-layout.ts";

/**
 * Keeps some columns of a quilt whose bytes come by row after row, and nothing else of it.
 * @throws Error if the bytes end before the quilt does
 */
export async function columnWindow({
  layout,
  columns,
  pieces,
}: {
  readonly layout: QuiltLayout;
  readonly columns: PatchColumns;
  /** All bytes of the quilt, in order. */
  readonly pieces: AsyncIterable<Uint8Array>;
}): Promise<ColumnSource> {
  const { rows, symbolSize } = layout;
  const rowSize = layout.columns * symbolSize;
  const skipped = columns.start * symbolSize;
  const width = (columns.end - columns.start) * symbolSize;
  const window = new Uint8Array(rows * width);
  let position = 0;
  for await (const piece of pieces) {
    const end = position + piece.length;
    for (let row = Math.floor(position / rowSize); row < rows && row * rowSize < end; row += 1) {
      const from = row * rowSize + skipped;
      const [low, high] = [Math.max(from, position), Math.min(from + width, end)];
      if (low < high) window.set(piece.subarray(low - position, high - position), row * width + low - from);
    }
    position = end;
  }
  if (position !== rows * rowSize) throw new Error(`a quilt of ${rows * rowSize} bytes broke off after ${position}`);
  const inside = { ...layout, columns: columns.end - columns.start };
  const read = ({ column, offset, length }: ColumnRange): Promise<Uint8Array> => {
    const result = new Uint8Array(length);
    const place = column - columns.start;
    for (const { at, from, length: size } of columnPieces({ layout: inside, column: place, offset, length })) {
      result.set(window.subarray(at, at + size), from);
    }
    return Promise.resolve(result);
  };
  return { layout, read };
}
