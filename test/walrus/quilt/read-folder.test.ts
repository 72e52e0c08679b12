import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { readFolder } from "../../../src/walrus/quilt/read-folder.ts";
import { failure } from "../failure.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../temporary-directory.ts";

describe("readFolder", () => {
  let directory: TemporaryDirectory;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    await mkdir(join(directory.path, "sub", "deep"), { recursive: true });
    await writeFile(join(directory.path, "a.txt"), "a");
    await writeFile(join(directory.path, "sub", "deep", "b.txt"), "");
  });
  afterEach(() => directory[Symbol.asyncDispose]());

  it("names files by their paths, with the tags given for them", async () => {
    const tags = new Map([["sub/deep/b.txt", { empty: "yes" }]]);
    const patches = await readFolder({ folder: directory.path, tags });
    const found = patches.map(({ identifier, bytes, tags: own }) => [identifier, Buffer.from(bytes).toString(), own]);
    expect(found.toSorted()).to.deep.equal([
      ["a.txt", "a", {}],
      ["sub/deep/b.txt", "", { empty: "yes" }],
    ]);
  });

  it("refuses links, a folder that is not there, and tags of no file", async () => {
    const nowhere = readFolder({ folder: join(directory.path, "nowhere") });
    expect(await failure(nowhere)).to.include({ code: "walrus.file-unreadable", found: "ENOENT" });
    const stray = readFolder({ folder: directory.path, tags: new Map([["c.txt", {}]]) });
    expect((await failure(stray)).code).to.equal("walrus.patch-not-found");
    await symlink("/etc/hostname", join(directory.path, "sub", "link"));
    expect((await failure(readFolder({ folder: directory.path }))).code).to.equal("walrus.folder-invalid");
  });
});
