import { expect } from "chai";

import { EpochClock } from "../../../src/walrus/local/epoch-clock.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../temporary-directory.ts";

const MINUTE = 60_000;

describe("EpochClock", () => {
  let directory: TemporaryDirectory;
  let time: number;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    time = 1_000_000;
  });
  afterEach(() => directory[Symbol.asyncDispose]());

  function open(epochSeconds?: number): Promise<EpochClock> {
    return EpochClock.open({ directory: directory.path, epochSeconds, now: () => time });
  }

  it("stands still without a length, until it is advanced", async () => {
    const clock = await open();
    time += 1_000 * MINUTE;
    expect(clock.epoch()).to.equal(1);
    expect(await clock.advance()).to.equal(2);
    expect((await open()).epoch()).to.equal(2);
  });

  it("goes with the wall clock, also while nobody looks", async () => {
    const clock = await open(60);
    time += 2 * MINUTE + 10_000;
    expect(clock.epoch()).to.equal(3);
    expect(clock.startedAt()).to.equal(1_000_000 + 2 * MINUTE);
    time += 50_000;
    expect((await open(60)).epoch()).to.equal(4);
  });

  it("begins a full epoch when it is advanced by hand", async () => {
    const clock = await open(60);
    time += 30_000;
    expect(await clock.advance()).to.equal(2);
    time += 59_999;
    expect(clock.epoch()).to.equal(2);
    time += 1;
    expect(clock.epoch()).to.equal(3);
  });

  it("keeps the epochs that passed when its length changes", async () => {
    await open(60);
    time += 5 * MINUTE;
    expect((await open(3_600)).epoch()).to.equal(6);
    time += 59 * MINUTE;
    expect((await open()).epoch()).to.equal(6);
    time += 1_000 * MINUTE;
    expect((await open()).epoch()).to.equal(6);
  });

  it("never goes below its last epoch when the wall clock is set back", async () => {
    await open(60);
    time += 5 * MINUTE;
    const clock = await open(60);
    time -= 3 * MINUTE;
    expect(clock.epoch()).to.equal(6);
    expect((await open(60)).epoch()).to.equal(6);
  });
});
