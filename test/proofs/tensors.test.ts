import { expect } from "chai";
import { createHash } from "node:crypto";

import { hashTensors } from "../../src/proofs/tensors.ts";
import type { Tensor } from "../../src/proofs/tensors.ts";
import { rejection } from "../support/rejection.ts";

const a: Tensor = { name: "a", dtype: "float32", shape: [1, 1], data: Uint8Array.of(0, 0, 0x80, 0x3f) };
const b: Tensor = { name: "b", dtype: "uint8", shape: [], data: Uint8Array.of(7) };

describe("hashTensors", () => {
  it("is SHA-256 over the documented CBOR, written out here by hand", () => {
    // ["scrimshaw.tensors/1", h'', [["a", "float32", [1, 1], h'0000803f']]]
    const cbor =
      "83" +
      "73" +
      Buffer.from("scrimshaw.tensors/1").toString("hex") +
      "40" +
      "81" +
      "84" +
      "6161" +
      "67" +
      Buffer.from("float32").toString("hex") +
      "820101" +
      "440000803f";
    const expected = createHash("sha256").update(Buffer.from(cbor, "hex")).digest("hex");
    expect(hashTensors({ tensors: [a] })).to.equal(`0x${expected}`);
  });

  it("does not depend on the order in which tensors are given", () => {
    expect(hashTensors({ tensors: [a, b] })).to.equal(hashTensors({ tensors: [b, a] }));
  });

  it("changes with name, dtype, shape, data and salt", () => {
    const variants = [
      hashTensors({ tensors: [a] }),
      hashTensors({ tensors: [{ ...a, name: "A" }] }),
      hashTensors({ tensors: [{ ...a, dtype: "int32" }] }),
      hashTensors({ tensors: [{ ...a, shape: [1] }] }),
      hashTensors({ tensors: [{ ...a, data: Uint8Array.of(0, 0, 0x80, 0xbf) }] }),
      hashTensors({ tensors: [a], salt: new Uint8Array(32) }),
      hashTensors({ tensors: [a], salt: new Uint8Array(32).fill(1) }),
    ];
    expect(new Set(variants).size).to.equal(variants.length);
  });

  for (const [what, tensors] of [
    ["two tensors of one name", [a, { ...b, name: "a" }]],
    ["bytes that do not fill the shape", [{ ...a, shape: [2] }]],
    ["a negative dimension", [{ ...a, shape: [-1, -1] }]],
    ["a fractional dimension", [{ ...a, shape: [0.5, 2] }]],
    ["an unknown dtype", [{ ...a, dtype: "string" as "int8" }]],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expect(await rejection(() => hashTensors({ tensors }))).to.have.property("code", "proofs.tensor-invalid");
    });
  }

  it("refuses a salt that is not 32 bytes", async () => {
    const error = await rejection(() => hashTensors({ tensors: [a], salt: new Uint8Array(16) }));
    expect(error.code).to.equal("proofs.tensor-invalid");
  });
});
