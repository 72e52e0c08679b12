import type { SentTransaction } from "./register.ts";

/** One line for people about what a command sent; `none` says why nothing was. */
export function transactionLine(transaction: SentTransaction | undefined, none: string): string {
  return `transaction  ${transaction ? `${transaction.hash} (${String(transaction.gasUsed)} gas)` : `none, ${none}`}`;
}
