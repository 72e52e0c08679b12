import { expect } from "chai";
import {
  type ContractTransactionResponse,
  id,
  makeError,
  type TransactionReceipt,
  type TransactionResponse,
} from "ethers";
import { sendTransaction } from "../../src/chain/send.ts";
import { rejection } from "../support/rejection.ts";

const HASH = id("sent");
const receipt = { hash: id("mined"), blockNumber: 5, gasUsed: 21_000n } as TransactionReceipt;

/** A sent transaction whose `wait` ends as told. */
function sent(wait: () => Promise<TransactionReceipt | null>): () => Promise<ContractTransactionResponse> {
  return () => Promise.resolve({ hash: HASH, wait } as ContractTransactionResponse);
}

function replacedBy(reason: "repriced" | "cancelled" | "replaced"): () => Promise<ContractTransactionResponse> {
  const replacement = { hash: receipt.hash } as TransactionResponse;
  const details = { cancelled: reason !== "repriced", reason, hash: HASH, replacement, receipt };
  const error: Error = makeError("replaced", "TRANSACTION_REPLACED", details);
  return sent(() => Promise.reject(error));
}

describe("sendTransaction", () => {
  it("takes the same call with another fee for the same call", async () => {
    const events: string[] = [];
    const found = await sendTransaction({
      what: "test",
      send: replacedBy("repriced"),
      onProgress: ({ kind, hash }) => events.push(`${kind} ${hash}`),
    });
    expect(found).to.equal(receipt);
    expect(events).to.deep.equal([`sent ${HASH}`, `mined ${receipt.hash}`]);
  });

  for (const reason of ["cancelled", "replaced"] as const) {
    it(`says which transaction was mined instead of one that was ${reason}`, async () => {
      const error = await rejection(() => sendTransaction({ what: "test", send: replacedBy(reason) }));
      expect(error.code).to.equal("chain.replaced");
      expect(error.found).to.include(receipt.hash);
    });
  }

  it("says that a transaction reverted in its block without a reason", async () => {
    const details = {
      action: "sendTransaction",
      data: null,
      reason: null,
      invocation: null,
      revert: null,
      transaction: { to: null, data: "0x" },
    } as const;
    const reverted: Error = makeError("transaction execution reverted", "CALL_EXCEPTION", details);
    const send = sent(() => Promise.reject(reverted));
    const error = await rejection(() => sendTransaction({ what: "test", send }));
    expect(error).to.include({ code: "chain.reverted", found: "a revert without a reason" });
  });

  it("waits for as many blocks as it is told", async () => {
    let waited = 0;
    const response = {
      hash: HASH,
      wait: (confirmations: number) => {
        waited = confirmations;
        return Promise.resolve(receipt);
      },
    };
    const send = (): Promise<ContractTransactionResponse> =>
      Promise.resolve(response as unknown as ContractTransactionResponse);
    await sendTransaction({ what: "test", send, confirmations: 3 });
    expect(waited).to.equal(3);
  });
});
