import { outcomeOf } from "../../checks.ts";
import { ScrimshawError } from "../../errors.ts";
import { findBatch } from "../batch.ts";
import { findRecord } from "../find-record.ts";
import type { Hex } from "../statement.ts";
import { auditBatch } from "./audit-batch.ts";
import { auditRecord } from "./audit-record.ts";
import type { AuditOptions } from "./context.ts";
import { CheckList } from "./report.ts";
import type { AuditReport } from "./report.ts";
import { SharedChecks } from "./shared-checks.ts";

/**
 * Audits a recorded proof or a whole batch as a stranger would: from the chain's own state and events down to the bytes on Walrus. A
 * failed check is an answer, not an error.
 * @param options `id` is a proof id, a record id or a batch id
 * @throws ScrimshawError `proofs.unknown` where the registry knows neither, `proofs.audit-too-large`, and those of the room `chain`
 */
export async function auditProof(options: AuditOptions & { readonly id: Hex }): Promise<AuditReport> {
  const { id, proofRegistry: registry } = options;
  const list = new CheckList(options.onCheck);
  const audit = { ...options, list };
  await using shared = new SharedChecks(audit);
  const record = await findRecord({ registry, recordId: id });
  if (record !== undefined) {
    await auditRecord(audit, { record }, shared);
    await shared.blobIds.finish();
    return { subject: { kind: "proof", id }, proofs: 1, checks: list.checks, outcome: outcomeOf(list.checks) };
  }
  const batch = await findBatch({ registry, batchId: id });
  if (batch === undefined) {
    throw new ScrimshawError({
      code: "proofs.unknown",
      expected: `a recorded proof or a settled batch ${id}`,
      found: `neither in the registry ${await registry.getAddress()}`,
      next: "List what there is with `npx hardhat proof list`, and check --network and --registry.",
    });
  }
  const proofs = await auditBatch(audit, { batch }, shared);
  await shared.blobIds.finish();
  return { subject: { kind: "batch", id }, proofs, checks: list.checks, outcome: outcomeOf(list.checks) };
}
