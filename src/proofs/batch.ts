import { AbiCoder, keccak256 } from "ethers";

import type { ProofRegistry } from "../../typechain/ProofRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { revertedWith } from "../chain/reverted-with.ts";
import { blobIdFromHex, blobIdToHex } from "../walrus/blob-id.ts";
import type { BlobReference } from "../walrus/blob-store.ts";
import type { Hex } from "./statement.ts";

/** Many proofs under one root, as `ProofRegistry.settle` takes them. */
export interface Batch {
  readonly root: Hex;
  /** How many proofs the root holds, as the settler claims (uint32). */
  readonly count: number;
  readonly bundle: BlobReference;
}

export interface SettledBatch extends Batch {
  readonly batchId: Hex;
  readonly settler: string;
  /** Anchor time of all its proofs, in Unix seconds. */
  readonly settledAt: bigint;
}

/** The batch in the contract's own form. */
export function batchForChain({ root, count, bundle }: Batch) {
  return {
    root,
    count,
    bundle: { blobId: blobIdToHex(bundle.blobId), contentHash: bundle.contentHash, size: BigInt(bundle.size) },
  };
}

/** `keccak256(abi.encode(settler, batch))`: nobody else can settle under this id. */
export function batchIdOf({ settler, batch }: { readonly settler: string; readonly batch: Batch }): Hex {
  const { root, count, bundle } = batchForChain(batch);
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ["address", "bytes32", "uint32", "bytes32", "bytes32", "uint64"],
      [settler, root, count, bundle.blobId, bundle.contentHash, bundle.size],
    ),
  ) as Hex;
}

/**
 * The batch as the registry stores it, or undefined where nothing was settled under this id.
 * @throws ScrimshawError `chain.unreachable` and others of the room `chain`
 */
export async function findBatch({
  registry,
  batchId,
  blockTag = "latest",
}: {
  readonly registry: ProofRegistry;
  readonly batchId: Hex;
  /** As of this block. A node that does not have it fails, rather than to say that there is no batch. */
  readonly blockTag?: number | "latest";
}): Promise<SettledBatch | undefined> {
  const record = await callChain({
    what: "read the batch",
    call: async () => {
      try {
        return await registry.batchOf(batchId, { blockTag });
      } catch (error) {
        if (revertedWith(registry.interface, error, "ProofRegistryUnknownBatch")) return undefined;
        throw error;
      }
    },
    interfaces: [registry.interface],
  });
  if (record === undefined) return undefined;
  const { batch, settler, settledAt } = record;
  return {
    batchId,
    settler,
    settledAt,
    root: batch.root as Hex,
    count: Number(batch.count),
    bundle: {
      blobId: blobIdFromHex(batch.bundle.blobId),
      contentHash: batch.bundle.contentHash as Hex,
      size: Number(batch.bundle.size),
    },
  };
}
