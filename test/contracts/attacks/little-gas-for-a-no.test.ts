import { expect } from "chai";
import { withPolicy, CONTENT } from "../support/adapters.ts";
import { ethers, networkHelpers } from "../support/chain.ts";

const { loadFixture } = networkHelpers;
const { prompt, aigcData } = CONTENT;

async function withVerifier() {
  const made = await withPolicy();
  const erc7007 = await ethers.deployContract("ERC7007Verifier", [await made.lens.getAddress(), made.policy]);
  return { ...made, erc7007, forms: [(await made.recorded()).form, (await made.settled()).form] };
}

describe("An ERC-7007 verifier that is given little gas", () => {
  /** The answer with so much gas on top of what the transaction itself costs; undefined where the call reverts. */
  async function ask(gas: number, content: Uint8Array, form: string): Promise<boolean | undefined> {
    const { erc7007 } = await loadFixture(withVerifier);
    const data = erc7007.interface.encodeFunctionData("verify", [prompt, content, form]);
    const intrinsic = Buffer.from(data.slice(2), "hex").reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 21_000);
    const to = await erc7007.getAddress();
    const answer = await ethers.provider.call({ to, data, gasLimit: intrinsic + gas }).catch(() => undefined);
    return answer === undefined ? undefined : BigInt(answer) === 1n;
  }

  it("never says no to a good proof for that, however far down the gas ran out", async () => {
    const { forms } = await loadFixture(withVerifier);
    for (const form of forms) {
      const seen = new Set<boolean | undefined>();
      for (let gas = 3_000; gas <= 150_000; gas += 2_100) seen.add(await ask(gas, aigcData, form));
      expect(seen).to.deep.equal(new Set([undefined, true]));
    }
  });

  it("says no to other content with as much gas as a yes takes, and a seventh more", async () => {
    const { forms } = await loadFixture(withVerifier);
    for (const form of forms) {
      let enough = 3_000;
      while ((await ask(enough, aigcData, form)) !== true) enough += 2_100;
      expect(await ask(Math.ceil((enough * 8) / 7), prompt, form)).to.equal(false);
    }
  });
});
