import { isScrimshawError } from "../../errors.ts";
import { encodedSize, encodingParameters } from "../encoding-parameters.ts";
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

/** Taking patches apart must spare at least a tenth, or the plain division stands. */
const WORTH_IT = 0.9;

interface Limits {
  readonly nShards: number;
  readonly maxSize: number;
}

/** Groups of consecutive patches, each as large as a quilt takes them. */
function inOrder(sized: readonly Sized[], { nShards, maxSize }: Limits): Sized[][] {
  const groups: Sized[][] = [];
  for (let start = 0; start < sized.length;) {
    // More patches never need a smaller quilt, so the largest group that fits is found by halving.
    let [count, beyond] = [1, Math.min(maxPatches(nShards), sized.length - start) + 1];
    while (beyond - count > 1) {
      const middle = Math.floor((count + beyond) / 2);
      if (quiltSize({ sized: sized.slice(start, start + middle), nShards }) <= maxSize) count = middle;
      else beyond = middle;
    }
    groups.push(sized.slice(start, start + count));
    start += count;
  }
  return groups;
}

/** What is paid for: the encoded bytes of all quilts. */
function costOf(groups: readonly (readonly Sized[])[], { nShards }: Limits): number {
  const { maxBlobSize } = encodingParameters(nShards);
  return groups.reduce((sum, sized) => {
    const size = quiltSize({ sized, nShards });
    return sum + (size > maxBlobSize ? Infinity : encodedSize({ size, nShards }));
  }, 0);
}

/**
 * All columns of a quilt have one length, so that a large patch among many small ones makes it many times as large as its files. Where
 * it costs less, the largest patches go into quilts of their own.
 */
function divide(sized: readonly Sized[], limits: Limits): Sized[][] {
  const together = inOrder(sized, limits);
  const bySize = sized.toSorted((a, b) => b.columns - a.columns);
  let cheapest: { readonly cost: number; readonly parts: readonly Sized[][] } = {
    cost: costOf(together, limits),
    parts: [],
  };
  for (let count = 1; count < sized.length; count *= 2) {
    const large = new Set(bySize.slice(0, count));
    const parts = [sized.filter((one) => large.has(one)), sized.filter((one) => !large.has(one))];
    const cost = parts.reduce((sum, part) => sum + costOf(inOrder(part, limits), limits), 0);
    if (cost < WORTH_IT * cheapest.cost) cheapest = { cost, parts };
  }
  return cheapest.parts.length === 0 ? together : cheapest.parts.flatMap((part) => divide(part, limits));
}

/**
 * Divides patches into quilts: at most 666 patches each at 1000 shards, and at most `maxSize` bytes unless one patch alone is larger. The
 * same patches are always divided alike, whatever order they come in.
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
  const groups = divide(sorted.map(measure), { nShards, maxSize });
  return groups.map((group) => group.map(({ patch }) => patch));
}
