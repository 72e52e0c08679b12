import accessManager from "@openzeppelin/contracts/build/contracts/AccessManager.json" with { type: "json" };
import { expect } from "chai";

/** Instructions that came after Cancun: CLZ (EIP-7939) of Osaka. */
const AFTER_CANCUN = [0x1e];
const [PUSH1, PUSH32] = [0x60, 0x7f];

function instructions(bytecode: string): Set<number> {
  const bytes = Buffer.from(bytecode.slice(2), "hex");
  // The metadata at the end, whose length its last two bytes say, is never executed.
  const end = bytes.length - 2 - bytes.readUInt16BE(bytes.length - 2);
  const found = new Set<number>();
  for (let at = 0; at < end; at += 1) {
    const instruction = bytes.readUInt8(at);
    found.add(instruction);
    if (instruction >= PUSH1 && instruction <= PUSH32) at += instruction - PUSH1 + 1;
  }
  return found;
}

describe("The access manager as OpenZeppelin publishes it", () => {
  it("runs on every chain that our contracts run on", () => {
    const used = instructions(accessManager.bytecode);
    expect(used.size).to.be.greaterThan(50);
    for (const instruction of AFTER_CANCUN) expect(used.has(instruction)).to.equal(false);
  });
});
