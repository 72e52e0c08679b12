import { blake2b } from "@noble/hashes/blake2.js";

const EMPTY = Buffer.alloc(32);

function hash(...parts: readonly Uint8Array[]): Uint8Array {
  return blake2b(Buffer.concat(parts), { dkLen: 32 });
}

/** Levels of Walrus's Merkle tree, leaves first, the root last (walrus-core `merkle.rs`). An odd level is padded with an empty node. */
function levelsOf(leaves: readonly Uint8Array[]): Uint8Array[][] {
  const levels = [leaves.map((leaf) => hash(Buffer.of(0), leaf))];
  for (let level = levels[0] ?? []; level.length > 1; level = levels.at(-1) ?? []) {
    const above: Uint8Array[] = [];
    for (let place = 0; place < level.length; place += 2) {
      above.push(hash(Buffer.of(1), level[place] ?? EMPTY, level[place + 1] ?? EMPTY));
    }
    levels.push(above);
  }
  return levels;
}

/** The root of the tree over at least one leaf, 32 bytes. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return levelsOf(leaves).at(-1)?.[0] ?? EMPTY;
}

/** The siblings on the way from a leaf to the root; undefined stands for an empty one. */
export function merklePath(leaves: readonly Uint8Array[], leaf: number): (Uint8Array | undefined)[] {
  return levelsOf(leaves)
    .slice(0, -1)
    .map((level, height) => level[(leaf >> height) ^ 1]);
}
