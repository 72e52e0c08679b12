import { isScrimshawError } from "../../errors.ts";
import { encodeLength } from "./bcs.ts";
import { refuseTwins, sortPatches } from "./encode-quilt.ts";
import { encodePatchPrefix, type Patch } from "./patch.ts";
import { encodeIndex } from "./quilt-index.ts";
import { INDEX_PREFIX_SIZE, maxPatches, smallestLayout } from "./quilt-layout.ts";

interface Sized {
  readonly patch: Patch;
  /** Bytes that the patch adds to the index. */
  readonly entry: number;
  /** Bytes that it takes in its own columns. */
  readonly columns: number;
}

function measure(patch: Patch): Sized {
  const { identifier, tags = {} } = patch;
  const entry = encodeIndex([{ identifier, tags, end: 0 }]).length - encodeIndex([]).length;
  return { patch, entry, columns: encodePatchPrefix(patch).length + patch.bytes.length };
}

/** Bytes of the quilt that would hold these patches; infinite if there is none. */
function quiltSize({ sized, nShards }: { readonly sized: readonly Sized[]; readonly nShards: number }): number {
  const frame = INDEX_PREFIX_SIZE + encodeLength(sized.length).length;
  const index = sized.reduce((sum, { entry }) => sum + entry, frame);
  try {
    const { rows, columns, symbolSize } = smallestLayout({
      sizes: [index, ...sized.map((one) => one.columns)],
      nShards,
    });
    return rows * columns * symbolSize;
  } catch (error) {
    if (isScrimshawError(error) && error.code === "walrus.quilt-too-large") return Infinity;
    throw error;
  }
}

/**
 * Divides patches, in the order of their identifiers, into as few quilts as hold them one after the other: at most 666 patches each at
 * 1000 shards, and at most `maxSize` bytes unless one patch alone is larger.
 * @throws ScrimshawError `walrus.patch-invalid`, `walrus.shard-count-invalid`
 */
export function splitPatches({
  patches,
  nShards,
  maxSize,
}: {
  readonly patches: readonly Patch[];
  readonly nShards: number;
  /** Bytes of a quilt. */
  readonly maxSize: number;
}): Patch[][] {
  const sorted = sortPatches(patches);
  refuseTwins(sorted);
  const sized = sorted.map(measure);
  const groups: Patch[][] = [];
  for (let start = 0; start < sized.length;) {
    // More patches never need a smaller quilt, so the largest group that fits is found by halving.
    let [count, beyond] = [1, Math.min(maxPatches(nShards), sized.length - start) + 1];
    while (beyond - count > 1) {
      const middle = Math.floor((count + beyond) / 2);
      if (quiltSize({ sized: sized.slice(start, start + middle), nShards }) <= maxSize) count = middle;
      else beyond = middle;
    }
    groups.push(sorted.slice(start, start + count));
    start += count;
  }
  return groups;
}
