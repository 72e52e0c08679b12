import type { Mutant } from "./mutant.ts";

/** What the process that tries mutants is sent: one at a time, or none to see that the tests pass without. */
export interface MutationJob {
  readonly mutant: Mutant | undefined;
  readonly tests: readonly string[];
  readonly kind: "mocha" | "solidity";
}

/** The first test that failed; undefined if none did. `broken` says why nothing could be learned. */
export interface MutationOutcome {
  readonly caughtBy?: string | undefined;
  readonly broken?: string;
}
