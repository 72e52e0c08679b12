import { expect } from "chai";
import { parsePatterns } from "../../src/models/parse-patterns.ts";
import { refusal } from "../support/rejection.ts";

describe("parsePatterns", () => {
  for (const [text, patterns] of [
    ["*.json", ["*.json"]],
    ["*.json,weights/**", ["*.json", "weights/**"]],
    [" a , ./b/c ,,", ["a", "b/c"]],
    ["*.{json,txt},x", ["*.{json,txt}", "x"]],
    ["}a,b", ["}a", "b"]],
    ["{a,b", ["{a,b"]],
  ] as const) {
    it(`reads ${text}`, () => {
      expect(parsePatterns(text)).to.deep.equal(patterns);
    });
  }

  for (const text of ["", " , "]) {
    it(`refuses ${JSON.stringify(text)}, which would mean everything`, () =>
      refusal("models.patterns-missing", () => parsePatterns(text)));
  }
});
