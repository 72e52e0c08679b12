import { callChain } from "../../chain/revert.ts";
import { findBatch } from "../batch.ts";
import type { Hex } from "../statement.ts";
import { storeBundle } from "../store-bundle.ts";
import type { QueuedBatch, SentSettlement } from "./queue-batch.ts";
import { replaceSettlement, sendSettlement } from "./send-settlement.ts";
import type { SettlerContext } from "./settler-options.ts";

/** A batch whose bundle is stored. */
type Settleable = QueuedBatch & { readonly settlement: NonNullable<QueuedBatch["settlement"]> };

const isSettleable = (batch: QueuedBatch): batch is Settleable => batch.settlement !== undefined;

/**
 * Takes a batch one step further, if it can go: each step looks first at what Walrus and the chain hold, so it may be taken again after whatever
 * interrupted it.
 * @returns whether anything changed
 * @throws ScrimshawError of the store and of the room `chain`; the batch stays where it was
 */
export async function advanceBatch(
  context: SettlerContext,
  batch: QueuedBatch,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!isSettleable(batch)) return store(context, batch, signal);
  const sent = batch.state === "sent" ? batch.sent : undefined;
  // Before the batch is looked up: if the nonce was used by then, the batch is there, or the nonce was used otherwise.
  const used = sent === undefined ? 0 : await usedNonces(context);
  const { batchId } = batch.settlement;
  const isThere = (await findBatch({ registry: context.registry, batchId })) !== undefined;
  if (batch.state === "settled") return watch(context, batch, isThere);
  if (isThere) return settle(context, batch);
  if (sent === undefined) return sendSettlement(context, batch.id, batch.settlement);
  if (used > sent.nonce) {
    context.queue.markUnsent(batch.id);
    context.onEvent({ kind: "not-settled", batch: batch.id });
    return true;
  }
  const late = context.now() - sent.sentAt >= context.replaceAfterMs;
  return late && replaceSettlement(context, batch.id, { settlement: batch.settlement, sent });
}

async function store(context: SettlerContext, { id }: QueuedBatch, signal: AbortSignal | undefined): Promise<boolean> {
  const { queue, store: blobs, settler, epochs, onEvent } = context;
  const stored = await storeBundle({
    parts: queue.partsOf(id),
    store: blobs,
    settler,
    ...(epochs !== undefined && { epochs }),
    ...(signal && { signal }),
    onProgress: (event) => {
      onEvent({ kind: "bundle", batch: id, event });
    },
  });
  queue.markStored(id, stored);
  onEvent({ kind: "stored", batch: id, batchId: stored.batchId, size: stored.bundle.size });
  return true;
}

async function usedNonces({ provider, settler }: SettlerContext): Promise<number> {
  return callChain({ what: "count transactions", call: () => provider.getTransactionCount(settler, "latest") });
}

async function newestBlock({ provider }: SettlerContext): Promise<number> {
  return callChain({ what: "read the newest block", call: () => provider.getBlockNumber() });
}

async function settle(context: SettlerContext, { id, settlement, sent, count }: Settleable): Promise<boolean> {
  const { batchId } = settlement;
  const receipt = await receiptOf(context, sent);
  const block = receipt?.blockNumber ?? (await newestBlock(context));
  context.queue.markSettled(id, { block, gasUsed: receipt?.gasUsed });
  context.onEvent({ kind: "settled", batch: id, batchId, count, gasUsed: receipt?.gasUsed });
  return true;
}

/** The receipt of whichever of its transactions was mined; undefined if that is none of those known. */
async function receiptOf({ provider }: SettlerContext, sent: SentSettlement | undefined) {
  const read = (hash: Hex) => callChain({ what: "read a receipt", call: () => provider.getTransactionReceipt(hash) });
  for (const hash of sent?.hashes ?? []) {
    const receipt = await read(hash);
    if (receipt?.status === 1) return receipt;
  }
  return undefined;
}

/** A settled batch may vanish again for as long as the chain may be reorganised. */
async function watch(
  context: SettlerContext,
  { id, settlement, block }: Settleable,
  isThere: boolean,
): Promise<boolean> {
  const { queue, finality, onEvent } = context;
  if (!isThere) {
    queue.markUnsent(id);
    onEvent({ kind: "reorganised", batch: id, batchId: settlement.batchId });
    return true;
  }
  if ((await newestBlock(context)) - (block ?? Infinity) < finality) return false;
  queue.markFinal(id);
  onEvent({ kind: "final", batch: id });
  return true;
}
