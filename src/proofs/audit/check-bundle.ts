import { isScrimshawError } from "../../errors.ts";
import { blobIdToHex } from "../../walrus/blob-id.ts";
import type { SettledBatch } from "../batch.ts";
import { BatchTree } from "../batch-tree.ts";
import { decodeBundleIndex } from "../bundle.ts";
import type { BundleEntry } from "../bundle.ts";
import { checkStorage } from "./check-storage.ts";
import type { Audit } from "./context.ts";
import { fetchBytes } from "./fetch-bytes.ts";
import type { SharedChecks } from "./shared-checks.ts";

export interface CheckedBundle {
  readonly bytes: Uint8Array;
  /** The proofs of the batch, if the index is exactly what the stored root commits to. */
  readonly entries: readonly BundleEntry[] | undefined;
}

/** Fetches a batch's bundle and checks its bytes, its blob and its index against what the chain stores. */
export async function checkBundle(
  audit: Audit,
  batch: SettledBatch,
  { blobIds }: Pick<SharedChecks, "blobIds">,
): Promise<CheckedBundle | undefined> {
  const { list } = audit;
  const { bundle } = batch;
  const blob = { blobId: blobIdToHex(bundle.blobId), contentHash: bundle.contentHash, size: BigInt(bundle.size) };
  const fetched = await fetchBytes(audit, blob, (reason) => list.notChecked("bundle-hash", reason));
  if (fetched === undefined) return undefined;
  const { bytes, hashHolds } = fetched;
  list.expect(hashHolds, {
    check: "bundle-hash",
    passed: `SHA-256 of the bundle's ${bundle.size} bytes is ${bundle.contentHash}`,
    failed: `the bundle's bytes have another SHA-256 than ${bundle.contentHash}`,
  });
  await blobIds.add({ check: "bundle-blob-id", bytes, blobId: blob.blobId });
  await checkStorage(audit, bundle.blobId);
  return { bytes, entries: readIndex(audit, batch, bytes) };
}

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
    passed: `the places and seals of all ${entries.length} proofs build the stored root ${root}`,
    failed: `the places and seals of the listed proofs build root ${root}, the chain stores ${batch.root}`,
  });
  return holds ? entries : undefined;
}
