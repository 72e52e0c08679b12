import { expect } from "chai";
import { groupBySigners } from "../../src/walrus/group-by-signers.ts";

/** Members with a shard each, of whom three are a quorum. */
function groups(signed: Readonly<Record<string, readonly number[]>>) {
  return groupBySigners({
    signed: Object.entries(signed).map(([blob, signers]) => ({ blob, signers: new Set(signers) })),
    isQuorum: (signers) => signers.size >= 3,
  }).map(({ blobs, signers }) => [blobs.join(""), [...signers].join("")]);
}

describe("groupBySigners", () => {
  it("keeps together what one quorum signed, by those who signed for all of it", () => {
    expect(groups({ a: [0, 1, 2, 3], b: [0, 1, 2], c: [4, 2, 1, 0] })).to.deep.equal([["abc", "012"]]);
  });

  it("makes another group where no quorum would remain", () => {
    expect(groups({ a: [0, 1, 2], b: [1, 2, 3], c: [0, 1, 2, 3], d: [3, 2, 1] })).to.deep.equal([
      ["ac", "012"],
      ["bd", "123"],
    ]);
  });

  it("leaves out what no quorum signed", () => {
    expect(groups({ a: [0, 1], b: [0, 1, 2], c: [] })).to.deep.equal([["b", "012"]]);
  });
});
