import type { ApprovalRecord, AttesterRecord } from "./records.ts";

/** Whether something counts at a time: not yet, now, or not any more; `never` if it was ended before it began. */
export type Standing = "pending" | "valid" | "ended" | "never";

export function standingOf(
  { validFrom, validUntil }: Pick<AttesterRecord | ApprovalRecord, "validFrom" | "validUntil">,
  time: bigint,
): Standing {
  if (validUntil <= validFrom) return "never";
  if (time < validFrom) return "pending";
  return time < validUntil ? "valid" : "ended";
}
