/** Tests that one process runs together; `grep` chooses among them by their titles. */
export type Job =
  | { readonly kind: "solidity"; readonly files: readonly string[]; readonly grep: string | undefined }
  | { readonly kind: "mocha"; readonly file: string; readonly grep: string | undefined };

/** What became of a job. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** Titles of tests that failed, as far as they are known. */
  readonly failures: readonly string[];
}
