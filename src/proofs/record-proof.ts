import type { ProofRegistry } from "../../typechain/ProofRegistry.ts";
import { contractInterfaces } from "../chain/contracts.ts";
import { callChain } from "../chain/revert.ts";
import { sendTransaction } from "../chain/send.ts";
import type { SendProgress } from "../chain/send.ts";
import { ScrimshawError } from "../errors.ts";
import { blobIdFromHex } from "../walrus/blob-id.ts";
import type { BlobProgress, BlobStore, StoredBlob } from "../walrus/blob-store.ts";
import { confirmStored } from "../walrus/confirm-stored.ts";
import type { BundlePart } from "./batch-part.ts";
import { checkEvidence } from "./check-evidence.ts";
import { ZERO_HASH, proofIdOf } from "./proof.ts";
import type { Hex } from "./statement.ts";

export interface RecordProofOptions {
  readonly part: BundlePart;
  readonly store: BlobStore;
  /** Connected to the account that sends; for a vanilla proof its submitter. */
  readonly registry: ProofRegistry;
  readonly epochs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: BlobProgress | SendProgress) => void;
}

export interface RecordedProof {
  readonly proofId: Hex;
  readonly blob: StoredBlob;
  readonly alreadyRecorded: boolean;
  readonly transactionHash: string | undefined;
  readonly gasUsed: bigint | undefined;
}

/**
 * Stores a proof's evidence and reads it back, then records the proof. Asks the contract first whether it would accept it, so that nothing is paid for
 * a proof that it refuses; of a proof that somebody recorded already only the evidence is stored.
 * @throws ScrimshawError `proofs.evidence-mismatch`, `proofs.made-for-batch`, `proofs.other-blob`, `chain.reverted`, and what the store throws
 */
export async function recordProof(options: RecordProofOptions): Promise<RecordedProof> {
  const { part, store, registry, epochs, signal, onProgress } = options;
  const { proof, seal, evidence } = part;
  checkEvidence(part);
  if (proof.evidence.blobId === ZERO_HASH) {
    throw new ScrimshawError({
      code: "proofs.made-for-batch",
      expected: "a proof that names the blob of its evidence",
      found: "a zero Blob ID: this proof was made for a batch",
      next: "Settle it with `npx hardhat proof settle <file>`.",
    });
  }
  const proofId = proofIdOf(proof);
  const what = "record the proof";
  const recorded = await callChain({ what, call: () => registry.exists(proofId) });
  if (!recorded)
    await callChain({ what, call: () => registry.record.staticCall(proof, seal), interfaces: contractInterfaces() });
  const blob = await store.put({
    bytes: evidence,
    ...(epochs !== undefined && { epochs }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  if (blob.blobId !== blobIdFromHex(proof.evidence.blobId)) {
    throw new ScrimshawError({
      code: "proofs.other-blob",
      expected: `the evidence to have the Blob ID that the proof names, ${blobIdFromHex(proof.evidence.blobId)}`,
      found: blob.blobId,
      next: "Compute the Blob ID with the number of shards of the network that you store on (1000 on mainnet and testnet).",
    });
  }
  await confirmStored({ store, blob, what: "the evidence", ...(signal && { signal }) });
  if (recorded) return { proofId, blob, alreadyRecorded: true, transactionHash: undefined, gasUsed: undefined };
  const receipt = await sendTransaction({
    what,
    send: () => registry.record(proof, seal),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  return { proofId, blob, alreadyRecorded: false, transactionHash: receipt.hash, gasUsed: receipt.gasUsed };
}
