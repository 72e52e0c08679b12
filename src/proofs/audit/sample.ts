import { createHash, randomBytes } from "node:crypto";
import type { Hex } from "../statement.ts";

/** How sure a sample is to have met a bad proof. */
export const CONFIDENCE = 0.95;

export interface Sample {
  /** Places in the batch, in order. */
  readonly indexes: readonly number[];
  /** Given again, it draws the same places. Nobody knows it before the audit, so nobody can hide between them. */
  readonly seed: Hex;
}

/** Draws `size` of `count` places: those with the least SHA-256 of seed and place. */
export function drawSample({
  count,
  size,
  seed = `0x${randomBytes(32).toString("hex")}`,
}: {
  readonly count: number;
  readonly size: number;
  readonly seed?: Hex | undefined;
}): Sample {
  const ticket = (index: number): string => createHash("sha256").update(`${seed} ${index}`).digest("hex");
  const drawn = Array.from({ length: count }, (_, index) => ({ index, ticket: ticket(index) }))
    .sort((a, b) => (a.ticket < b.ticket ? -1 : 1))
    .slice(0, size);
  return { indexes: drawn.map(({ index }) => index).sort((a, b) => a - b), seed };
}

/**
 * The least number of bad proofs among `count` of which a sample of `size` meets one with a probability of at least `CONFIDENCE`. By
 * the hypergeometric distribution: with k bad ones a sample meets none with probability C(count - k, size) / C(count, size).
 */
export function ruledOut({ count, size }: { readonly count: number; readonly size: number }): number {
  let none = 1;
  for (let bad = 1; bad <= count; bad += 1) {
    none *= Math.max(0, count - size - bad + 1) / (count - bad + 1);
    if (none <= 1 - CONFIDENCE) return bad;
  }
  return count;
}
