import { ZeroHash } from "ethers";
import type { Answer } from "../attesters/answers.ts";
import type { ApprovalRecord, AttesterRecord } from "../attesters/records.ts";
import type { KeyVerifiers } from "../attesters/signer-key.ts";
import type { SentTransaction } from "../attesters/send-change.ts";
import { standingOf } from "../attesters/standing.ts";
import { isoTime } from "../proofs/iso-time.ts";
import { CHECK_WORD } from "./audit-words.ts";

/** An attester as `--json` shows it. */
export function attesterJson(attester: AttesterRecord, now: bigint) {
  return {
    ...attester,
    standing: standingOf(attester, now),
    approvalId: attester.approvalId ?? null,
    document: attester.document ?? null,
    revokedAt: attester.revokedAt ?? null,
    predecessor: attester.predecessor ?? null,
    successor: attester.successor ?? null,
    lastSeen: attester.lastSeen ?? null,
  };
}

/** An approval as `--json` shows it. */
export function approvalJson(approval: ApprovalRecord, now: bigint) {
  return { ...approval, standing: standingOf(approval, now), closedAt: approval.closedAt ?? null };
}

function shortened(signer: string): string {
  return signer.length > 90 ? `${signer.slice(0, 42)}... (${(signer.length - 2) / 2} bytes)` : signer;
}

/** All that the chain holds of an attester, for people. */
export function attesterLines(attester: AttesterRecord, now: bigint): string[] {
  const { measurement, document, endpoint, revokedAt, predecessor, successor, lastSeen, approvalId } = attester;
  return [
    `attester     ${attester.attesterId}`,
    `signer       ${shortened(attester.signer)} (${attester.signerKind})`,
    `kind         ${attester.kind}`,
    `valid        ${isoTime(attester.validFrom)} to ${isoTime(attester.validUntil)}: ${standingOf(attester, now)}`,
    ...(revokedAt === undefined ? [] : [`revoked      from ${isoTime(revokedAt)} on`]),
    ...(measurement === ZeroHash ? [] : [`measurement  ${measurement} (approval ${approvalId ?? "none"})`]),
    ...(document === undefined ? [] : [`document     ${document.blobId} (${document.size} bytes)`]),
    ...(endpoint === "" ? [] : [`endpoint     ${endpoint}`]),
    ...(predecessor === undefined ? [] : [`replaces     ${predecessor}`]),
    ...(successor === undefined ? [] : [`replaced by  ${successor}`]),
    ...(lastSeen === undefined ? [] : [`last seen    ${isoTime(lastSeen.time)}, after block ${lastSeen.blockNumber}`]),
  ];
}

/** An approval in one line. */
export function approvalLine(approval: ApprovalRecord, now: bigint): string {
  const { approvalId, measurement, validFrom, validUntil } = approval;
  return `approval ${approvalId}  ${measurement}  ${isoTime(validFrom)} to ${isoTime(validUntil)}: ${standingOf(approval, now)}`;
}

/** What signs, for people. A key is of a kind only behind the contract that is known for that kind. */
function signerWord({ signer, signerKind }: AttesterRecord, { p256, rsaPss }: KeyVerifiers): string {
  if (signerKind !== "key") return signerKind;
  const isBehind = (verifier: string | undefined): boolean =>
    verifier !== undefined && signer.startsWith(verifier.toLowerCase());
  if (isBehind(p256)) return "P-256";
  return isBehind(rsaPss) ? "RSA-PSS" : "by another contract";
}

/** An attester in one line. */
export function attesterLine(
  attester: AttesterRecord,
  { now, verifiers }: { readonly now: bigint; readonly verifiers: KeyVerifiers },
): string {
  const { attesterId, kind, lastSeen } = attester;
  const seen = lastSeen === undefined ? "" : `, seen ${isoTime(lastSeen.time)}`;
  return `${attesterId}  ${kind} (${signerWord(attester, verifiers)}): ${standingOf(attester, now)}${seen}`;
}

export function answerLine({ check, status, detail }: Answer): string {
  return `${CHECK_WORD[status]}  ${check.padEnd(16)}  ${detail}`;
}

/** One line about what a command sent; `none` says why nothing was. */
export function sentLine(transaction: SentTransaction | undefined, none: string): string {
  return `transaction  ${transaction === undefined ? `none, ${none}` : `${transaction.hash} (${transaction.gasUsed} gas)`}`;
}
