import { ScrimshawError } from "../../errors.ts";
import { encodePatchPrefix, type Patch } from "./patch.ts";
import { encodeIndex, type PatchEntry } from "./quilt-index.ts";
import { columnPieces, columnSize, type QuiltLayout, smallestLayout, tooLarge } from "./quilt-layout.ts";
import { quiltEmpty } from "./stored-quilt.ts";

/** Largest blob whose Blob ID can be computed. */
const LARGEST_QUILT = 2 ** 31;

/** A quilt before it is a blob. */
export interface EncodedQuilt {
  /** What is stored as one blob. */
  readonly bytes: Uint8Array;
  readonly layout: QuiltLayout;
  /** In the order of the identifiers' UTF-8 bytes. */
  readonly entries: readonly PatchEntry[];
}

/** Patches in the order in which a quilt holds them. */
export function sortPatches(patches: readonly Patch[]): Patch[] {
  const keyed = patches.map((patch) => ({ patch, key: Buffer.from(patch.identifier, "utf8") }));
  return keyed.toSorted((a, b) => Buffer.compare(a.key, b.key)).map(({ patch }) => patch);
}

/**
 * @param sorted patches as `sortPatches` gives them
 * @throws ScrimshawError `walrus.patch-invalid` for two of one identifier
 */
export function refuseTwins(sorted: readonly Patch[]): void {
  const twin = sorted.find(({ identifier }, place) => identifier === sorted[place + 1]?.identifier);
  if (twin === undefined) return;
  throw new ScrimshawError({
    code: "walrus.patch-invalid",
    expected: "every identifier once",
    found: `${JSON.stringify(twin.identifier.slice(0, 80))} twice`,
    next: "Rename one of the files.",
  });
}

/**
 * Lays patches out as one quilt of version 1, byte by byte as Walrus's own encoder does, so that the same patches have the same Blob
 * ID everywhere. The order in which they are given does not matter.
 * @throws ScrimshawError `walrus.patch-invalid`, `walrus.quilt-empty`, `walrus.quilt-too-large`, `walrus.shard-count-invalid`
 * @example
 * const { bytes, entries } = encodeQuilt({ patches: [{ identifier: "a.txt", bytes: a }], nShards: 1000 });
 */
export function encodeQuilt({
  patches,
  nShards,
  maxSize = LARGEST_QUILT,
}: {
  readonly patches: readonly Patch[];
  readonly nShards: number;
  /** Bytes of the quilt, refused before they are allocated: one large patch among 665 small ones makes 667 times its size. */
  readonly maxSize?: number;
}): EncodedQuilt {
  if (patches.length === 0) throw quiltEmpty();
  const sorted = sortPatches(patches);
  refuseTwins(sorted);
  const written = sorted.map((patch) => ({ patch, prefix: encodePatchPrefix(patch) }));
  const placeless = sorted.map(({ identifier, tags = {} }) => ({ identifier, tags, start: 0, end: 0 }));
  const indexSize = encodeIndex(placeless).length;
  const sizes = written.map(({ patch, prefix }) => prefix.length + patch.bytes.length);
  const layout = smallestLayout({ sizes: [indexSize, ...sizes], nShards });
  const size = layout.rows * layout.columns * layout.symbolSize;
  if (size > maxSize) throw tooLarge(`a quilt of at most ${maxSize} bytes`, `${size} bytes with these patches`);
  const bytes = new Uint8Array(size);
  let column = Math.ceil(indexSize / columnSize(layout));
  const entries: PatchEntry[] = [];
  for (const { patch, prefix } of written) {
    const { identifier, tags = {} } = patch;
    const length = prefix.length + patch.bytes.length;
    write({ bytes, layout, column, offset: 0, data: prefix });
    write({ bytes, layout, column, offset: prefix.length, data: patch.bytes });
    const end = column + Math.ceil(length / columnSize(layout));
    entries.push({ identifier, tags, start: column, end });
    column = end;
  }
  write({ bytes, layout, column: 0, offset: 0, data: encodeIndex(entries) });
  return { bytes, layout, entries };
}

function write({
  bytes,
  layout,
  column,
  offset,
  data,
}: {
  readonly bytes: Uint8Array;
  readonly layout: QuiltLayout;
  readonly column: number;
  readonly offset: number;
  readonly data: Uint8Array;
}): void {
  for (const { at, from, length } of columnPieces({ layout, column, offset, length: data.length })) {
    bytes.set(data.subarray(from, from + length), at);
  }
}
