import type { ChainCommittee } from "./chain-committee.ts";

const KEY_DIGITS = 192;

/** Weights by key: two members may have the same one. */
function weightsByKey({ publicKeys, weights }: ChainCommittee): Map<string, number> {
  const byKey = new Map<string, number>();
  weights.forEach((weight, place) => {
    const key = publicKeys.slice(2 + KEY_DIGITS * place, 2 + KEY_DIGITS * (place + 1));
    byKey.set(key, (byKey.get(key) ?? 0) + weight);
  });
  return byKey;
}

/** The last second of the year 9999: a file or a node may say any number. */
const LAST_SECOND = 253_402_300_799n;

const time = (seconds: bigint): string =>
  seconds > LAST_SECOND ? `second ${seconds.toString()}` : new Date(Number(seconds) * 1000).toISOString();

/** A committee in lines for people. */
export function describeCommittee({ epoch, startsAt, duration, nShards, weights }: ChainCommittee): readonly string[] {
  // Not by spreading them: a node may name any number of members.
  const [least, most] = weights.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [Infinity, 0]);
  const share = least === most ? `${most} of ${nShards} shards each` : `${least} to ${most} of ${nShards} shards`;
  return [
    `epoch        ${epoch}, from ${time(startsAt)} on, for ${duration} seconds`,
    `members      ${weights.length}, with ${share}`,
  ];
}

/** What is different in a committee from the one before it, in a line. */
export function describeChange(before: ChainCommittee, after: ChainCommittee): string {
  const [old, now] = [weightsByKey(before), weightsByKey(after)];
  const joined = [...now].filter(([key]) => !old.has(key));
  const left = [...old].filter(([key]) => !now.has(key));
  const shards = (list: readonly (readonly [string, number])[]): number =>
    list.reduce((sum, [, weight]) => sum + weight, 0);
  const moved = [...now].filter(([key, weight]) => old.has(key) && old.get(key) !== weight);
  return (
    `changes      since epoch ${before.epoch}: ${joined.length} keys joined with ${shards(joined)} shards, ` +
    `${left.length} left with ${shards(left)}, ${moved.length} hold more or fewer`
  );
}
