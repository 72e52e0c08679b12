import type { FeeData } from "ethers";

import { contractInterfaces } from "../../chain/contracts.ts";
import { callChain, chainError } from "../../chain/revert.ts";
import { ScrimshawError } from "../../errors.ts";
import { batchForChain } from "../batch.ts";
import type { Hex } from "../statement.ts";
import { chooseFees, feeFields } from "./fees.ts";
import type { Fees } from "./fees.ts";
import type { QueuedBatch, SentSettlement } from "./queue-batch.ts";
import type { SettlerContext } from "./settler-options.ts";

type Settlement = NonNullable<QueuedBatch["settlement"]>;

const WHAT = "settle the batch";

/** After these nothing is on its way; after any other failure a transaction may be. */
const NEVER_SENT = ["chain.reverted", "chain.insufficient-funds"];

/**
 * Sends a batch's first transaction, or its next one after one that did not settle it.
 * @throws ScrimshawError `proofs.fee-above-cap`, and of the room `chain`
 */
export async function sendSettlement(context: SettlerContext, id: number, settlement: Settlement): Promise<boolean> {
  const { provider, settler, queue } = context;
  const current = await feesNow(context);
  const fees = chooseFees({ current, cap: context.maxFeePerGas });
  if (fees === undefined) throw aboveCap(context, current);
  const pending = await callChain({
    what: "count transactions",
    call: () => provider.getTransactionCount(settler, "pending"),
  });
  // Of its own transactions a node may have lost some that this queue still waits for.
  const own = queue.underWay().flatMap(({ state, sent }) => (state === "sent" && sent ? [sent.nonce + 1] : []));
  const gasLimit = await callChain({
    what: WHAT,
    call: () => context.registry.settle.estimateGas(batchForChain(settlement.batch)),
    interfaces: contractInterfaces(),
  });
  await send(context, id, { settlement, nonce: Math.max(pending, ...own), gasLimit, fees, replaces: false });
  return true;
}

/**
 * Sends the same call with the same nonce for more. Its gas is known: to estimate it again on top of the one that waits would find the batch
 * settled.
 * @throws ScrimshawError of the room `chain`
 */
export async function replaceSettlement(
  context: SettlerContext,
  id: number,
  { settlement, sent }: { readonly settlement: Settlement; readonly sent: SentSettlement },
): Promise<boolean> {
  const current = await feesNow(context);
  const fees = chooseFees({ current, previous: sent.fees, cap: context.maxFeePerGas });
  if (fees === undefined) throw aboveCap(context, current);
  const { nonce, gasLimit, hashes } = sent;
  await send(context, id, { settlement, nonce, gasLimit, fees, replaces: hashes.length > 0 });
  return true;
}

async function feesNow({ provider }: SettlerContext): Promise<FeeData> {
  return callChain({ what: "read the fees", call: () => provider.getFeeData() });
}

function aboveCap({ maxFeePerGas }: SettlerContext, { maxFeePerGas: asked, gasPrice }: FeeData): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.fee-above-cap",
    expected: `a fee of at most ${String(maxFeePerGas)} wei per gas to settle for`,
    found: `${String(asked ?? gasPrice)} asked by the chain, or that much and more to replace what was sent`,
    next: "Wait for lower fees, or raise the settler's cap.",
  });
}

interface Sending {
  readonly settlement: Settlement;
  readonly nonce: number;
  readonly gasLimit: bigint;
  readonly fees: Fees;
  readonly replaces: boolean;
}

async function send(context: SettlerContext, id: number, sending: Sending): Promise<void> {
  const { settlement, nonce, gasLimit, fees, replaces } = sending;
  const { queue, registry, now, onEvent } = context;
  queue.markSending(id, { nonce, gasLimit, fees, sentAt: now() });
  try {
    const response = await registry.settle(batchForChain(settlement.batch), { nonce, gasLimit, ...feeFields(fees) });
    const hash = response.hash as Hex;
    queue.addHash(id, hash);
    onEvent({ kind: "sent", batch: id, hash, replaces });
  } catch (error) {
    const failure = chainError({ what: WHAT, error, interfaces: contractInterfaces() });
    if (!replaces && NEVER_SENT.includes(failure.code)) queue.markUnsent(id);
    throw failure;
  }
}
