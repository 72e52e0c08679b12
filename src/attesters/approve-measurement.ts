import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { ScrimshawError } from "../errors.ts";
import { newestTime } from "./newest-time.ts";
import { type ApprovalRecord, findApproval, findNewestApproval } from "./records.ts";
import { type ChangeOptions, type SentTransaction, sendChange } from "./send-change.ts";
import type { Hex } from "./sign-digest.ts";

export interface ApproveMeasurementOptions extends ChangeOptions {
  /** Connected to an account that the registry's access manager admits. */
  readonly registry: AttesterRegistry;
  readonly measurement: Hex;
  /** Unix seconds; 0 for the block's time. */
  readonly validFrom: bigint;
  /** Unix seconds, exclusive. */
  readonly validUntil: bigint;
  /** What it is, for people: at most 256 bytes, kept in the event. */
  readonly note: string;
}

export interface ApprovalChange {
  readonly approval: ApprovalRecord;
  /** Undefined if nothing had to be sent. */
  readonly transaction: SentTransaction | undefined;
}

/**
 * Approves a measurement, so that attesters with it may be admitted. An approval that has not ended is given back as it is.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function approveMeasurement(options: ApproveMeasurementOptions): Promise<ApprovalChange> {
  const { registry, measurement, validFrom, validUntil, note } = options;
  const standing = await findNewestApproval(registry, measurement);
  if (standing !== undefined && standing.validUntil > (await newestTime(registry)))
    return { approval: standing, transaction: undefined };
  const send = () => registry.approveMeasurement(measurement, validFrom, validUntil, note);
  const transaction = await sendChange("approve the measurement", send, options);
  const approval = await findNewestApproval(registry, measurement);
  if (approval === undefined) throw unknownApproval(measurement);
  return { approval, transaction };
}

export interface CloseApprovalOptions extends ChangeOptions {
  readonly registry: AttesterRegistry;
  readonly approvalId: bigint;
  /** From when on its attesters are no longer believed, in Unix seconds; default: the newest block's time. */
  readonly closedAt?: bigint;
  /** For people: at most 256 bytes, kept in the event. */
  readonly reason: string;
}

/**
 * Closes an approval from a time on, and with it the validity of all its attesters.
 * @throws ScrimshawError `attesters.approval-unknown`, errors of the room `chain`
 */
export async function closeApproval(options: CloseApprovalOptions): Promise<ApprovalChange> {
  const { registry, approvalId, reason } = options;
  const before = await findApproval(registry, approvalId);
  if (before === undefined) throw unknownApproval(`number ${approvalId}`);
  const closedAt = options.closedAt ?? (await newestTime(registry));
  if (before.closedAt !== undefined && before.closedAt <= closedAt) return { approval: before, transaction: undefined };
  const send = () => registry.closeApproval(approvalId, closedAt, reason);
  const transaction = await sendChange("close the approval", send, options);
  return { approval: (await findApproval(registry, approvalId)) ?? before, transaction };
}

function unknownApproval(what: string): ScrimshawError {
  return new ScrimshawError({
    code: "attesters.approval-unknown",
    expected: `an approval: ${what}`,
    found: "none in this registry",
    next: "List them with `npx hardhat attester list --approvals`.",
  });
}
