import { callChain } from "../../chain/revert.ts";
import type { Hex } from "../statement.ts";
import { isoTime } from "../iso-time.ts";
import type { Audit } from "./context.ts";

/** Compares an anchor time with the block's own time. */
export async function checkAnchorTime(
  { list, provider }: Audit,
  event: { readonly anchoredAt: bigint; readonly blockNumber: number; readonly what: string; readonly proofId?: Hex },
): Promise<void> {
  const block = await callChain({ what: "read a block", call: () => provider.getBlock(event.blockNumber) });
  const { what, anchoredAt, blockNumber, proofId } = event;
  list.expect(block !== null && BigInt(block.timestamp) === anchoredAt, {
    check: "anchor-time",
    ...(proofId !== undefined && { proofId }),
    passed: `the ${what} is anchored at ${isoTime(anchoredAt)}, the time of block ${blockNumber}`,
    failed: `the ${what} is anchored at ${isoTime(anchoredAt)}, but block ${blockNumber} is of ${block === null ? "unknown time" : isoTime(block.timestamp)}`,
  });
}
