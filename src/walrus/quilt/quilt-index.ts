import { BcsReader, encodeLength, encodeString, encodeTags, encodeU16, type Tags } from "./bcs.ts";
import type { PatchColumns } from "./patch-id.ts";
import { quiltInvalid } from "./quilt-invalid.ts";
import { columnSize, INDEX_PREFIX_SIZE, MAX_INDEX_COLUMNS, type QuiltLayout } from "./quilt-layout.ts";

/** What a quilt's index says of a patch. */
export interface PatchEntry extends PatchColumns {
  readonly identifier: string;
  readonly tags: Tags;
}

const VERSION = 1;

/** The index as it stands at the beginning of a quilt, version and length first. Start columns are not written: patches adjoin. */
export function encodeIndex(entries: readonly Omit<PatchEntry, "start">[]): Uint8Array {
  const parts = entries.flatMap(({ end, identifier, tags }) => [
    encodeU16(end),
    encodeString(identifier),
    encodeTags(tags),
  ]);
  const index = Buffer.concat([encodeLength(entries.length), ...parts]);
  const prefix = Buffer.alloc(INDEX_PREFIX_SIZE);
  prefix.writeUInt8(VERSION, 0);
  prefix.writeUInt32LE(index.length, 1);
  return Buffer.concat([prefix, index]);
}

/**
 * The length of the index from the five bytes before it, bounded by the columns that it may take.
 * @throws ScrimshawError `walrus.quilt-invalid`
 */
export function indexLength({ prefix, layout }: { readonly prefix: Uint8Array; readonly layout: QuiltLayout }): number {
  const view = Buffer.from(prefix.buffer, prefix.byteOffset, prefix.length);
  const version = view.readUInt8(0);
  if (version !== VERSION) throw quiltInvalid(`a quilt of version ${VERSION}`, `first byte ${version}`);
  const length = view.readUInt32LE(1);
  const limit = columnSize(layout) * Math.min(MAX_INDEX_COLUMNS, layout.columns) - INDEX_PREFIX_SIZE;
  if (length > limit) throw quiltInvalid(`an index of at most ${limit} bytes`, `${length} bytes`);
  return length;
}

/**
 * The entries of an index, with every patch in columns of its own and every identifier once.
 * @throws ScrimshawError `walrus.quilt-invalid`
 */
export function decodeIndex({
  bytes,
  layout,
}: {
  readonly bytes: Uint8Array;
  readonly layout: QuiltLayout;
}): PatchEntry[] {
  const reader = new BcsReader(bytes);
  const count = reader.length();
  const entries: PatchEntry[] = [];
  const identifiers = new Set<string>();
  let start = Math.ceil((INDEX_PREFIX_SIZE + bytes.length) / columnSize(layout));
  for (let place = 0; place < count; place += 1) {
    const end = reader.u16();
    const identifier = reader.string();
    const tags = reader.tags();
    if (end <= start || end > layout.columns) {
      throw quiltInvalid(`a patch that ends in columns ${start + 1} to ${layout.columns}`, `column ${end}`);
    }
    if (identifiers.has(identifier)) {
      throw quiltInvalid("every identifier once", `${JSON.stringify(identifier.slice(0, 80))} twice`);
    }
    identifiers.add(identifier);
    entries.push({ identifier, tags, start, end });
    start = end;
  }
  reader.end();
  return entries;
}
