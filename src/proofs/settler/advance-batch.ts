import { callChain } from "../../chain/revert.ts";
import { findBatch } from "../batch.ts";
import type { Hex } from "../statement.ts";
import { storeBundle } from "../store-bundle.ts";
import type { NewestBlock } from "./newest-block.ts";
import type { QueuedBatch, SentSettlement } from "./queue-batch.ts";
import { replaceSettlement, sendSettlement } from "./send-settlement.ts";
import type { SettlerContext } from "./settler-options.ts";

/** A batch whose bundle is stored. */
type Settleable = QueuedBatch & { readonly settlement: NonNullable<QueuedBatch["settlement"]> };

const isSettleable = (batch: QueuedBatch): batch is Settleable => batch.settlement !== undefined;

export interface AdvanceOptions {
  readonly batch: QueuedBatch;
  /** The newest block, read at most once a step. */
  readonly newest: () => Promise<NewestBlock>;
  /** Hash of the newest block when each batch that waits was looked at last: until there is another, the chain has nothing new to say of it. */
  readonly seen: Map<number, string>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Takes a batch one step further, if it can go: each step looks first at what Walrus and the chain hold, so it may be taken again after whatever
 * interrupted it.
 * @returns whether anything changed
 * @throws ScrimshawError of the store and of the room `chain`; the batch stays where it was
 */
export async function advanceBatch(
  context: SettlerContext,
  { batch, newest, seen, signal }: AdvanceOptions,
): Promise<boolean> {
  if (!isSettleable(batch)) return store(context, batch, signal);
  const sent = batch.state === "sent" ? batch.sent : undefined;
  const late = sent !== undefined && context.now() - sent.sentAt >= context.replaceAfterMs;
  const waits = batch.state === "settled" || (sent !== undefined && !late);
  const block = await newest();
  if (waits && seen.get(batch.id) === block.hash) return false;
  const changed = await look(context, { batch, sent, late, block });
  if (changed) seen.delete(batch.id);
  else seen.set(batch.id, block.hash);
  return changed;
}

interface Look {
  readonly batch: Settleable;
  /** What is under way. */
  readonly sent: SentSettlement | undefined;
  readonly late: boolean;
  readonly block: NewestBlock;
}

/** All of it as of one block: if the nonce was used by then, the batch is there, or the nonce was used otherwise. */
async function look(context: SettlerContext, { batch, sent, late, block }: Look): Promise<boolean> {
  const { batchId } = batch.settlement;
  const blockTag = block.number;
  const isThere = (await findBatch({ registry: context.registry, batchId, blockTag })) !== undefined;
  if (batch.state === "settled") return watch(context, batch, { isThere, block });
  if (isThere) return settle(context, batch, block);
  if (sent === undefined) return sendSettlement(context, batch.id, batch.settlement);
  if ((await usedNonces(context, blockTag)) > sent.nonce) {
    context.queue.markUnsent(batch.id);
    context.onEvent({ kind: "not-settled", batch: batch.id });
    return true;
  }
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

async function usedNonces({ provider, settler }: SettlerContext, blockTag: number): Promise<number> {
  return callChain({ what: "count transactions", call: () => provider.getTransactionCount(settler, blockTag) });
}

async function settle(
  context: SettlerContext,
  { id, settlement, sent, count }: Settleable,
  newest: NewestBlock,
): Promise<boolean> {
  const { batchId } = settlement;
  const receipt = await receiptOf(context, sent);
  const block = receipt?.blockNumber ?? newest.number;
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
function watch(
  { queue, finality, onEvent }: SettlerContext,
  { id, settlement, block: since = Infinity }: Settleable,
  { isThere, block }: { readonly isThere: boolean; readonly block: NewestBlock },
): boolean {
  if (!isThere) {
    queue.markUnsent(id);
    onEvent({ kind: "reorganised", batch: id, batchId: settlement.batchId });
    return true;
  }
  if (block.number - since < finality) return false;
  queue.markFinal(id);
  onEvent({ kind: "final", batch: id });
  return true;
}
