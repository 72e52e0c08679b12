import { expect } from "chai";
import { network } from "hardhat";
import { awaitPending } from "../../src/chain/await-pending.ts";
import { refusal } from "../support/rejection.ts";

describe("awaitPending", () => {
  const POLL = { pollMs: 5 };

  async function setUp() {
    const { ethers, provider: rpc } = await network.create();
    const [account, other] = await ethers.getSigners();
    if (!account || !other) throw new Error("the chain has too few accounts");
    await rpc.request({ method: "evm_setAutomine", params: [false] });
    const send = (): Promise<unknown> => account.sendTransaction({ to: other.address, value: 1n });
    const mine = (): Promise<unknown> => rpc.request({ method: "evm_mine", params: [] });
    const waits: number[] = [];
    const options = {
      provider: ethers.provider,
      account: account.address,
      onWaiting: (count: number) => waits.push(count),
    };
    return { send, mine, waits, options };
  }

  it("does not wait when nothing is on its way", async () => {
    const { waits, options } = await setUp();
    await awaitPending(options);
    expect(waits).to.be.empty;
  });

  it("waits until what is on its way was mined, and for nothing that is sent later", async () => {
    const { send, mine, waits, options } = await setUp();
    await send();
    await send();
    const waited = awaitPending({ ...options, ...POLL });
    setTimeout(() => void mine().then(send), 50);
    await waited;
    expect(waits).to.deep.equal([2]);
  });

  it("gives up after a while, and when it is told to", async () => {
    const { send, options } = await setUp();
    await send();
    await refusal("chain.transactions-pending", () => awaitPending({ ...options, ...POLL, patienceMs: 20 }));
    const stopped: unknown = await awaitPending({ ...options, ...POLL, signal: AbortSignal.timeout(20) }).catch(
      (error: unknown) => error,
    );
    expect(stopped).to.have.property("name", "AbortError");
  });
});
