import { Answers } from "../../checks.ts";
import type { CheckOutcome, CheckStatus } from "../../checks.ts";
import type { Hex } from "../statement.ts";

/** Every question that an audit answers. The names are stable: scripts match on them. */
export type CheckName =
  | "recorded"
  | "settled"
  | "not-withdrawn"
  | "anchor-time"
  | "bundle-hash"
  | "bundle-blob-id"
  | "bundle-index"
  | "root"
  | "position"
  | "evidence-hash"
  | "evidence-blob-id"
  | "binding"
  | "seal"
  | "attester"
  | "attestation"
  | "model-version"
  | "manifest-blob-id"
  | "manifest"
  | "certificate"
  | "lease"
  | "sample"
  | "rerun";

/** One answer, about one proof or (without `proofId`) about all of the subject. */
export interface Check {
  readonly check: CheckName;
  readonly status: CheckStatus;
  readonly proofId?: Hex;
  /** What was compared, or why it could not be. */
  readonly detail: string;
}

/** What was audited: one proof, one batch, or all that was recorded and settled in a range of blocks, of one model where it is named. */
export type AuditSubject =
  | { readonly kind: "proof" | "batch"; readonly id: Hex }
  | { readonly kind: "range"; readonly fromBlock: number; readonly toBlock: number; readonly modelId?: Hex };

export interface AuditReport {
  readonly subject: AuditSubject;
  /** How many were looked at; with samples not all that there are. */
  readonly proofs: number;
  readonly checks: readonly Check[];
  readonly outcome: CheckOutcome;
}

/** The answers of one audit, or about one proof of it. */
export class CheckList extends Answers<Check> {
  /** Adds `passed` or `failed` and gives `holds` back. */
  expect(holds: boolean, { check, proofId, passed, failed }: ExpectOptions): boolean {
    const subject = proofId === undefined ? {} : { proofId };
    this.add({ check, ...subject, status: holds ? "passed" : "failed", detail: holds ? passed : failed });
    return holds;
  }

  /** Adds the answers of another list. */
  take(other: CheckList): void {
    for (const check of other.checks) this.add(check);
  }

  notChecked(check: CheckName, detail: string, proofId?: Hex): void {
    this.add({ check, ...(proofId === undefined ? {} : { proofId }), status: "not-checked", detail });
  }
}

interface ExpectOptions {
  readonly check: CheckName;
  readonly proofId?: Hex;
  readonly passed: string;
  readonly failed: string;
}
