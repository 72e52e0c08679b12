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
  readonly status: "passed" | "failed" | "not-checked";
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

  /** `failed` if any check failed, else `incomplete` if any could not be made, else `passed`. */
  get outcome(): "passed" | "failed" | "incomplete" {
    if (this.answers.some(({ status }) => status === "failed")) return "failed";
    return this.answers.some(({ status }) => status === "not-checked") ? "incomplete" : "passed";
  }
}
