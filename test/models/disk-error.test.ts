import { expect } from "chai";
import { existsSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { asDiskError } from "../../src/models/disk-error.ts";
import { refusal } from "../support/rejection.ts";

/** What a full disk says to an open file: the system's own words where it has such a device. */
async function fullDisk(): Promise<unknown> {
  if (!existsSync("/dev/full")) return Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
  const handle = await open("/dev/full", "w");
  const failure: unknown = await handle.writeFile("x").catch((error: unknown) => error);
  await handle.close();
  return failure;
}

const rethrow = (error: unknown): never => {
  throw asDiskError(error);
};

describe("asDiskError", () => {
  it("says of a full disk what to do, though an open file's error names no path", async () => {
    const failure = await fullDisk();
    expect(failure).to.not.have.property("path");
    const error = await refusal("models.disk-failed", () => rethrow(failure));
    expect(error.found).to.equal("ENOSPC");
    expect(error.next).to.include("SCRIMSHAW_CACHE");
  });

  it("names the path where the system does", async () => {
    const failure: unknown = await readFile("/nowhere/at/all").catch((error: unknown) => error);
    expect((await refusal("models.disk-failed", () => rethrow(failure))).expected).to.include("/nowhere/at/all");
  });

  it("leaves errors of sockets and others as they are", () => {
    const reset = Object.assign(new Error("reset"), { code: "ECONNRESET", syscall: "read" });
    for (const error of [reset, new Error("other"), "text"]) expect(asDiskError(error)).to.equal(error);
  });
});
