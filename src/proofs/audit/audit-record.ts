import { blobIdFromHex } from "../../walrus/blob-id.ts";
import { findRecordEvent } from "../find-record.ts";
import type { ProofRecord, RecordEvent } from "../find-record.ts";
import { proofIdOf } from "../proof.ts";
import { hashStatement } from "../statement.ts";
import { checkAnchorTime } from "./check-anchor-time.ts";
import { auditContent } from "./audit-content.ts";
import { checkStorage } from "./check-storage.ts";
import { checkWithdrawal } from "./check-withdrawal.ts";
import type { Audit } from "./context.ts";
import { checkPlace } from "./check-place.ts";
import { fetchBytes } from "./fetch-bytes.ts";
import type { SharedChecks } from "./shared-checks.ts";

export interface RecordSubject {
  readonly record: ProofRecord;
  /** What recorded it, if that is known already. */
  readonly event?: RecordEvent;
}

/** Audits a proof that was recorded by itself or from a batch, from the chain's record down to the bytes. */
export async function auditRecord(audit: Audit, subject: RecordSubject, shared: SharedChecks): Promise<void> {
  const { list } = audit;
  const { record } = subject;
  const { recordId, proofId } = record;
  const event = subject.event ?? (await findRecordEvent({ ...audit, registry: audit.proofRegistry, recordId }));
  const problem = event === undefined ? "no event shows its proof" : recordProblem(record, event);
  list.expect(problem === undefined, {
    check: "recorded",
    proofId,
    passed: `record ${recordId} is on chain and its event carries the same proof`,
    failed: `record ${recordId}: ${problem}`,
  });
  if (event === undefined || problem !== undefined) return;
  await checkWithdrawal(audit, event);
  if (event.place === undefined) await checkAnchorTime(audit, { ...event, what: "record" });
  const evidence =
    event.place === undefined
      ? await fetchEvidence(audit, record, shared)
      : await checkPlace(audit, { event, place: event.place }, shared);
  const rerun = await auditContent(audit, { ...event, evidence, checkedByRegistry: event.place === undefined }, shared);
  if (rerun !== undefined) await shared.reruns.check(rerun, list);
}

function recordProblem(record: ProofRecord, { proof, proofId, anchoredAt }: RecordEvent): string | undefined {
  const { evidence } = proof;
  if (proofIdOf(proof) !== record.proofId || proofId !== record.proofId) return "the event carries another proof";
  if (hashStatement(proof.statement) !== record.statementHash) return "the event carries another statement";
  if (evidence.verifier !== record.verifier || evidence.attesterId !== record.attesterId)
    return "the event names another backing";
  if (evidence.contentHash !== record.contentHash || evidence.size !== record.size)
    return "the event names other evidence";
  if (!record.fromBatch && evidence.blobId !== record.blobId) return "the event names another blob";
  return anchoredAt === record.anchoredAt ? undefined : "the event names another anchor time";
}

async function fetchEvidence(
  audit: Audit,
  record: ProofRecord,
  { blobIds }: SharedChecks,
): Promise<Uint8Array | undefined> {
  const { proofId, blobId } = record;
  const unavailable = (reason: string): void => audit.list.notChecked("evidence-hash", reason, proofId);
  const fetched = await fetchBytes(audit, record, unavailable);
  if (fetched === undefined) return undefined;
  await blobIds.add({ check: "evidence-blob-id", bytes: fetched.bytes, blobId, proofId });
  await checkStorage(audit, blobIdFromHex(blobId));
  return fetched.bytes;
}
