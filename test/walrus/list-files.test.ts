import { execFileSync } from "node:child_process";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { formatBlobList, readBlobArgument, requireListable } from "../../src/walrus/blob-list.ts";
import { listFiles } from "../../src/walrus/list-files.ts";
import { failure } from "./failure.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";

describe("listFiles", () => {
  let directory: TemporaryDirectory;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    await mkdir(join(directory.path, "sub", "deep"), { recursive: true });
    await writeFile(join(directory.path, "sub", "deep", "b.txt"), "bb");
    await writeFile(join(directory.path, "a.txt"), "a");
  });
  afterEach(() => directory[Symbol.asyncDispose]());

  it("lists a folder's files by their paths, or the one file", async () => {
    const { folder, files } = await listFiles(directory.path);
    expect(folder).to.equal(true);
    expect(files.map(({ path, size }) => [path, size])).to.deep.equal([
      ["a.txt", 1],
      ["sub/deep/b.txt", 2],
    ]);
    const source = join(directory.path, "a.txt");
    expect(await listFiles(source)).to.deep.equal({ folder: false, files: [{ path: "a.txt", source, size: 1 }] });
    await symlink(source, join(directory.path, "link"));
    expect((await listFiles(join(directory.path, "link"))).files[0]).to.include({ path: "link", size: 1 });
  });

  it("names all symbolic links of a folder at once, as far as that fits, without what moves a cursor", async () => {
    await symlink("/etc/hostname", join(directory.path, "sub", "one"));
    await symlink(directory.path, join(directory.path, "cir\u001b[2Jcle"));
    const error = await failure(listFiles(directory.path));
    expect(error.code).to.equal("walrus.folder-invalid");
    expect(error.found).to.equal('2 symbolic links: "cir [2Jcle", "sub/one"');
    expect(error.next).to.contain("cp -rL");
    for (let at = 0; at < 20; at += 1) await symlink("/etc/hostname", join(directory.path, `z${at}`));
    expect((await failure(listFiles(directory.path))).found).to.match(/^22 symbolic links: .* and 12 more$/);
  });

  it("refuses pipes, empty folders and what is not there", async () => {
    expect(await failure(listFiles(join(directory.path, "none")))).to.include({
      code: "walrus.file-unreadable",
      found: "ENOENT",
    });
    await mkdir(join(directory.path, "empty"));
    expect((await failure(listFiles(join(directory.path, "empty")))).found).to.equal("no file");
    expect((await failure(listFiles("/dev/null"))).found).to.equal("something else than a regular file");
    execFileSync("mkfifo", [join(directory.path, "sub", "pipe")]);
    expect((await failure(listFiles(directory.path))).found).to.equal('1 pipe, socket or device: "sub/pipe"');
  });
});

describe("a list of blobs", () => {
  const blob = { blobId: "A".repeat(43), contentHash: `0x${"0".repeat(64)}`, size: 1 } as const;

  it("is refused before anything is stored if it could not be read back", async () => {
    await using directory = await temporaryDirectory();
    const list = join(directory.path, "list.json");
    for (const path of ["a\\b", "c:d", "e\nf", "x".repeat(1_025)]) {
      expect(() => requireListable(["fine", path]))
        .to.throw()
        .with.property("code", "walrus.blob-list-invalid");
      await writeFile(list, formatBlobList([{ path, ...blob }]));
      expect((await failure(readBlobArgument(list))).code).to.equal("walrus.blob-list-invalid");
    }
    requireListable(["fine", "sub/fine too.txt"]);
    await writeFile(list, formatBlobList([{ path: "sub/fine too.txt", ...blob }]));
    await rename(list, join(directory.path, "list"));
    expect(await readBlobArgument(join(directory.path, "list"))).to.deep.equal({
      kind: "list",
      blobs: [{ path: "sub/fine too.txt", ...blob }],
    });
  });
  it("is told from a Blob ID, in either form, and from a slip of the pen", async () => {
    expect(await readBlobArgument("A".repeat(43))).to.deep.equal({ kind: "blob", blobId: "A".repeat(43) });
    expect(await readBlobArgument(`0x${"00".repeat(32)}`)).to.deep.equal({ kind: "blob", blobId: "A".repeat(43) });
    const code = async (text: string): Promise<string> => (await failure(readBlobArgument(text))).code;
    expect(await code("A".repeat(42))).to.equal("walrus.blob-id-invalid");
    expect(await code("nowhere.json")).to.equal("walrus.file-unreadable");
    expect(await code("package.json")).to.equal("walrus.blob-list-invalid");
  });
});
