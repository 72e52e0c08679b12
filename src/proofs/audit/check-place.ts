import { isScrimshawError } from "../../errors.ts";
import type { ByteRange } from "../../walrus/blob-store.ts";
import { findBatch } from "../batch.ts";
import { BatchTree } from "../batch-tree.ts";
import { BUNDLE_HEADER_BYTES, bundleIndexEnd, decodeBundleIndex } from "../bundle.ts";
import type { BundleEntry } from "../bundle.ts";
import type { RecordEvent } from "../find-record.ts";
import type { Audit } from "./context.ts";

/**
 * Checks the place of a proof that was recorded from a batch: its batch's stored root must be that of the bundle's index, and the index
 * must list the proof there. The index is read by range; the root, not the aggregator, vouches for it.
 */
export async function checkPlace(
  audit: Audit,
  { proofId, anchoredAt }: RecordEvent,
  { batchId, offset, length }: NonNullable<RecordEvent["place"]>,
): Promise<void> {
  const { list, proofRegistry, store, signal } = audit;
  const batch = await findBatch({ registry: proofRegistry, batchId });
  if (batch === undefined || batch.settledAt !== anchoredAt) {
    const detail =
      batch === undefined ? `batch ${batchId} was never settled` : `batch ${batchId} was settled at another time`;
    list.add({ check: "settled", proofId, status: "failed", detail });
    return;
  }
  const { blobId, size } = batch.bundle;
  const read = (range: ByteRange): Promise<Uint8Array> =>
    store.get({ blobId, range, unverified: true, ...(signal && { signal }) });
  let entries: readonly BundleEntry[];
  try {
    const end = bundleIndexEnd(await read({ offset: 0, length: Math.min(BUNDLE_HEADER_BYTES, size) }));
    entries = decodeBundleIndex(await read({ offset: 0, length: Math.min(end, size) }));
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    list.notChecked("position", `the index of bundle ${blobId}: ${error.found}`, proofId);
    return;
  }
  const entry = entries.find((one) => one.proofId === proofId);
  const there = entry !== undefined && BigInt(entry.offset) === offset && BigInt(entry.length) === length;
  list.expect(there && new BatchTree(entries).root === batch.root, {
    check: "position",
    proofId,
    passed: `the proof stands at byte ${offset} of the bundle under the stored root ${batch.root}`,
    failed: `the bundle's index does not place the proof at byte ${offset} under the stored root ${batch.root}`,
  });
}
