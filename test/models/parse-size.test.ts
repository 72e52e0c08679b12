import { expect } from "chai";
import { parseSize } from "../../src/models/parse-size.ts";
import { refusal } from "../support/rejection.ts";

describe("parseSize", () => {
  const sizes: readonly [string, number][] = [
    ["0", 0],
    ["1234", 1234],
    ["500MB", 500_000_000],
    ["1.5 GiB", 1_610_612_736],
    ["2kib", 2048],
  ];
  for (const [text, bytes] of sizes) {
    it(`reads ${text}`, () => {
      expect(parseSize(text)).to.equal(bytes);
    });
  }

  for (const text of ["", "much", "-1", "1.5.2", "3 bananas", "1e9", "12 XB"]) {
    it(`refuses ${JSON.stringify(text)}`, () => refusal("models.size-invalid", () => parseSize(text)));
  }
});
