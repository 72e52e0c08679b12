import type { Provider } from "ethers";
import { setTimeout as sleep } from "node:timers/promises";
import { ScrimshawError } from "../errors.ts";
import { callChain } from "./revert.ts";

/** How often the chain is asked, and for how long. */
const POLL_MS = 500;
const PATIENCE_MS = 180_000;

export interface AwaitPendingOptions {
  readonly provider: Provider;
  readonly account: string;
  readonly signal?: AbortSignal | undefined;
  /** Called once, if there is something to wait for. */
  readonly onWaiting?: ((transactions: number) => void) | undefined;
  readonly pollMs?: number;
  readonly patienceMs?: number;
}

/**
 * Waits for the transactions that an account has on their way, so that what is read next is what they leave behind: a run that was
 * stopped may have sent some. Later ones are not waited for.
 * @throws ScrimshawError `chain.transactions-pending` after three minutes, `chain.unreachable`, `chain.request-failed`
 */
export async function awaitPending(options: AwaitPendingOptions): Promise<void> {
  const { provider, account, signal, onWaiting, pollMs = POLL_MS, patienceMs = PATIENCE_MS } = options;
  const countAt = (tag: "latest" | "pending"): Promise<number> =>
    callChain({ what: "count an account's transactions", call: () => provider.getTransactionCount(account, tag) });
  const due = await countAt("pending");
  let mined = await countAt("latest");
  if (mined < due) onWaiting?.(due - mined);
  for (const until = performance.now() + patienceMs; mined < due; mined = await countAt("latest")) {
    if (performance.now() > until) {
      throw new ScrimshawError({
        code: "chain.transactions-pending",
        expected: `the transactions of ${account} to be mined`,
        found: `${String(due - mined)} of them still on their way`,
        next: "Raise their fee or cancel them in the account's wallet, then run the command again.",
      });
    }
    await sleep(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}
