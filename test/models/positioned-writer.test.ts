import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PositionedWriter } from "../../src/models/positioned-writer.ts";
import { Folders } from "./support/folders.ts";

const SCRIPT = `
  import { open } from "node:fs/promises";
  import { PositionedWriter } from ${JSON.stringify(new URL("../../src/models/positioned-writer.ts", import.meta.url))};
  const handle = await open(process.argv[1], "w");
  // Whoever is told by a signal cannot report the error.
  process.on("SIGXFSZ", () => undefined);
  const writer = new PositionedWriter({ handle, position: 0 });
  try {
    for (let count = 0; count < 40; count += 1) await writer.write(new Uint8Array(100_000).fill(7));
    await writer.end();
    console.log("written");
  } catch (error) {
    console.log(error.code);
  }
`;

describe("a writer of pieces", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  it("puts pieces of any size one after the other, from a position on", async () => {
    const path = join(await folders.empty(), "file");
    const pieces = [0, 1, 70_000, 2 ** 20, 0, 3 * 2 ** 20, 5].map((size) => randomBytes(size));
    await using handle = await open(path, "w");
    const writer = new PositionedWriter({ handle, position: 3 });
    for (const piece of pieces) await writer.write(piece);
    await writer.end();
    expect((await readFile(path)).equals(Buffer.concat([Buffer.alloc(3), ...pieces]))).to.equal(true);
  });

  it("says so when less can be written than was handed over", async () => {
    const path = join(await folders.empty(), "file");
    // Room for 1500 KiB: a write across the limit is cut short without an error.
    const command = `ulimit -f 1500; exec "$0" --input-type=module --eval "$1" "$2"`;
    const { stdout } = spawnSync("bash", ["-c", command, process.execPath, SCRIPT, path], { encoding: "utf8" });
    expect(stdout.trim()).to.equal("EFBIG");
    expect((await readFile(path)).length).to.equal(1500 * 1024);
  });

  it("fails at its end when what it began to write failed", async () => {
    const path = join(await folders.empty(), "file");
    const handle = await open(path, "w");
    const writer = new PositionedWriter({ handle, position: 0 });
    await handle.close();
    await writer.write(new Uint8Array(2 ** 20)).catch(() => undefined);
    const failed: unknown = await writer.end().catch((error: unknown) => error);
    expect(failed).to.have.property("code", "EBADF");
  });
});
