import { ScrimshawError } from "../../errors.ts";

/** Answers that are held in memory at most. */
export const MAX_ANSWERS = 1_000_000;
/** About as many come of one proof in a batch. */
const ANSWERS_OF_A_PROOF = 8;

/**
 * Checks that the answers about so many proofs can be held beside those there are: whoever settles a batch decides how many proofs are in it.
 * @throws ScrimshawError `proofs.audit-too-large`
 */
export function requireRoom({ answers, proofs }: { readonly answers: number; readonly proofs: number }): void {
  const more = proofs * ANSWERS_OF_A_PROOF;
  if (answers + more <= MAX_ANSWERS) return;
  throw new ScrimshawError({
    code: "proofs.audit-too-large",
    expected: `at most ${MAX_ANSWERS} answers of one audit`,
    found: `${answers}, and about ${more} of the ${proofs} proofs of the next batch`,
    next: "Audit a sample of each batch (--sample), or fewer blocks at a time.",
  });
}
