/** An answer of an audit: `not-checked` where a question could not be asked. */
export type CheckStatus = "passed" | "failed" | "not-checked";

/** `failed` if any check failed, else `incomplete` if any could not be made, else `passed`. */
export type CheckOutcome = "passed" | "failed" | "incomplete";

export function outcomeOf(checks: readonly { readonly status: CheckStatus }[]): CheckOutcome {
  if (checks.some(({ status }) => status === "failed")) return "failed";
  return checks.some(({ status }) => status === "not-checked") ? "incomplete" : "passed";
}

/** Collects answers in the order in which they are found, and tells whoever listens. */
export class Answers<Answer extends { readonly status: CheckStatus }> {
  readonly checks: Answer[] = [];
  readonly #onCheck: ((check: Answer) => void) | undefined;

  constructor(onCheck?: (check: Answer) => void) {
    this.#onCheck = onCheck;
  }

  add(check: Answer): void {
    this.checks.push(check);
    this.#onCheck?.(check);
  }
}
