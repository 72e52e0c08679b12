import { bcs } from "@mysten/sui/bcs";
import { Transaction } from "@mysten/sui/transactions";

import { isScrimshawError, ScrimshawError } from "../../errors.ts";
import { blobIdToHex } from "../blob-id.ts";
import { formatWal, storageCost } from "../storage-cost.ts";
import { type ChainBlob, ownedBlobObjects, readBlobObjects } from "./blob-objects.ts";
import type { ExpectedCall } from "./check-transaction.ts";
import { findTransaction, type Outcome, sendTransaction, signTransaction } from "./send-transaction.ts";
import { suiAnswerInvalid } from "./sui-failure.ts";
import { remember, type WriteContext } from "./write-context.ts";
import type { SignedTransaction, WriteEntry } from "./write-journal.ts";

/** Codes after which a transaction will never be carried out: another one takes its place. */
const ENDED = new Set(["walrus.sui-transaction-failed", "walrus.sui-transaction-dropped"]);

export function hasEnded(error: unknown): boolean {
  return isScrimshawError(error) && ENDED.has(error.code);
}

/**
 * The transaction that registers a blob, with the tip of an upload relay first where there is one.
 * @throws ScrimshawError `walrus.cost-above-cap`
 */
export function registerTransaction({
  context,
  nonce,
  contentHash,
}: {
  readonly context: WriteContext;
  readonly nonce: Uint8Array | undefined;
  readonly contentHash: `0x${string}`;
}): { readonly transaction: Transaction; readonly calls: readonly ExpectedCall[]; readonly cost: bigint } {
  const { client, computed, epochs, deletable, owner, chain, maxCost, tip } = context;
  const { size, blobId, rootHash, nShards } = computed;
  const { total: cost = 0n } = storageCost({ size, epochs, nShards, prices: chain.prices });
  if (cost > maxCost) {
    throw new ScrimshawError({
      code: "walrus.cost-above-cap",
      expected: `a price of at most ${formatWal(maxCost)}`,
      found: `${formatWal(cost)} for ${size} bytes and ${epochs} epochs`,
      next: "Allow more with `maxCost`, or pay for fewer epochs.",
    });
  }
  const transaction = new Transaction();
  if (tip !== undefined && nonce !== undefined) {
    const blobDigest = Buffer.from(contentHash.slice(2), "hex");
    transaction.add(client.sendUploadRelayTip({ size, blobDigest: new Uint8Array(blobDigest), nonce }));
  }
  const root = new Uint8Array(Buffer.from(rootHash.slice(2), "hex"));
  client.registerBlobTransaction({ transaction, size, epochs, blobId, rootHash: root, deletable, owner });
  const calls = [
    { name: "reserve_space", pure: { 2: bcs.u32().serialize(epochs).toBytes() } },
    {
      name: "register_blob",
      pure: {
        2: new Uint8Array(Buffer.from(blobIdToHex(blobId).slice(2), "hex")),
        3: root,
        4: bcs.u64().serialize(size).toBytes(),
        6: bcs.bool().serialize(deletable).toBytes(),
      },
    },
  ];
  return { transaction, calls, cost };
}

/**
 * Registers a blob, or finds that this was done: by a transaction of the journal, or by one that it does not know of. Journal first, so
 * that nothing is paid for twice.
 */
export async function registerBlob({
  context,
  entry,
}: {
  readonly context: WriteContext;
  readonly entry: WriteEntry;
}): Promise<{ readonly blob: ChainBlob; readonly entry: WriteEntry }> {
  if (entry.registered !== undefined) {
    const [known] = await readBlobObjects({ ...chainOf(context), objectIds: [entry.registered.objectId] });
    // Gone when its lease has ended or its owner has burned it.
    if (known !== undefined && known.endEpoch > context.chain.committee.epoch) return { blob: known, entry };
    return registerBlob({ context, entry: { terms: entry.terms } });
  }
  if (entry.registering !== undefined) {
    const outcome = await resume({ context, signed: entry.registering });
    if (outcome !== undefined) return registered({ context, entry, outcome });
  }
  const unused = await findUnused(context);
  if (unused !== undefined) {
    const { objectId, endEpoch } = unused;
    const change = { registering: undefined, registered: { objectId, digest: "", endEpoch } };
    return { blob: unused, entry: await remember({ context, entry, change }) };
  }
  const { signer, suiClient, signal, chain, owner, maxGas, tip, computed, epochs, onStep } = context;
  const nonce = entry.nonce === undefined ? undefined : new Uint8Array(Buffer.from(entry.nonce, "base64"));
  const { transaction, calls, cost } = registerTransaction({ context, nonce, contentHash: computed.contentHash });
  onStep({ kind: "register", blobId: computed.blobId, epochs, cost });
  const limits = { sender: owner, packageId: chain.packageId, calls, cost, gas: maxGas, tip };
  const registering = await signTransaction({ transaction, limits, signer, suiClient });
  const pending = await remember({ context, entry, change: { registering } });
  const outcome = await sendTransaction({ signed: registering, suiClient, signal });
  return registered({ context, entry: pending, outcome });
}

/** What became of a transaction that was signed before; undefined if it will never be carried out. */
async function resume({
  context: { suiClient, signal },
  signed,
}: {
  readonly context: WriteContext;
  readonly signed: SignedTransaction;
}): Promise<Outcome | undefined> {
  try {
    const known = await findTransaction({ digest: signed.digest, suiClient, signal });
    return known ?? (await sendTransaction({ signed, suiClient, signal }));
  } catch (error) {
    if (hasEnded(error)) return undefined;
    throw error;
  }
}

async function registered({
  context,
  entry,
  outcome,
}: {
  readonly context: WriteContext;
  readonly entry: WriteEntry;
  readonly outcome: Outcome;
}): Promise<{ readonly blob: ChainBlob; readonly entry: WriteEntry }> {
  const { computed, deletable, onStep } = context;
  const made = await readBlobObjects({ ...chainOf(context), objectIds: outcome.createdIds });
  const blob = made.find(({ blobId }) => blobId === computed.blobId);
  if (blob === undefined || blob.size !== computed.size || blob.deletable !== deletable) {
    throw suiAnswerInvalid(
      `an object for blob ${computed.blobId} from transaction ${outcome.digest}`,
      "none of its kind",
    );
  }
  const { objectId, endEpoch } = blob;
  const change = { registering: undefined, registered: { objectId, digest: outcome.digest, endEpoch } };
  const changed = await remember({ context, entry, change });
  onStep({ kind: "registered", blobId: computed.blobId, objectId, endEpoch });
  return { blob, entry: changed };
}

/** A registration that was paid for and never certified. One without its tip is of no use to a relay that wants one. */
async function findUnused(context: WriteContext): Promise<ChainBlob | undefined> {
  const { owner, computed, deletable, epochs, tip, chain } = context;
  if (tip !== undefined) return undefined;
  const owned = await ownedBlobObjects({ ...chainOf(context), owner, blobId: computed.blobId });
  return owned.find(
    (blob) =>
      blob.certifiedEpoch === undefined &&
      blob.deletable === deletable &&
      blob.size === computed.size &&
      blob.endEpoch >= chain.committee.epoch + epochs,
  );
}

function chainOf({ suiClient, chain, signal }: WriteContext) {
  return { suiClient, blobType: chain.blobType, signal };
}
