import { expect } from "chai";

import { readProofFile, writeProofFile } from "../../src/proofs/proof-file.ts";
import { rejection } from "../support/rejection.ts";
import { samplePart } from "./support/sample-proof.ts";

describe("Proof file", () => {
  const part = samplePart("one");
  const text = writeProofFile(part);

  it("gives back the proof, its seal and its evidence", () => {
    const read = readProofFile(text);
    expect(read.proof).to.deep.equal(part.proof);
    expect(read.seal).to.equal(part.seal);
    expect(Buffer.from(read.evidence)).to.deep.equal(Buffer.from(part.evidence));
  });

  const members = JSON.parse(text) as Record<string, Record<string, unknown>>;
  for (const [what, value] of [
    ["another schema", { ...members, schema: "scrimshaw.proof/2" }],
    ["an unknown member", { ...members, extra: 1 }],
    ["a number where a decimal string belongs", { ...members, statement: { ...members["statement"], producedAt: 1 } }],
    [
      "a time beyond 64 bits",
      { ...members, statement: { ...members["statement"], producedAt: (1n << 64n).toString() } },
    ],
    ["a hash cut short", { ...members, statement: { ...members["statement"], modelId: "0x12" } }],
    ["evidence that is not base64", { ...members, evidenceBytes: "%" }],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      expect((await rejection(() => readProofFile(JSON.stringify(value)))).code).to.equal("proofs.file-invalid");
    });
  }

  it("is refused when it is not JSON", async () => {
    expect((await rejection(() => readProofFile("{"))).code).to.equal("proofs.file-invalid");
  });
});
