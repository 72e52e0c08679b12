import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { withLock } from "../../../scripts/setup/lock.mjs";

describe("withLock", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "scrimshaw-lock-"));
    file = join(folder, "deep/lock");
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("lets one work at a time", async () => {
    let inside = 0;
    const work = async (): Promise<number> => {
      inside += 1;
      expect(inside).to.equal(1);
      await sleep(20);
      return (inside -= 1);
    };
    await Promise.all([withLock({ file, work }), withLock({ file, work }), withLock({ file, work })]);
    expect(existsSync(file)).to.equal(false);
  });

  it("is released when the work fails", async () => {
    const failed = await withLock({ file, work: () => Promise.reject(new Error("no")) }).catch(
      (error: unknown) => error,
    );
    expect(failed).to.be.instanceOf(Error);
    expect(existsSync(file)).to.equal(false);
  });

  it("is taken over from a process that was killed", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "close");
    const pid = child.pid ?? 0;
    await withLock({ file, work: () => Promise.resolve() });
    writeFileSync(file, pid.toString());
    expect(await withLock({ file, work: () => Promise.resolve("done") })).to.equal("done");
  });
});
