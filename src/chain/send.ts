import { type ContractTransactionResponse, type Interface, isError, type TransactionReceipt } from "ethers";
import { ScrimshawError } from "../errors.ts";
import { contractInterfaces } from "./contracts.ts";
import { chainError } from "./revert.ts";

export type SendProgress =
  | { readonly kind: "sent"; readonly hash: string }
  | { readonly kind: "mined"; readonly hash: string; readonly blockNumber: number; readonly gasUsed: bigint };

export interface SendOptions {
  /** What the transaction does, to complete "expected the contract to ...". */
  readonly what: string;
  /** Sends it, for example `() => registry.connect(signer).register(name)`. */
  readonly send: () => Promise<ContractTransactionResponse>;
  /** Blocks to wait for; default 1. */
  readonly confirmations?: number;
  /** More interfaces whose errors may come back; those of this project's contracts are known. */
  readonly interfaces?: readonly Interface[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: SendProgress) => void;
}

function replaced(what: string, hash: string): ScrimshawError {
  return new ScrimshawError({
    code: "chain.replaced",
    expected: `the transaction to ${what} to be mined`,
    found: `another transaction of the same account in its place, ${hash}`,
    next: "Run the same command again; it looks first at what is already there.",
  });
}

async function mined(options: SendOptions, response: ContractTransactionResponse): Promise<TransactionReceipt> {
  try {
    const receipt = await response.wait(options.confirmations ?? 1);
    if (receipt === null) throw replaced(options.what, response.hash);
    return receipt;
  } catch (error) {
    // The same call with another fee is the same call.
    if (isError(error, "TRANSACTION_REPLACED")) {
      if (error.reason === "repriced") return error.receipt;
      throw replaced(options.what, error.replacement.hash);
    }
    throw error;
  }
}

/**
 * Sends one transaction and waits for its block. After `signal` nothing is sent any more; a sent transaction is waited for,
 * because it cannot be taken back.
 * @throws ScrimshawError `chain.reverted` with the contract's error and arguments, `chain.insufficient-funds`,
 * `chain.replaced`, `chain.unreachable`, `chain.request-failed`
 */
export async function sendTransaction(options: SendOptions): Promise<TransactionReceipt> {
  options.signal?.throwIfAborted();
  try {
    const response = await options.send();
    options.onProgress?.({ kind: "sent", hash: response.hash });
    const receipt = await mined(options, response);
    const { hash, blockNumber, gasUsed } = receipt;
    options.onProgress?.({ kind: "mined", hash, blockNumber, gasUsed });
    return receipt;
  } catch (error) {
    const interfaces = [...contractInterfaces(), ...(options.interfaces ?? [])];
    throw chainError({ what: options.what, error, interfaces });
  }
}
