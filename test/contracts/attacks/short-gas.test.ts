import { expect } from "chai";
import { BLOB_ID, STATUS, withCommittee } from "../support/availability.ts";
import { ethers, networkHelpers } from "../support/chain.ts";
import { allBut, certificateOf, confirmation, secretOf, signatureOutsideGroup } from "../support/committees.ts";

const { loadFixture } = networkHelpers;
const MEMBERS = 248;
/** What the interface says is always enough. */
const BOUND = 500_000;
const MESSAGE = confirmation(5n, BLOB_ID);

/** The largest committee that there can be, so that a third of it being absent costs the most. */
async function withMost() {
  return await withCommittee({ secrets: Array.from({ length: MEMBERS }, (_, place) => secretOf(`member ${place}`)) });
}

describe("A certificate that is checked with little gas", function () {
  this.timeout(60_000);

  /** The status, or undefined where the call itself ran out of gas. */
  async function ask(gas: number, certificate: string): Promise<bigint | undefined> {
    const { availability, at } = await loadFixture(withMost);
    const data = availability.interface.encodeFunctionData("checkCertificate", [at, MESSAGE, certificate]);
    const to = await availability.getAddress();
    // Gas of the call itself, on top of what a transaction costs.
    const answer = await ethers.provider.call({ to, data, gasLimit: gas + intrinsic(data) }).catch(() => undefined);
    return answer === undefined ? undefined : BigInt(answer);
  }

  /** What a transaction costs before it runs anything. */
  function intrinsic(data: string): number {
    const bytes = Buffer.from(data.slice(2), "hex");
    return bytes.reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 21_000);
  }

  it("is never called false for that: it is short of gas, or valid", async () => {
    const { committee } = await loadFixture(withMost);
    const certificate = certificateOf(committee, allBut(MEMBERS, [3, 77, 200]), MESSAGE);
    const seen = new Set<bigint | undefined>();
    for (let gas = 2_000; gas <= BOUND; gas += 4_500) {
      const status = await ask(gas, certificate);
      expect([undefined, STATUS.GasShort, STATUS.Valid], `${gas} gas: status ${String(status)}`).to.include(status);
      seen.add(status);
    }
    expect(seen).to.deep.equal(new Set([undefined, STATUS.GasShort, STATUS.Valid]));
  });

  it("is never called valid for that when it is not", async () => {
    const { committee } = await loadFixture(withMost);
    const certificate = certificateOf(committee, allBut(MEMBERS, [3, 77]), MESSAGE);
    const wrong = certificateOf(committee, allBut(MEMBERS, [3, 78]), MESSAGE).slice(0, 386) + certificate.slice(386);
    for (let gas = 2_000; gas <= BOUND; gas += 9_000) {
      const status = await ask(gas, wrong);
      expect([undefined, STATUS.GasShort, STATUS.WrongSignature], `${gas} gas`).to.include(status);
    }
  });

  it("is short of gas before keys are added where adding them may need more than there is", async () => {
    const { committee } = await loadFixture(withMost);
    const certificate = certificateOf(committee, allBut(MEMBERS, [3, 77]), MESSAGE);
    expect(await ask(345_000, certificate)).to.equal(STATUS.GasShort);
    expect(await ask(375_000, certificate)).to.equal(STATUS.Valid);
  });

  it("is judged within the gas that the interface states, whatever it is", async () => {
    const { committee } = await loadFixture(withMost);
    const absent = Array.from({ length: 82 }, (_, index) => index * 3);
    const whole = certificateOf(committee, allBut(MEMBERS, absent), MESSAGE);
    const bitmap = whole.slice(386);
    for (const [certificate, status] of [
      [whole, STATUS.Valid],
      [certificateOf(committee, allBut(MEMBERS), MESSAGE), STATUS.Valid],
      [signatureOutsideGroup() + bitmap, STATUS.SignatureOutsideGroup],
      [`0x${"ff".repeat(192)}${bitmap}`, STATUS.MalformedSignature],
      ["0x", STATUS.MalformedSignature],
      [whole + "00".repeat(60_000), STATUS.InvalidBitmap],
      [whole.slice(0, 386) + "01", STATUS.BelowQuorum],
    ] as const) {
      expect(await ask(BOUND, certificate), certificate.slice(0, 40)).to.equal(status);
    }
  });
});
