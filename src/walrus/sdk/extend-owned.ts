import { bcs } from "@mysten/sui/bcs";
import type { ClientWithCoreApi } from "@mysten/sui/client";
import type { WalrusClient } from "@mysten/walrus";

import { ScrimshawError } from "../../errors.ts";
import type { BlobId } from "../blob-id.ts";
import { formatWal } from "../storage-cost.ts";
import { type ChainBlob, ownedBlobObjects } from "./blob-objects.ts";
import type { ChainState } from "./chain-state.ts";
import { sendTransaction, signTransaction } from "./send-transaction.ts";
import type { SuiSigner } from "./sui-signer.ts";
import type { SdkStep } from "./sdk-step.ts";

const UNIT = 2 ** 20;

/**
 * Pays for more epochs of a blob object that the signer owns, so that it is paid for until `endEpoch`. Does nothing where it already is.
 * @throws ScrimshawError `walrus.blob-not-owned`, `walrus.cost-above-cap`, and those of sending a transaction
 */
export async function extendOwned({
  blobId,
  endEpoch,
  chain,
  suiClient,
  client,
  signer,
  maxCost,
  maxGas,
  onStep,
  signal,
}: {
  readonly blobId: BlobId;
  readonly endEpoch: number;
  readonly chain: ChainState;
  readonly suiClient: ClientWithCoreApi;
  readonly client: WalrusClient;
  readonly signer: SuiSigner;
  readonly maxCost: bigint;
  readonly maxGas: bigint;
  readonly onStep: (step: SdkStep) => void;
  readonly signal: AbortSignal | undefined;
}): Promise<ChainBlob> {
  const owner = signer.toSuiAddress();
  const { epoch } = chain.committee;
  const owned = await ownedBlobObjects({ suiClient, blobType: chain.blobType, signal, owner, blobId });
  const [blob] = owned.filter((object) => object.certifiedEpoch !== undefined && object.endEpoch > epoch);
  if (blob === undefined) {
    throw new ScrimshawError({
      code: "walrus.blob-not-owned",
      expected: `a certified object of blob ${blobId} that ${owner} owns`,
      found: `${owned.length} objects of it, none certified and paid for`,
      next: "Store the blob again: Walrus lets the owner of an object extend it, and nobody else.",
    });
  }
  const epochs = endEpoch - blob.endEpoch;
  if (epochs <= 0) return blob;
  const cost = BigInt(Math.ceil(blob.storageSize / UNIT)) * chain.prices.storage * BigInt(epochs);
  if (cost > maxCost) {
    throw new ScrimshawError({
      code: "walrus.cost-above-cap",
      expected: `a price of at most ${formatWal(maxCost)}`,
      found: `${formatWal(cost)} for ${epochs} epochs`,
      next: "Allow more with `maxCost`, or pay for fewer epochs.",
    });
  }
  onStep({ kind: "extend", blobId, epochs, cost });
  const { objectId } = blob;
  const transaction = await client.extendBlobTransaction({ blobObjectId: objectId, epochs });
  const calls = [{ name: "extend_blob", pure: { 2: bcs.u32().serialize(epochs).toBytes() } }];
  const limits = { sender: owner, packageId: chain.packageId, calls, objectId, cost, gas: maxGas };
  const signed = await signTransaction({ transaction, limits, signer, suiClient });
  await sendTransaction({ signed, suiClient, signal });
  return { ...blob, endEpoch };
}
