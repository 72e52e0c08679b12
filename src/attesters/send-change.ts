import type { ContractTransactionResponse } from "ethers";
import { type SendProgress, sendTransaction } from "../chain/send.ts";

/** A mined transaction. */
export interface SentTransaction {
  readonly hash: string;
  readonly gasUsed: bigint;
  readonly blockNumber: number;
}

/** What every function that changes the registry takes. */
export interface ChangeOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: SendProgress) => void;
}

/** Sends one transaction to the registry and waits for its block. @throws ScrimshawError those of `sendTransaction` */
export async function sendChange(
  what: string,
  send: () => Promise<ContractTransactionResponse>,
  { signal, onProgress }: ChangeOptions,
): Promise<SentTransaction> {
  const { hash, gasUsed, blockNumber } = await sendTransaction({
    what,
    send,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  return { hash, gasUsed, blockNumber };
}
