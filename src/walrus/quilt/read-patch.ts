import { BcsReader, type Tags } from "./bcs.ts";
import type { ColumnSource } from "./column-source.ts";
import { maskHasTags, PATCH_HEADER_SIZE } from "./patch.ts";
import type { PatchColumns } from "./patch-id.ts";
import { decodeIndex, indexLength, type PatchEntry } from "./quilt-index.ts";
import { quiltInvalid } from "./quilt-invalid.ts";
import { columnSize, INDEX_PREFIX_SIZE } from "./quilt-layout.ts";

/** A patch as it stands in its columns. */
export interface ReadPatch {
  readonly identifier: string;
  readonly tags: Tags;
  readonly bytes: Uint8Array;
}

/**
 * The entries of a quilt's index, in the order of their columns.
 * @throws ScrimshawError `walrus.quilt-invalid`
 */
export async function readIndex(source: ColumnSource): Promise<PatchEntry[]> {
  const { layout } = source;
  const prefix = await source.read({ column: 0, offset: 0, length: INDEX_PREFIX_SIZE });
  const length = indexLength({ prefix, layout });
  const bytes = await source.read({ column: 0, offset: INDEX_PREFIX_SIZE, length });
  return decodeIndex({ bytes, layout });
}

/**
 * The patch in these columns. What its header claims is held against the columns before anything is read.
 * @throws ScrimshawError `walrus.quilt-invalid`
 */
export async function readPatch({
  source,
  columns,
}: {
  readonly source: ColumnSource;
  readonly columns: PatchColumns;
}): Promise<ReadPatch> {
  const { start, end } = columns;
  const { layout } = source;
  if (start < 1 || end <= start || end > layout.columns) {
    throw quiltInvalid(`columns from 1 to ${layout.columns}`, `columns ${start} to ${end}`);
  }
  const room = (end - start) * columnSize(layout);
  let offset = 0;
  const take = async (length: number): Promise<Uint8Array> => {
    if (offset + length > room)
      throw quiltInvalid(`a patch within its ${room} bytes of columns`, `${offset + length} bytes`);
    const bytes = await source.read({ column: start, offset, length });
    offset += length;
    return bytes;
  };
  const header = Buffer.from(await take(PATCH_HEADER_SIZE));
  if (header.readUInt8(0) !== 1) throw quiltInvalid("a patch of version 1", `first byte ${header.readUInt8(0)}`);
  const size = PATCH_HEADER_SIZE + header.readUInt32LE(1);
  if (size > room) throw quiltInvalid(`a patch of at most ${room} bytes`, `${size} bytes`);
  const identifierReader = new BcsReader(await take(new BcsReader(await take(2)).u16()));
  const identifier = identifierReader.string();
  identifierReader.end();
  let tags: Tags = {};
  if (maskHasTags(header.readUInt8(5))) {
    const reader = new BcsReader(await take(new BcsReader(await take(2)).u16()));
    tags = reader.tags();
    reader.end();
  }
  if (offset > size) throw quiltInvalid(`a patch of at least ${offset} bytes, its own name and tags`, `${size} bytes`);
  return { identifier, tags, bytes: await take(size - offset) };
}
