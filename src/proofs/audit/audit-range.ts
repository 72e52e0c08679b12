import { outcomeOf } from "../../checks.ts";
import { ScrimshawError } from "../../errors.ts";
import { findBatch } from "../batch.ts";
import { findRecord } from "../find-record.ts";
import { listProofs } from "../list-proofs.ts";
import type { ProofEvent } from "../list-proofs.ts";
import type { Hex } from "../statement.ts";
import { auditBatch } from "./audit-batch.ts";
import { MAX_ANSWERS } from "./answer-limit.ts";
import { auditRecord } from "./audit-record.ts";
import type { Audit, AuditOptions } from "./context.ts";
import { CheckList } from "./report.ts";
import type { AuditReport } from "./report.ts";
import { SharedChecks } from "./shared-checks.ts";

export interface AuditRangeOptions extends AuditOptions {
  /** First and last block, both included. */
  readonly range: { readonly fromBlock: number; readonly toBlock: number };
  /** Only proofs of this model. */
  readonly modelId?: Hex;
  /** With a model: whether batches are searched for its proofs, for which each bundle is fetched. Default false. */
  readonly searchBatches?: boolean;
}

/**
 * Audits all that was recorded and settled in a range of blocks, in the order of the chain, as `auditProof` does one by one.
 * @throws ScrimshawError `proofs.audit-too-large`, `chain.logs-foreign` where the node shows events of what it does not hold, others of
 *   the room `chain`
 */
export async function auditRange(options: AuditRangeOptions): Promise<AuditReport> {
  const { range, modelId, searchBatches = modelId === undefined, signal, proofRegistry: registry, provider } = options;
  const list = new CheckList(options.onCheck);
  const audit = { ...options, list };
  await using shared = new SharedChecks(audit);
  let proofs = 0;
  // Batches are left out by the list where it is asked for a model, since the chain does not say what they hold.
  const filter = searchBatches || modelId === undefined ? {} : { modelId };
  const abort = signal ? { signal } : {};
  for await (const found of listProofs({ registry, provider, ...range, ...filter, ...abort })) {
    signal?.throwIfAborted();
    if (found.kind === "proof" && modelId !== undefined && found.event.proof.statement.modelId !== modelId) continue;
    proofs += await auditFound(audit, found, shared);
    if (list.checks.length > MAX_ANSWERS) throw tooLarge(found.event.blockNumber);
  }
  await shared.blobIds.finish();
  const subject = { kind: "range", ...range, ...(modelId !== undefined && { modelId }) } as const;
  return { subject, proofs, checks: list.checks, outcome: outcomeOf(list.checks) };
}

async function auditFound(
  audit: Audit & Pick<AuditRangeOptions, "modelId">,
  found: ProofEvent,
  shared: SharedChecks,
): Promise<number> {
  const { proofRegistry: registry, modelId } = audit;
  if (found.kind === "proof") {
    const { event } = found;
    const record = await findRecord({ registry, recordId: event.recordId });
    if (record === undefined) throw unknown("record", event.recordId);
    await auditRecord(audit, { record, event }, shared);
    return 1;
  }
  const { batchId, blockNumber } = found.event;
  const batch = await findBatch({ registry, batchId });
  if (batch === undefined) throw unknown("batch", batchId);
  return auditBatch({ ...audit, fromBlock: blockNumber }, { batch, modelId }, shared);
}

function unknown(what: string, id: Hex): ScrimshawError {
  return new ScrimshawError({
    code: "chain.logs-foreign",
    expected: `the ${what} ${id}, which an event shows`,
    found: "none in the registry's state",
    next: "The node contradicts itself, or the chain was reorganised: use another node, or try again.",
  });
}

function tooLarge(block: number): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.audit-too-large",
    expected: `at most ${MAX_ANSWERS} answers of one audit`,
    found: `more up to block ${block}`,
    next: `Audit up to block ${block - 1} first (--to-block), or a sample of each batch (--sample).`,
  });
}
