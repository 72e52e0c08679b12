import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { readBoundedText } from "../src/bounded-text.ts";
import { temporaryDirectory } from "./walrus/temporary-directory.ts";

/** What `action` fails with. */
async function thrown(action: () => Promise<unknown>): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("readBoundedText", () => {
  it("reads what fits, and no more of what does not say how long it is", async () => {
    await using folder = await temporaryDirectory();
    const path = join(folder.path, "text");
    await writeFile(path, "twelve bytes");
    expect(await readBoundedText(path, 12)).to.equal("twelve bytes");
    expect(await thrown(() => readBoundedText(path, 11))).to.be.instanceOf(RangeError);
    expect(await thrown(() => readBoundedText("/dev/zero", 1_000))).to.be.instanceOf(RangeError);
  });

  it("follows links and reads devices only where it may", async () => {
    await using folder = await temporaryDirectory();
    const [path, link, inside] = ["text", "link", "folder"].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(path, "text");
    await symlink(path, link);
    await mkdir(inside);
    expect(await readBoundedText(link, 10)).to.equal("text");
    expect(await readBoundedText(path, 10, { follow: false })).to.equal("text");
    for (const other of [link, "/dev/null", inside]) await thrown(() => readBoundedText(other, 10, { follow: false }));
  });
});
