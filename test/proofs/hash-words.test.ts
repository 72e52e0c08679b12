import { expect } from "chai";
import { AbiCoder, keccak256 } from "ethers";
import { hashWords } from "../../src/proofs/hash-words.ts";
import { bytes32 } from "./support/sample-proof.ts";

describe("hashWords", () => {
  it("hashes what the ABI encodes", () => {
    const address = `0x${"ab".repeat(20)}` as const;
    const values = [bytes32("one"), address, 7, (1n << 64n) - 1n, 0n];
    const types = ["bytes32", "address", "uint32", "uint64", "uint256"];
    expect(hashWords(values)).to.equal(keccak256(AbiCoder.defaultAbiCoder().encode(types, values)));
  });

  it("refuses what is no word, and does not cut it", () => {
    for (const value of ["0x", `${bytes32("one")}00`, `${bytes32("one").slice(0, -1)}g`, -1n, 1n << 256n, 0.5]) {
      expect(() => hashWords([value as bigint]), String(value)).to.throw(RangeError);
    }
  });
});
