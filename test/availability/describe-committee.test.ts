import { expect } from "chai";
import { describeChange, describeCommittee } from "../../src/availability/describe-committee.ts";

const KEY = "ab".repeat(96);
const OTHER = "cd".repeat(96);
const committee = {
  ...{ epoch: 5, startsAt: 1_800_000_000n, duration: 86_400, nShards: 10, weights: [7, 3] },
  publicKeys: `0x${KEY}${OTHER}`,
} as const;

describe("A committee in words", () => {
  it("names its times, members and weights", () => {
    expect(describeCommittee({ ...committee, weights: [7, 3] })).to.deep.equal([
      "epoch        5, from 2027-01-15T08:00:00.000Z on, for 86400 seconds",
      "members      2, with 3 to 7 of 10 shards",
    ]);
  });

  it("says once how many shards all have, where all have as many", () => {
    expect(describeCommittee({ ...committee, weights: [5, 5] })[1]).to.equal(
      "members      2, with 5 of 10 shards each",
    );
  });

  it("can be shown whatever a file or a node says of its beginning and of how many it has", () => {
    const startsAt = 2n ** 64n - 1n;
    const weights = Array.from({ length: 300_000 }, () => 1);
    expect(describeCommittee({ ...committee, startsAt, weights }).join()).to.include(`second ${startsAt}`);
  });

  it("says who joined, left, and holds more or fewer shards than in the epoch before", () => {
    const before = { ...committee, epoch: 4, weights: [10], publicKeys: `0x${KEY}` } as const;
    expect(describeChange({ ...before, weights: [10] }, { ...committee, weights: [7, 3] })).to.equal(
      "changes      since epoch 4: 1 keys joined with 3 shards, 0 left with 0, 1 hold more or fewer",
    );
  });
});
