import { ScrimshawError } from "../errors.ts";
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

/**
 * Checks that what an admitted key signs counts, now or later: an end cannot be taken back by admitting it again.
 * @throws ScrimshawError `attesters.ended`
 */
export function requireNotEnded(attester: AttesterRecord, time: bigint): void {
  const standing = standingOf(attester, time);
  if (standing === "pending" || standing === "valid") return;
  throw new ScrimshawError({
    code: "attesters.ended",
    expected: "a key that was not admitted yet, or one whose validity goes on",
    found: `attester ${attester.attesterId}, which counts until second ${attester.validUntil} and is ${standing} at ${time}`,
    next: "Admit another key: an end is never taken back.",
  });
}
