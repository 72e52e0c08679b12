import { expect } from "chai";
import { AbiCoder, id, Interface } from "ethers";
import { boundedText, chainError, describeRevert, revertDataOf } from "../../src/chain/revert.ts";

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
    expect(describeRevert(data, [known])).to.equal(`Unchanged(modelId: "${id("model")}", version: 3)`);
  });

  it("names Solidity's own errors", () => {
    const text = new Interface(["error Error(string)"]).encodeErrorResult("Error", ["no"]);
    expect(describeRevert(text, [])).to.equal('Error("no")');
  });

  it("shows the selector of an unknown error, and of a known one that does not decode", () => {
    expect(describeRevert("0x12345678", [known])).to.include("0x12345678");
    expect(describeRevert(data.slice(0, 20), [known])).to.include(data.slice(0, 10));
  });

  it("bounds arguments that a hostile contract chose", () => {
    const names = Array.from({ length: 1_000 }, () => "x".repeat(100));
    const large = `${known.getError("Odd")!.selector}${AbiCoder.defaultAbiCoder().encode(["string[]"], [names]).slice(2)}`;
    expect(describeRevert(large, [known]).length).to.be.lessThan(400);
  });

  it("tells apart what a user can do something about", () => {
    const codeOf = (error: unknown): string => chainError({ what: "test", error, interfaces: [known] }).code;
    expect(codeOf({ data })).to.equal("chain.reverted");
    expect(codeOf(Object.assign(new Error("no"), { code: "INSUFFICIENT_FUNDS" }))).to.equal("chain.insufficient-funds");
    expect(codeOf(new Error("Sender doesn't have enough funds to send tx"))).to.equal("chain.insufficient-funds");
    expect(codeOf(Object.assign(new Error("no"), { code: "ECONNREFUSED" }))).to.equal("chain.unreachable");
    expect(codeOf(new Error("nonce too low"))).to.equal("chain.request-failed");
  });

  it("makes one line of a node's text", () => {
    expect(boundedText(new Error("a\n\tb"))).to.equal("a b");
  });
});
