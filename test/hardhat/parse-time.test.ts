import { expect } from "chai";
import { isScrimshawError } from "../../src/errors.ts";
import { parseTime } from "../../src/hardhat/parse-time.ts";

describe("parseTime", () => {
  const valid: readonly (readonly [string, bigint])[] = [
    ["0", 0n],
    ["1800000000", 1_800_000_000n],
    ["2027-01-31", 1_801_353_600n],
    ["2027-01-31T12:00", 1_801_396_800n],
    ["2027-01-31T12:00:00Z", 1_801_396_800n],
    ["2027-01-31T12:00:00+02:00", 1_801_389_600n],
  ];
  for (const [text, seconds] of valid) {
    it(`reads ${text}`, () => {
      expect(parseTime({ text, option: "--at" })).to.equal(seconds);
    });
  }

  for (const text of ["", "tomorrow", "-1", "1e9", "2027-02-31T99:00", "1969-12-31", "9999999999999", "31.1.2027"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseTime({ text, option: "--at" }))
        .to.throw()
        .that.satisfies(isScrimshawError);
    });
  }
});
