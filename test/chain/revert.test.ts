import { expect } from "chai";
import { AbiCoder, id, Interface } from "ethers";
import { boundedText, chainError, readRevert, revertDataOf } from "../../src/chain/revert.ts";

const known = new Interface(["error Unchanged(bytes32 modelId, uint32 version)", "error Odd(string[] names)"]);
const data = known.encodeErrorResult("Unchanged", [id("model"), 3]);

describe("chain errors", () => {
  it("finds revert data wherever a provider puts it", () => {
    expect(revertDataOf({ data })).to.equal(data);
    expect(revertDataOf({ info: { error: { data: { message: "reverted", data } } } })).to.equal(data);
    expect(revertDataOf(new Error("outer", { cause: { error: { data } } }))).to.equal(data);
    expect(revertDataOf({ data: "0x" })).to.equal(undefined);
  });

  it("gives up on errors that never end", () => {
    const endless: { cause?: unknown } = {};
    endless.cause = endless;
    expect(revertDataOf(endless)).to.equal(undefined);
  });

  it("names a known error with its arguments", () => {
    expect(readRevert(data, [known]).text).to.equal(`Unchanged(modelId: "${id("model")}", version: 3)`);
  });

  it("names Solidity's own errors", () => {
    const text = new Interface(["error Error(string)"]).encodeErrorResult("Error", ["no"]);
    expect(readRevert(text, []).text).to.equal('Error("no")');
  });

  it("shows the selector of an unknown error, and of a known one that does not decode", () => {
    expect(readRevert("0x12345678", [known]).text).to.include("0x12345678");
    expect(readRevert(data.slice(0, 20), [known]).text).to.include(data.slice(0, 10));
  });

  it("bounds arguments that a hostile contract chose", () => {
    const names = Array.from({ length: 1_000 }, () => "x".repeat(100));
    const large = `${known.getError("Odd")!.selector}${AbiCoder.defaultAbiCoder().encode(["string[]"], [names]).slice(2)}`;
    expect(readRevert(large, [known]).text.length).to.be.lessThan(700);
  });

  it("tells apart what a user can do something about", () => {
    const codeOf = (error: unknown): string => chainError({ what: "test", error, interfaces: [known] }).code;
    expect(codeOf({ data })).to.equal("chain.reverted");
    expect(codeOf(Object.assign(new Error("no"), { code: "INSUFFICIENT_FUNDS" }))).to.equal("chain.insufficient-funds");
    expect(codeOf(new Error("Sender doesn't have enough funds to send tx"))).to.equal("chain.insufficient-funds");
    expect(codeOf(Object.assign(new Error("no"), { code: "ECONNREFUSED" }))).to.equal("chain.unreachable");
    expect(codeOf(new Error("nonce too low"))).to.equal("chain.request-failed");
  });

  it("reads the error inside a reason, and says what to do about the innermost one that it knows", () => {
    const outer = new Interface([
      "error ProofRegistryVerifierReverted(address verifier, bytes32 digest, bytes reason)",
    ]);
    const inner = new Interface(["error AttesterRegistryUnknownAttester(bytes32 attesterId)"]);
    const reason = inner.encodeErrorResult("AttesterRegistryUnknownAttester", [id("attester")]);
    const verifier = `0x${"12".repeat(20)}`;
    const nested = outer.encodeErrorResult("ProofRegistryVerifierReverted", [verifier, id("digest"), reason]);
    const error = chainError({ what: "record the proof", error: { data: nested }, interfaces: [outer, inner] });
    expect(error.found).to.include("reason: AttesterRegistryUnknownAttester(");
    expect(error.next).to.include("npx hardhat attester add");
  });

  it("does not follow reasons inside reasons without end", () => {
    const outer = new Interface(["error Nested(bytes reason)"]);
    let deep = "0x12345678";
    for (let i = 0; i < 50; i += 1) deep = outer.encodeErrorResult("Nested", [deep]);
    expect(readRevert(deep, [outer]).names.length).to.be.lessThan(10);
  });

  it("says that another contract stands at an address", () => {
    const error = chainError({
      what: "read",
      error: Object.assign(new Error("no"), { code: "BAD_DATA" }),
      interfaces: [],
    });
    expect(error.code).to.equal("chain.other-contract");
    expect(error.next).to.include("address");
  });

  it("makes one line of a node's text", () => {
    expect(boundedText(new Error("a\n\tb"))).to.equal("a b");
  });
});
