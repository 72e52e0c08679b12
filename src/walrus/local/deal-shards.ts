/** A member and the number of shards it shall hold. */
export interface Weight {
  readonly nodeId: `0x${string}`;
  readonly weight: number;
}

export interface Holding {
  readonly nodeId: `0x${string}`;
  readonly shards: readonly number[];
}

/** Deals shards out by weight, moving as few as possible: who holds some keeps them up to its weight. Sorted by node id. */
export function dealShards({
  nShards,
  weights,
  before,
}: {
  readonly nShards: number;
  readonly weights: readonly Weight[];
  readonly before: readonly Holding[];
}): Holding[] {
  const kept = weights.map(({ nodeId, weight }) => ({
    nodeId,
    weight,
    shards: (before.find((holding) => holding.nodeId === nodeId)?.shards ?? []).slice(0, weight),
  }));
  const taken = new Set(kept.flatMap(({ shards }) => shards));
  const free = Array.from({ length: nShards }, (_, shard) => shard).filter((shard) => !taken.has(shard));
  return kept
    .map(({ nodeId, weight, shards }) => ({
      nodeId,
      shards: [...shards, ...free.splice(0, weight - shards.length)].toSorted((a, b) => a - b),
    }))
    .toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
}
