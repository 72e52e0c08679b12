import type { ExitCode } from "./command.ts";
import type { AuditReport, CheckStatus } from "../proofs/audit/report.ts";

export const EXIT_CODE: Readonly<Record<AuditReport["outcome"], ExitCode>> = { passed: 0, failed: 1, incomplete: 2 };

/** Each as wide as the longest. */
export const CHECK_WORD: Readonly<Record<CheckStatus, string>> = {
  passed: "passed     ",
  failed: "FAILED     ",
  "not-checked": "not checked",
};
