import { type ClientWithCoreApi, TransactionError } from "@mysten/sui/client";
import { type Transaction, TransactionDataBuilder } from "@mysten/sui/transactions";

import { ScrimshawError } from "../../errors.ts";
import { serverText } from "../server-text.ts";
import { checkTransaction, type TransactionLimits } from "./check-transaction.ts";
import { suiAnswerInvalid, suiFailure } from "./sui-failure.ts";
import type { SuiSigner } from "./sui-signer.ts";
import type { SignedTransaction } from "./write-journal.ts";

interface Sui {
  readonly suiClient: ClientWithCoreApi;
  readonly signal: AbortSignal | undefined;
}

/** What became of a transaction. */
export interface Outcome {
  readonly digest: string;
  readonly createdIds: readonly string[];
}

/**
 * Builds, checks and signs a transaction. Nothing is sent.
 * @throws ScrimshawError `walrus.sui-failed`, `walrus.transaction-unexpected`
 */
export async function signTransaction({
  transaction,
  limits,
  signer,
  suiClient,
}: {
  readonly transaction: Transaction;
  readonly limits: TransactionLimits;
  readonly signer: SuiSigner;
  readonly suiClient: ClientWithCoreApi;
}): Promise<SignedTransaction> {
  transaction.setSender(limits.sender);
  let bytes: Uint8Array;
  try {
    bytes = await transaction.build({ client: suiClient });
  } catch (cause) {
    throw suiFailure({ doing: "help build the transaction", cause });
  }
  checkTransaction({ bytes, limits });
  const { signature } = await signer.signTransaction(bytes);
  const digest = TransactionDataBuilder.getDigestFromBytes(bytes);
  return { digest, bytes: Buffer.from(bytes).toString("base64"), signature };
}

/**
 * Sends a signed transaction and waits until the node knows its effects. Sent twice, Sui carries it out once.
 * @throws ScrimshawError `walrus.sui-failed` (it may have been carried out, and may be sent again), `walrus.sui-transaction-failed`
 * (it was, and aborted), `walrus.sui-transaction-dropped` (the node took it neither now nor before)
 */
export async function sendTransaction({
  signed,
  suiClient,
  signal,
}: Sui & { readonly signed: SignedTransaction }): Promise<Outcome> {
  const { digest } = signed;
  const stop = signal === undefined ? {} : { signal };
  let refusal: unknown;
  try {
    await suiClient.core.executeTransaction({
      transaction: new Uint8Array(Buffer.from(signed.bytes, "base64")),
      signatures: [signed.signature],
      ...stop,
    });
    await suiClient.core.waitForTransaction({ digest, ...stop });
  } catch (error) {
    signal?.throwIfAborted();
    refusal = error;
  }
  const outcome = await findTransaction({ digest, suiClient, signal });
  if (outcome !== undefined) return outcome;
  throw new ScrimshawError({
    code: "walrus.sui-transaction-dropped",
    expected: `the Sui node to carry out transaction ${digest}`,
    found: serverText(refusal instanceof Error ? refusal.message : "no trace of it", 300),
    next: "Check that the address holds enough SUI and WAL, then run the same again: it builds a new transaction.",
    cause: refusal,
  });
}

/**
 * The effects of a transaction; undefined if the node knows none of that digest.
 * @throws ScrimshawError `walrus.sui-failed`, `walrus.sui-transaction-failed`
 */
export async function findTransaction({
  digest,
  suiClient,
  signal,
}: Sui & { readonly digest: string }): Promise<Outcome | undefined> {
  let result: Awaited<ReturnType<typeof suiClient.core.getTransaction<{ effects: true }>>>;
  try {
    result = await suiClient.core.getTransaction({
      digest,
      include: { effects: true },
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof TransactionError) return undefined;
    throw suiFailure({ doing: `tell what became of transaction ${digest}`, cause });
  }
  const known = result.Transaction ?? result.FailedTransaction;
  if (known.digest !== digest)
    throw suiAnswerInvalid(`transaction ${digest}`, `transaction ${known.digest.slice(0, 60)}`);
  const { status, effects } = known;
  if (!status.success) {
    throw new ScrimshawError({
      code: "walrus.sui-transaction-failed",
      expected: `transaction ${digest} to succeed`,
      found: serverText(status.error.message, 300),
      next: "Run the same again: it builds a new transaction. Check that the address holds enough SUI and WAL.",
    });
  }
  const created = effects.changedObjects.filter(({ idOperation }) => idOperation === "Created");
  return { digest, createdIds: created.map(({ objectId }) => objectId) };
}
