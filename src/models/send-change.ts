import type { ContractTransactionResponse, Log } from "ethers";
import { sendTransaction } from "../chain/send.ts";
import type { SentTransaction } from "./register.ts";

export interface SendChangeOptions {
  readonly kind: SentTransaction["what"];
  /** To complete "expected the contract to ...". */
  readonly what: string;
  readonly send: () => Promise<ContractTransactionResponse>;
  readonly signal?: AbortSignal | undefined;
  readonly onSent?: ((hash: string) => void) | undefined;
}

/** What every function that changes a model takes. */
export type ChangeOptions = Pick<SendChangeOptions, "signal" | "onSent">;

/**
 * Sends one transaction to the registry and waits for its block.
 * @throws ScrimshawError those of `sendTransaction`
 */
export async function sendChange({ kind, what, send, signal, onSent }: SendChangeOptions): Promise<{
  readonly transaction: SentTransaction;
  readonly logs: readonly Log[];
}> {
  const { hash, gasUsed, blockNumber, logs } = await sendTransaction({
    what,
    send,
    ...(signal && { signal }),
    onProgress: (event) => {
      if (event.kind === "sent") onSent?.(event.hash);
    },
  });
  return { transaction: { what: kind, hash, gasUsed, blockNumber }, logs };
}
