import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../support/dev-process.ts";

const flat = (text: string): string => text.replace(/^\s+/gm, "").trim();

describe("docs/verifiers.md", () => {
  it("shows code as it stands in the example, which tests run", async () => {
    const text = await readFile(join(ROOT, "docs/verifiers.md"), "utf8");
    const blocks = [...text.matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)];
    expect(blocks.map(([, name]) => name)).to.include.members(["verifier.ts", "prove.ts"]);
    for (const [, name = "", code = ""] of blocks) {
      const source = await readFile(join(ROOT, "examples/iris/circuit", name), "utf8");
      expect(flat(source), name).to.include(flat(code));
    }
  });

  it("shows a verifier of somebody else's in about thirty lines, as it is compiled and tested", async () => {
    const text = await readFile(join(ROOT, "docs/verifiers.md"), "utf8");
    const [, shown] = /^```solidity\n([\s\S]*?)^```$/m.exec(text) ?? [];
    const source = await readFile(join(ROOT, "contracts/examples/QuorumVerifier.sol"), "utf8");
    expect(shown).to.equal(source);
    const code = source.split("\n").filter((line) => line.trim() !== "" && !/^\s*\/\//.test(line));
    expect(code.length).to.be.at.most(32);
  });

  it("states the gas that the snapshot holds", async () => {
    const text = await readFile(join(ROOT, "docs/verifiers.md"), "utf8");
    const snapshot = JSON.parse(await readFile(join(ROOT, "test/contracts/gas-snapshot.json"), "utf8")) as Record<
      string,
      number
    >;
    for (const name of ["five bytes shown", "hashes"]) {
      const gas = snapshot[`ProofRegistry.record (Groth16, ${name})`]!;
      expect(text).to.include(`${Math.round(gas / 1000)},000`);
    }
    const attested = Object.entries(snapshot).filter(([name]) => name.startsWith("ProofRegistry.record (attested by"));
    expect(attested.length).to.be.at.least(6);
    for (const [name, gas] of attested) expect(text, name).to.include(`${Math.round(gas / 1000)}k`);
  });
});
