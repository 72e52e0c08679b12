import { expect } from "chai";

import { ScrimshawError } from "../../../src/errors.ts";
import { Retries } from "../../../src/proofs/settler/retries.ts";
import type { SettlerEvent } from "../../../src/proofs/settler/settler-event.ts";

describe("a settler's retries", () => {
  const away = (): Promise<boolean> =>
    Promise.reject(
      new ScrimshawError({ code: "chain.unreachable", expected: "a chain", found: "none", next: "Wait." }),
    );
  let clock = 0;
  let events: SettlerEvent[];
  let retries: Retries;
  beforeEach(() => {
    clock = 0;
    events = [];
    retries = new Retries({ now: () => clock, onEvent: (event) => events.push(event) });
  });

  it("wait longer after each failure, a minute at most", async () => {
    const pauses: number[] = [];
    for (let failures = 0; failures < 8; failures += 1) {
      await retries.attempt(1, undefined, away);
      const event = events.at(-1);
      if (event?.kind !== "failed") throw new Error("no failure was told");
      pauses.push((event.retryAt - clock) / 1_000);
      clock = event.retryAt;
    }
    expect(pauses).to.deep.equal([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it("do nothing before it is time, and hinder no other work", async () => {
    await retries.attempt(1, undefined, away);
    clock = 999;
    expect(await retries.attempt(1, undefined, () => Promise.resolve(true))).to.equal(false);
    expect(await retries.attempt(2, undefined, () => Promise.resolve(true))).to.equal(true);
    clock = 1_000;
    expect(await retries.attempt(1, undefined, () => Promise.resolve(true))).to.equal(true);
  });

  it("know a failure for as long as its work is not done, also if then nothing changes", async () => {
    await retries.attempt("form", undefined, away);
    expect(retries.lastFailure?.code).to.equal("chain.unreachable");
    clock = 1_000;
    await retries.attempt("form", undefined, () => Promise.resolve(false));
    expect(retries.lastFailure).to.equal(undefined);
  });

  it("hand on what is no failure of the family, and an interrupt", async () => {
    const broken = new TypeError("a mistake");
    const stop = AbortSignal.abort(new Error("stopped"));
    const endOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
    expect(await endOf(retries.attempt(1, undefined, () => Promise.reject(broken)))).to.equal(broken);
    expect(await endOf(retries.attempt(1, stop, away))).to.equal(stop.reason);
    expect(events).to.be.empty;
  });
});
