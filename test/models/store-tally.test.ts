import { expect } from "chai";
import { StoreTally } from "../../src/models/store-tally.ts";
import type { StoreProgress } from "../../src/models/store-tally.ts";

describe("StoreTally", () => {
  it("adds up what is stored and under way, and leaves out what was there", () => {
    const events: StoreProgress[] = [];
    const tally = new StoreTally({ total: 300, onProgress: (event) => events.push(event) });
    tally.heard(0, { kind: "encode", hashed: 100, size: 100 });
    tally.heard(0, { kind: "upload", sent: 60, size: 100 });
    tally.heard(1, { kind: "upload", sent: 100, size: 100 });
    tally.heard(1, { kind: "encode", hashed: 30, size: 100 });
    tally.heard(1, { kind: "stored", blobId: "", size: 100 });
    tally.placed(2, { size: 100, sent: false });
    tally.placed(0, { size: 100, sent: true });
    tally.placed(1, { size: 100, sent: true });
    expect(events.map(({ stored, sent, total }) => [stored, sent, total])).to.deep.equal([
      [0, 0, 300],
      [0, 60, 300],
      [0, 60, 300],
      [0, 90, 300],
      [0, 90, 200],
      [100, 30, 200],
      [200, 0, 200],
    ]);
  });
});
