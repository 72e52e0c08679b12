import { expect } from "chai";
import { formatDuration, Pace } from "../../src/models/pace.ts";

const MIB = 2 ** 20;

describe("formatDuration", () => {
  it("uses the units that people expect", () => {
    const texts = [0, 0.1, 45, 119, 121, 3_600, 7_199, 7_260, 90_000].map(formatDuration);
    expect(texts).to.deep.equal([
      ...["0 s", "1 s", "45 s", "119 s", "3 min", "60 min", "120 min", "2 h 1 min", "25 h 0 min"],
    ]);
  });
});

describe("Pace", () => {
  /** What a pace says after events at these seconds. */
  function said(events: readonly (readonly [number, number, number?])[], total = 100 * MIB): string | undefined {
    let seconds = 0;
    const pace = new Pace(() => seconds * 1000);
    let text: string | undefined;
    for (const [at, done, begun = 0] of events) {
      seconds = at;
      text = pace.after({ done: done * MIB, begun: begun * MIB, total });
    }
    return text;
  }

  it("tells rate and time left of work that goes on steadily", () => {
    expect(
      said([
        [10, 0],
        [15, 25],
        [20, 50],
      ]),
    ).to.equal("5.0 MiB/s, 10 s left");
    expect(
      said([
        [0, 0],
        [20, 100],
      ]),
    ).to.equal("5.0 MiB/s, 0 s left");
  });

  it("does not guess at the beginning", () => {
    expect(said([[0, 0]])).to.equal(undefined);
    expect(
      said([
        [0, 0],
        [1, 50],
      ]),
    ).to.equal(undefined);
    expect(
      said([
        [0, 0],
        [10, 0],
      ]),
    ).to.equal(undefined);
  });

  it("does not guess the time of large pieces from a small one that was done beside them", () => {
    expect(
      said([
        [0, 0],
        [10, 0.002, 100],
      ]),
    ).to.equal(undefined);
  });

  it("goes by large pieces that are done, and not by what was begun since", () => {
    expect(
      said([
        [0, 0],
        [4, 0, 20],
      ]),
    ).to.equal("5.0 MiB/s, 16 s left");
    expect(
      said([
        [0, 0],
        [10, 20],
      ]),
    ).to.equal("2.0 MiB/s, 40 s left");
    expect(
      said([
        [0, 0],
        [10, 20],
        [15, 20, 40],
      ]),
    ).to.equal("2.0 MiB/s, 35 s left");
    expect(
      said([
        [0, 0],
        [10, 20],
        [90, 20, 40],
      ]),
    ).to.equal("2.0 MiB/s, 0 s left");
  });
});
