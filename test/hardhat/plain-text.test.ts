import { expect } from "chai";
import { plainText } from "../../src/hardhat/plain-text.ts";

describe("plainText", () => {
  it("keeps ordinary text of any script", () => {
    expect(plainText("Iris classifier, Ärger, 日本語, 🌸")).to.equal("Iris classifier, Ärger, 日本語, 🌸");
  });

  it("removes escape sequences, line breaks and carriage returns", () => {
    expect(plainText("a\u001b[31mred\u001b[0m\r\nb\u0007\u009bc")).to.equal("a[31mred[0mbc");
  });

  it("removes what reorders or hides text", () => {
    expect(plainText("abc\u202ednet\u2066x\u200by\u2028z\ufeff")).to.equal("abcdnetxyz");
  });

  it("removes lone surrogates", () => {
    expect(plainText("a\ud800b")).to.equal("ab");
  });

  it("bounds the length", () => {
    expect(plainText("x".repeat(100_000))).to.have.lengthOf(4_099);
  });
});
