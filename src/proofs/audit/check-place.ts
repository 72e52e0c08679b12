import { findBatch } from "../batch.ts";
import type { RecordEvent } from "../find-record.ts";
import { checkSettled } from "./audit-batch.ts";
import { checkBundle } from "./check-bundle.ts";
import type { Audit } from "./context.ts";
import type { SharedChecks } from "./shared-checks.ts";

/**
 * Checks the place of a proof that was recorded from a batch and gives its evidence bytes: the batch and its whole bundle are checked,
 * because a content hash alone does not say which blob holds the bytes, and the index must list the proof there, with the seal of the record.
 */
export async function checkPlace(
  audit: Audit,
  { event, place }: { readonly event: RecordEvent; readonly place: NonNullable<RecordEvent["place"]> },
  shared: SharedChecks,
): Promise<Uint8Array | undefined> {
  const { list, proofRegistry } = audit;
  const { proofId, anchoredAt, seal } = event;
  const { batchId, offset, length } = place;
  const batch = await findBatch({ registry: proofRegistry, batchId });
  if (batch === undefined || batch.settledAt !== anchoredAt) {
    const detail =
      batch === undefined ? `batch ${batchId} was never settled` : `batch ${batchId} was settled at another time`;
    list.add({ check: "settled", proofId, status: "failed", detail });
    return undefined;
  }
  await checkSettled(audit, batch);
  const bundle = await checkBundle(audit, batch, shared);
  if (bundle?.entries === undefined) {
    list.notChecked("position", "the bundle's index could not be checked", proofId);
    return undefined;
  }
  const entry = bundle.entries.find((one) => one.proofId === proofId);
  const there = entry !== undefined && BigInt(entry.offset) === offset && BigInt(entry.length) === length;
  list.expect(there && entry.seal === seal, {
    check: "position",
    proofId,
    passed: `the proof stands at byte ${offset} of the bundle, with the recorded seal, under the stored root ${batch.root}`,
    failed: there
      ? "the record's event carries another seal than the bundle, which the stored root commits to"
      : `the bundle's index does not place the proof at byte ${offset} under the stored root ${batch.root}`,
  });
  return entry === undefined ? undefined : bundle.bytes.subarray(entry.offset, entry.offset + entry.length);
}
