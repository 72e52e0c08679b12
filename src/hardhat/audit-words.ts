import type { CheckOutcome, CheckStatus } from "../checks.ts";
import type { ExitCode } from "./command.ts";

export const EXIT_CODE: Readonly<Record<CheckOutcome, ExitCode>> = { passed: 0, failed: 1, incomplete: 2 };

/** Each as wide as the longest. */
export const CHECK_WORD: Readonly<Record<CheckStatus, string>> = {
  passed: "passed     ",
  failed: "FAILED     ",
  "not-checked": "not checked",
};

/** Answers that fit on a screen: beyond, failed ones are repeated at the end. */
const SCREEN = 24;

export interface DescribeChecksOptions<C> {
  /** What was audited, for the last line. */
  readonly subject: string;
  readonly checks: readonly C[];
  readonly outcome: CheckOutcome;
  /** What one line says after its status. */
  readonly line: (check: C) => string;
}

/** An audit for people: a line a check, and the outcome with its counts last. */
export function describeChecks<C extends { readonly status: CheckStatus }>(
  options: DescribeChecksOptions<C>,
): readonly string[] {
  const { subject, checks, outcome } = options;
  const line = (check: C): string => `${CHECK_WORD[check.status]}  ${options.line(check)}`;
  const of = (status: CheckStatus): readonly C[] => checks.filter((check) => check.status === status);
  const [passed, failed, open] = [of("passed").length, of("failed"), of("not-checked").length];
  return [
    ...checks.map(line),
    "",
    ...(checks.length > SCREEN ? failed.map(line) : []),
    `${subject}: ${outcome} (${passed} passed, ${failed.length} failed, ${open} not checked)`,
  ];
}
