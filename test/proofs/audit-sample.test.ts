import { expect } from "chai";
import { requireRoom } from "../../src/proofs/audit/answer-limit.ts";
import { refusal } from "../support/rejection.ts";
import { drawSample, ruledOut } from "../../src/proofs/audit/sample.ts";
import { bytes32 } from "./support/sample-proof.ts";

describe("the answers of an audit", () => {
  it("are within bounds, whatever a settler put into a batch", async () => {
    requireRoom({ answers: 0, proofs: 100_000 });
    for (const much of [
      { answers: 0, proofs: 400_000 },
      { answers: 900_000, proofs: 100_000 },
    ])
      expect(await refusal("proofs.audit-too-large", () => requireRoom(much)))
        .to.have.property("next")
        .that.contains("--sample");
  });
});

describe("a random sample of a batch", () => {
  it("is drawn again by its seed, and is another one by another seed", () => {
    const draw = (seed: string) => drawSample({ count: 1000, size: 50, seed: bytes32(seed) }).indexes;
    expect(draw("one")).to.deep.equal(draw("one"));
    expect(draw("one")).to.not.deep.equal(draw("two"));
    expect(new Set(draw("one")).size).to.equal(50);
    expect(draw("one")).to.deep.equal(draw("one").toSorted((a, b) => a - b));
    const fresh = drawSample({ count: 1000, size: 50 });
    expect(drawSample({ count: 1000, size: 50, seed: fresh.seed })).to.deep.equal(fresh);
  });

  it("draws each place about equally often", () => {
    const drawn = new Array<number>(20).fill(0);
    for (let round = 0; round < 2_000; round += 1) {
      const { indexes } = drawSample({ count: 20, size: 5, seed: bytes32(`round ${round}`) });
      for (const index of indexes) drawn[index] = (drawn[index] ?? 0) + 1;
    }
    // 500 expected; 6 standard deviations of the binomial distribution are 116.
    for (const times of drawn) expect(times).to.be.within(384, 616);
  });

  it("rules out as many bad proofs as the hypergeometric distribution says", () => {
    // Of 20, a sample of 10 misses 4 bad ones with C(16,10)/C(20,10) = 8008/184756 = 4.3%, and 3 with 10.5%.
    expect(ruledOut({ count: 20, size: 10 })).to.equal(4);
    // As for n independent draws, 1 - 0.05^(1/n) of many: 2.9% for 100.
    expect(ruledOut({ count: 100_000, size: 100 })).to.be.within(2_900, 2_960);
    expect(ruledOut({ count: 1000, size: 1000 })).to.equal(1);
    expect(ruledOut({ count: 5, size: 0 })).to.equal(5);
  });
});
