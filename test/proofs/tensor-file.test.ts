import { expect } from "chai";

import { readTensorFile } from "../../src/proofs/tensor-file.ts";
import { rejection } from "../support/rejection.ts";

const file = (dtype: string, shape: number[], values: unknown[]): string =>
  JSON.stringify({ x: { dtype, shape, values } });
const hexOf = (text: string): string => Buffer.from(readTensorFile(text)[0]!.data).toString("hex");

describe("Tensor file", () => {
  it("writes values little-endian in the stated type", () => {
    expect(hexOf(file("float32", [1], [1]))).to.equal("0000803f");
    expect(hexOf(file("float64", [1], [-2]))).to.equal("00000000000000c0");
    expect(hexOf(file("int16", [2], [-2, 258]))).to.equal("feff0201");
    expect(hexOf(file("int64", [1], ["-9223372036854775808"]))).to.equal("0000000000000080");
    expect(hexOf(file("uint64", [1], ["18446744073709551615"]))).to.equal("ffffffffffffffff");
    expect(hexOf(file("bool", [2], [true, false]))).to.equal("0100");
  });

  it("sorts tensors by name", () => {
    const one = { dtype: "int8", shape: [1], values: [1] };
    expect(readTensorFile(JSON.stringify({ b: one, a: one })).map(({ name }) => name)).to.deep.equal(["a", "b"]);
  });

  for (const [what, text] of [
    ["text that is not JSON", "{"],
    ["an unknown type", file("float8", [1], [1])],
    ["float16, which cannot be written exactly", file("float16", [1], [1])],
    ["fewer values than the shape holds", file("int8", [2], [1])],
    ["an integer the type cannot hold", file("int8", [1], [128])],
    ["a negative unsigned integer", file("uint8", [1], [-1])],
    ["a fraction in an integer type", file("int32", [1], [0.5])],
    ["an integer that JSON rounded", '{"x":{"dtype":"int64","shape":[1],"values":[9007199254740993]}}'],
    ["text in a float type", file("float32", [1], ["1"])],
    ["an unknown member", JSON.stringify({ x: { dtype: "int8", shape: [1], values: [1], extra: 1 } })],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expect((await rejection(() => readTensorFile(text))).code).to.match(/^proofs\.tensor-(file-)?invalid$/);
    });
  }
});
