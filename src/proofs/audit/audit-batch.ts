import { isScrimshawError } from "../../errors.ts";
import { scanLogs } from "../../chain/logs.ts";
import { callChain } from "../../chain/revert.ts";
import { blobIdToHex } from "../../walrus/blob-id.ts";
import type { SettledBatch } from "../batch.ts";
import { BatchTree } from "../batch-tree.ts";
import { decodeBundleIndex } from "../bundle.ts";
import type { BundleEntry } from "../bundle.ts";
import { auditContent } from "./audit-content.ts";
import { checkAnchorTime } from "./check-anchor-time.ts";
import { checkBlobId } from "./check-bytes.ts";
import { checkCertificate } from "./check-certificate.ts";
import { ModelChecks } from "./check-model.ts";
import type { Audit } from "./context.ts";
import { fetchBytes } from "./fetch-bytes.ts";
import { Reruns } from "./rerun.ts";

/** Audits every proof of a batch, from the stored root down to the bytes of its bundle. Returns how many proofs it met. */
export async function auditBatch(audit: Audit, batch: SettledBatch): Promise<number> {
  const { list } = audit;
  await checkSettled(audit, batch);
  const { bundle } = batch;
  const blob = { blobId: blobIdToHex(bundle.blobId), contentHash: bundle.contentHash, size: BigInt(bundle.size) };
  const fetched = await fetchBytes(audit, blob, (reason) => list.notChecked("bundle-hash", reason));
  if (fetched === undefined) return 0;
  const { bytes, hashHolds } = fetched;
  list.expect(hashHolds, {
    check: "bundle-hash",
    passed: `SHA-256 of the bundle's ${bundle.size} bytes is ${bundle.contentHash}`,
    failed: `the bundle's bytes have another SHA-256 than ${bundle.contentHash}`,
  });
  await checkBlobId(audit, { check: "bundle-blob-id", bytes, blobId: blob.blobId });
  await checkCertificate(audit, bundle.blobId);
  const entries = readIndex(audit, batch, bytes);
  if (entries === undefined) return 0;
  const models = new ModelChecks(audit);
  const reruns = new Reruns(audit);
  try {
    for (const entry of entries) {
      audit.signal?.throwIfAborted();
      await checkWithdrawal(audit, entry);
      const evidence = bytes.subarray(entry.offset, entry.offset + entry.length);
      await auditContent(audit, { ...entry, anchoredAt: batch.settledAt, evidence }, { models, reruns });
    }
  } finally {
    await reruns.close();
  }
  return entries.length;
}

async function checkSettled(audit: Audit, batch: SettledBatch): Promise<void> {
  const { list, provider, proofRegistry, fromBlock, signal } = audit;
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

/** The index, if it is exactly what the stored root commits to. */
function readIndex({ list }: Audit, batch: SettledBatch, bytes: Uint8Array): readonly BundleEntry[] | undefined {
  let entries: readonly BundleEntry[];
  try {
    entries = decodeBundleIndex(bytes);
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    list.add({ check: "bundle-index", status: "failed", detail: error.found });
    return undefined;
  }
  const last = entries.at(-1);
  const end = last === undefined ? 0 : last.offset + last.length;
  list.expect(entries.length === batch.count && end === bytes.length, {
    check: "bundle-index",
    passed: `the bundle's index lists ${entries.length} proofs whose evidence fills it`,
    failed: `the index lists ${entries.length} proofs up to byte ${end}; the batch claims ${batch.count} in ${bytes.length} bytes`,
  });
  const { root } = new BatchTree(entries);
  const holds = list.expect(root === batch.root, {
    check: "root",
    passed: `the places of all ${entries.length} proofs build the stored root ${root}`,
    failed: `the places of the listed proofs build root ${root}, the chain stores ${batch.root}`,
  });
  return holds ? entries : undefined;
}

async function checkWithdrawal({ list, proofRegistry }: Audit, { proofId }: BundleEntry): Promise<void> {
  const withdrawn = await callChain({ what: "read the proof", call: () => proofRegistry.isWithdrawn(proofId) });
  list.expect(!withdrawn, {
    check: "not-withdrawn",
    proofId,
    passed: "the proof was not withdrawn",
    failed: "the proof was withdrawn",
  });
}
