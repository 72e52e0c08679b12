import { expect } from "chai";
import { tensorFrame } from "../../../src/proofs/groth16/tensor-frame.ts";
import type { Dtype } from "../../../src/proofs/tensors.ts";
import { refusal } from "../../support/rejection.ts";

describe("tensorFrame", () => {
  it("is what stands before the data, written out here by hand", () => {
    const head = `8373${Buffer.from("scrimshaw.tensors/1").toString("hex")}408184`;
    const row = `616165${Buffer.from("uint8").toString("hex")}820104`;
    expect(tensorFrame({ name: "a", dtype: "uint8", shape: [1, 4] })).to.deep.equal({
      prefix: `0x${head}${row}44`,
      length: 4,
    });
    expect(tensorFrame({ name: "a", dtype: "uint8", shape: [1, 300] }).prefix.endsWith("59012c")).to.equal(true);
  });

  it("refuses tensors that are none, and those that no seal could show", async () => {
    for (const [dtype, shape] of [
      ["uint8", [-1]],
      ["uint8", [0.5, 2]],
      ["uint8", [Number.NaN]],
      ["float64", [1 << 15]],
      ["uint8", [Number.MAX_SAFE_INTEGER, 9]],
      ["text" as Dtype, [1]],
    ] as const) {
      await refusal("proofs.tensor-invalid", () => tensorFrame({ name: "a", dtype, shape }));
    }
  });
});
