import type { Timing } from "../../src/walrus/timing.ts";

/** A clock that passes only by sleeping, and no chance. */
export interface VirtualTime extends Timing {
  /** Lengths of all sleeps so far, in milliseconds. */
  readonly sleeps: number[];
  readonly pass: (milliseconds: number) => void;
}

export function virtualTime({ random = 0 }: { readonly random?: number } = {}): VirtualTime {
  let now = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    random: () => random,
    pass: (milliseconds) => void (now += milliseconds),
    sleep: (milliseconds, signal) => {
      signal?.throwIfAborted();
      now += milliseconds;
      sleeps.push(milliseconds);
      return Promise.resolve();
    },
  };
}
