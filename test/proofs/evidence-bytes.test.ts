import { encode } from "cborg";
import { expect } from "chai";

import { boundStatementHash, decodeEvidence, encodeEvidence } from "../../src/proofs/evidence-bytes.ts";
import { hashStatement } from "../../src/proofs/statement.ts";
import { rejection } from "../support/rejection.ts";
import { sampleStatement } from "./support/sample-proof.ts";

const statement = sampleStatement("one");
const content = {
  runtime: { id: "onnxruntime-web", version: "1.30.0" },
  inputs: [{ name: "x", dtype: "float32" as const, shape: [1, 4], data: new Uint8Array(16).fill(1) }],
  inputSalt: new Uint8Array(32).fill(9),
};

describe("Evidence bytes", () => {
  const bytes = encodeEvidence({ statement, content });

  it("begin with SCR1 and the statement hash in clear", () => {
    expect(Buffer.from(bytes.subarray(0, 4)).toString("ascii")).to.equal("SCR1");
    expect(`0x${Buffer.from(bytes.subarray(4, 36)).toString("hex")}`).to.equal(hashStatement(statement));
    expect(boundStatementHash(bytes)).to.equal(hashStatement(statement));
  });

  it("give back what was put in", () => {
    const decoded = decodeEvidence(bytes);
    expect(decoded.statementHash).to.equal(hashStatement(statement));
    expect(decoded.content).to.deep.equal(content);
  });

  const header = bytes.subarray(0, 36);
  const withBody = (body: Uint8Array): Uint8Array => Buffer.concat([header, body]);
  const valid = { schema: "scrimshaw.evidence/1", runtime: content.runtime };
  const broken: readonly (readonly [string, Uint8Array])[] = [
    ["nothing", new Uint8Array()],
    ["a header cut short", bytes.subarray(0, 35)],
    ["another magic", Buffer.concat([Buffer.from("SCR2"), bytes.subarray(4)])],
    ["no body", header],
    ["a body cut short", bytes.subarray(0, -1)],
    ["bytes after the body", Buffer.concat([bytes, Uint8Array.of(0)])],
    ["an unknown schema", withBody(encode({ ...valid, schema: "scrimshaw.evidence/2" }))],
    ["an unknown member", withBody(encode({ ...valid, extra: 1 }))],
    ["a salt of another length", withBody(encode({ ...valid, inputSalt: new Uint8Array(31) }))],
    [
      "a tensor whose bytes do not fill its shape",
      withBody(encode({ ...valid, inputs: [{ name: "x", dtype: "int8", shape: [2], data: new Uint8Array(1) }] })),
    ],
    ["an indefinite-length map", withBody(Uint8Array.of(0xbf, 0xff))],
  ];
  for (const [what, evidence] of broken) {
    it(`are refused with ${what}`, async () => {
      expect((await rejection(() => decodeEvidence(evidence))).code).to.match(/^proofs\.(evidence|tensor)-invalid$/);
    });
  }
});
