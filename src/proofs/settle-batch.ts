import type { Provider } from "ethers";
import type { ProofRegistry } from "../../typechain/ProofRegistry.ts";
import { sendTransaction } from "../chain/send.ts";
import type { SendProgress } from "../chain/send.ts";
import { ScrimshawError } from "../errors.ts";
import type { BlobProgress, BlobStore, StoredBlob } from "../walrus/blob-store.ts";
import { batchForChain, findBatch } from "./batch.ts";
import type { BatchTree } from "./batch-tree.ts";
import type { BundlePart } from "./batch-part.ts";
import type { BundleEntry } from "./bundle.ts";
import { checkSeals } from "./check-seals.ts";
import { checkEvidence } from "./check-evidence.ts";
import type { Hex } from "./statement.ts";
import { storeBundle } from "./store-bundle.ts";

export interface SettleBatchOptions {
  readonly parts: readonly BundlePart[];
  readonly store: BlobStore;
  /** Connected to the settler's account. */
  readonly registry: ProofRegistry;
  /** The account that `registry` sends from; part of the batch id. */
  readonly settler: string;
  /** Reads the chain to ask verifiers before anything is stored; left out, seals are not looked at. */
  readonly provider?: Provider;
  readonly epochs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: BlobProgress | SendProgress) => void;
}

export interface BatchSettlement {
  readonly batchId: Hex;
  readonly root: Hex;
  readonly bundle: StoredBlob;
  readonly entries: readonly BundleEntry[];
  readonly tree: BatchTree;
  /** True if this very batch had been settled before. */
  readonly alreadySettled: boolean;
  readonly transactionHash: string | undefined;
  readonly gasUsed: bigint | undefined;
}

/**
 * Stores one bundle for many proofs and reads it back, then settles their root. The same parts from the same settler give the same batch, so that running
 * again continues where it stopped.
 * @throws ScrimshawError `proofs.batch-empty`, `proofs.bundle-part-invalid`, `proofs.evidence-mismatch`, `proofs.seal-refused`,
 * `proofs.other-submitter`, `chain.reverted`, and what
 * the store throws
 */
export async function settleBatch(options: SettleBatchOptions): Promise<BatchSettlement> {
  const { parts, registry, settler, signal, onProgress } = options;
  if (parts.length === 0) {
    throw new ScrimshawError({
      code: "proofs.batch-empty",
      expected: "at least one proof to settle",
      found: "none",
      next: "Name the proof files that belong into the batch.",
    });
  }
  for (const part of parts) checkEvidence(part);
  if (options.provider !== undefined) {
    await checkSeals({ proofs: parts, registry, provider: options.provider, settler, ...(signal && { signal }) });
  }
  const { batchId, batch, bundle, entries, tree } = await storeBundle(options);
  const settled = { batchId, root: batch.root, bundle, entries, tree };
  if ((await findBatch({ registry, batchId })) !== undefined) {
    return { ...settled, alreadySettled: true, transactionHash: undefined, gasUsed: undefined };
  }
  const receipt = await sendTransaction({
    what: "settle the batch",
    send: () => registry.settle(batchForChain(batch)),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  return { ...settled, alreadySettled: false, transactionHash: receipt.hash, gasUsed: receipt.gasUsed };
}
