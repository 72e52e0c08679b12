import { outcomeOf } from "../checks.ts";
import type { CheckOutcome, CheckStatus } from "../checks.ts";
import { isScrimshawError } from "../errors.ts";

/** Every question that the verification of an attester answers. The names are stable: scripts match on them. */
export type AttesterCheck =
  | "validity"
  | "approval"
  | "document-hash"
  | "document-blob-id"
  | "document"
  | "document-key"
  | "measurement"
  | "document-time";

export interface Answer {
  readonly check: AttesterCheck;
  readonly status: CheckStatus;
  /** What was compared, or why it could not be. */
  readonly detail: string;
}

/** Collects answers in the order in which they are found. */
export class AnswerList {
  readonly answers: Answer[] = [];

  add(check: AttesterCheck, status: Answer["status"], detail: string): void {
    this.answers.push({ check, status, detail });
  }

  /** Answers with what `run` gives, or with the error that it throws. Undefined if it threw. */
  attempt<T>(
    check: AttesterCheck,
    { run, passed }: { readonly run: () => T; readonly passed: (value: T) => string },
  ): T | undefined {
    try {
      const value = run();
      this.add(check, "passed", passed(value));
      return value;
    } catch (error) {
      if (!isScrimshawError(error)) throw error;
      this.add(check, "failed", `expected ${error.expected}; found ${error.found}`);
      return undefined;
    }
  }

  get outcome(): CheckOutcome {
    return outcomeOf(this.answers);
  }
}
