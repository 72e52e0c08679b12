import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Mutant, mutate } from "../../scripts/mutation/mutant.ts";
import { MUTANTS } from "../../scripts/mutation/mutants/all.ts";
import { ROOT } from "../support/dev-process.ts";

const textOf = ({ file }: Mutant): string => readFileSync(join(ROOT, "contracts", file), "utf8");

describe("The checks that `npm run test:mutation` takes away", () => {
  it("stand in the contracts, each once, and are named once", () => {
    for (const mutant of MUTANTS) expect(mutate(textOf(mutant), mutant)).not.to.equal(textOf(mutant));
    expect(new Set(MUTANTS.map(({ file, check }) => `${file}: ${check}`)).size).to.equal(MUTANTS.length);
  });

  it("are missed when their text is gone, or there twice", () => {
    const mutant = { file: "A.sol", check: "a check", find: "require(ok);", replace: "" };
    expect(mutate("before require(ok); after", mutant)).to.equal("before  after");
    expect(() => mutate("before after", mutant)).to.throw("0 times");
    expect(() => mutate("require(ok); require(ok);", mutant)).to.throw("2 times");
  });
});
