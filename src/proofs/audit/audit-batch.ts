import { scanLogs } from "../../chain/logs.ts";
import { batchIdOf } from "../batch.ts";
import type { SettledBatch } from "../batch.ts";
import { auditContent } from "./audit-content.ts";
import { checkAnchorTime } from "./check-anchor-time.ts";
import { checkBundle } from "./check-bundle.ts";
import { checkWithdrawal } from "./check-withdrawal.ts";
import { AttesterChecks } from "./check-attester.ts";
import { ModelChecks } from "./check-model.ts";
import type { Audit } from "./context.ts";
import { Reruns } from "./rerun.ts";

/** Audits every proof of a batch, from the stored root down to the bytes of its bundle. Returns how many proofs it met. */
export async function auditBatch(audit: Audit, batch: SettledBatch): Promise<number> {
  await checkSettled(audit, batch);
  const bundle = await checkBundle(audit, batch);
  if (bundle?.entries === undefined) return 0;
  const { bytes, entries } = bundle;
  const models = new ModelChecks(audit);
  const attesters = new AttesterChecks(audit);
  const reruns = new Reruns(audit);
  try {
    for (const entry of entries) {
      audit.signal?.throwIfAborted();
      await checkWithdrawal(audit, entry);
      const evidence = bytes.subarray(entry.offset, entry.offset + entry.length);
      await auditContent(
        audit,
        { ...entry, anchoredAt: batch.settledAt, checkedByRegistry: false, evidence },
        { models, attesters, reruns },
      );
    }
  } finally {
    await reruns.close();
  }
  return entries.length;
}

/** Checks that the batch is the one of its id, that its settlement shows in an event, and that its time is the block's. */
export async function checkSettled(audit: Audit, batch: SettledBatch): Promise<void> {
  const { list, provider, proofRegistry, fromBlock, signal } = audit;
  if (batchIdOf({ settler: batch.settler, batch }) !== batch.batchId) {
    const detail = `the node's answer for batch ${batch.batchId} is of another batch`;
    list.add({ check: "settled", status: "failed", detail });
    return;
  }
  const address = await proofRegistry.getAddress();
  const topics = [proofRegistry.interface.getEvent("BatchSettled").topicHash, batch.batchId];
  for await (const log of scanLogs({ provider, address, topics, fromBlock, ...(signal && { signal }) })) {
    list.add({
      check: "settled",
      status: "passed",
      detail: `batch ${batch.batchId} of ${batch.count} proofs was settled by ${batch.settler} in block ${log.blockNumber}`,
    });
    await checkAnchorTime(audit, { anchoredAt: batch.settledAt, blockNumber: log.blockNumber, what: "batch" });
    return;
  }
  list.add({ check: "settled", status: "failed", detail: `no event shows the settlement of batch ${batch.batchId}` });
}
