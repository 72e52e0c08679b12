import { scanLogs } from "../../chain/logs.ts";
import { inPairs } from "../../walrus/in-pairs.ts";
import { batchIdOf } from "../batch.ts";
import type { SettledBatch } from "../batch.ts";
import type { BundleEntry } from "../bundle.ts";
import type { Hex } from "../statement.ts";
import { requireRoom } from "./answer-limit.ts";
import { auditContent } from "./audit-content.ts";
import { checkAnchorTime } from "./check-anchor-time.ts";
import { checkBundle } from "./check-bundle.ts";
import { checkWithdrawal } from "./check-withdrawal.ts";
import type { Audit } from "./context.ts";
import { CheckList } from "./report.ts";
import { CONFIDENCE, drawSample, ruledOut } from "./sample.ts";
import type { SharedChecks } from "./shared-checks.ts";

/** Proofs at a time, each of which asks the chain's node at least once. */
const WIDTH = 32;
/** Proofs whose answers wait for those before them. With what a run needs, each may hold what its evidence holds. */
const WAITING = 256;
const WAITING_FOR_RUNS = 8;

/**
 * Audits the proofs of a batch, from the stored root down to the bytes of its bundle: all of them, those of one model, or a random sample.
 * Returns how many it looked at.
 * @throws ScrimshawError `proofs.audit-too-large`
 */
export async function auditBatch(
  audit: Audit,
  { batch, modelId }: { readonly batch: SettledBatch; readonly modelId?: Hex | undefined },
  shared: SharedChecks,
): Promise<number> {
  await checkSettled(audit, batch);
  const bundle = await checkBundle(audit, batch, shared);
  if (bundle?.entries === undefined) return 0;
  const { bytes } = bundle;
  const wanted = bundle.entries.filter(({ proof }) => modelId === undefined || proof.statement.modelId === modelId);
  const entries = sampled(audit, wanted);
  requireRoom({ answers: audit.list.checks.length, proofs: entries.length });
  shared.seals.expect(entries.length);
  const step = audit.rerun === true ? WAITING_FOR_RUNS : WAITING;
  for (let at = 0; at < entries.length; at += step) {
    const audited = await inPairs({
      items: entries.slice(at, at + step),
      width: WIDTH,
      signal: audit.signal,
      work: async (entry, signal) => {
        const one = { ...audit, signal, list: new CheckList() };
        await checkWithdrawal(one, entry);
        const evidence = bytes.subarray(entry.offset, entry.offset + entry.length);
        const subject = { ...entry, anchoredAt: batch.settledAt, checkedByRegistry: false, evidence };
        const rerun = await auditContent(one, subject, shared);
        return { rerun, list: one.list };
      },
    });
    for (const { rerun, list } of audited) {
      if (rerun !== undefined) await shared.reruns.check(rerun, list);
      audit.list.take(list);
    }
  }
  return entries.length;
}

/** The entries to look at, with the answer what a sample tells of the others. */
function sampled({ list, sample }: Audit, entries: readonly BundleEntry[]): readonly BundleEntry[] {
  const count = entries.length;
  if (sample === undefined || sample.size >= count) return entries;
  const { indexes, seed } = drawSample({ count, ...sample });
  const bad = ruledOut({ count, size: sample.size });
  list.add({
    check: "sample",
    status: "passed",
    detail:
      `${sample.size} of ${count} proofs were drawn by seed ${seed}: if ${bad} or more of all were bad, ` +
      `one of those drawn would be with a probability of ${CONFIDENCE * 100}%`,
  });
  return indexes.flatMap((index) => entries[index] ?? []);
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
