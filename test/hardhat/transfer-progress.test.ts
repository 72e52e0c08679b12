import { expect } from "chai";
import { publishProgress, pullProgress } from "../../src/hardhat/transfer-progress.ts";

const MIB = 2 ** 20;

describe("progress of a publish", () => {
  function tell(terminal: boolean) {
    const lines: string[] = [];
    const clock = { ms: 0 };
    const options = { progress: (line: string) => void lines.push(line), terminal, now: () => clock.ms };
    return { lines, clock, published: publishProgress(options), pulled: pullProgress(options) };
  }

  for (const [terminal, every] of [
    [true, 200],
    [false, 10_000],
  ] as const) {
    it(`is told every ${String(every)} ms ${terminal ? "on a terminal" : "in a log"}`, () => {
      const { lines, clock, published } = tell(terminal);
      for (let at = 0; at < 3 * every; at += every / 4) {
        clock.ms = at;
        published({ kind: "hash", path: "a", done: at, total: 4 * every });
      }
      expect(lines).to.have.length(3);
    });
  }

  it("tells rate and time left once they are known", () => {
    const { lines, clock, published } = tell(true);
    published({ kind: "hash", path: "weights", done: 0, total: 100 * MIB });
    clock.ms = 10_000;
    published({ kind: "hash", path: "weights", done: 50 * MIB, total: 100 * MIB });
    published({ kind: "store", stored: 0, sent: 0, total: 100 * MIB });
    clock.ms = 20_000;
    published({ kind: "store", stored: 40 * MIB, sent: 20 * MIB, total: 100 * MIB });
    expect(lines).to.deep.equal([
      "read 0 bytes of 100.0 MiB: weights",
      "read 50.0 MiB of 100.0 MiB: weights, 5.0 MiB/s, 10 s left",
      "stored 40.0 MiB of 100.0 MiB, 20.0 MiB sent, 4.0 MiB/s, 15 s left",
    ]);
  });

  it("tells at once what happened", () => {
    const { lines, published } = tell(false);
    published({ kind: "transaction", what: "publish", hash: "0x1" });
    published({ kind: "transaction", what: "publish", hash: "0x2" });
    expect(lines).to.have.length(2);
  });

  it("is told of a pull in the same way, and its end always", () => {
    const { lines, clock, pulled } = tell(true);
    for (const [ms, received] of [
      [0, 0],
      [10, 1],
      [10_000, 50],
      [10_010, 100],
    ] as const) {
      clock.ms = ms;
      pulled({ kind: "download", path: "a", received: received * MIB, total: 100 * MIB });
    }
    expect(lines).to.deep.equal([
      "fetched 0 bytes of 100.0 MiB: a",
      "fetched 50.0 MiB of 100.0 MiB: a, 5.0 MiB/s, 10 s left",
      "fetched 100.0 MiB of 100.0 MiB: a",
    ]);
  });
});
