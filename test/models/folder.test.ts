import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readFileFacts } from "../../src/models/file-facts.ts";
import { readFolderConfig } from "../../src/models/folder-config.ts";
import { scanFolder } from "../../src/models/folder.ts";
import { openRegularFile } from "../../src/models/regular-file.ts";
import { Folders } from "./support/folders.ts";
import { sha256 } from "./support/manifests.ts";
import { refusal } from "../support/rejection.ts";

/** Root reads everything, so what a plain user meets is tried as nobody. */
async function asPlainUser(work: () => Promise<unknown>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("scanFolder", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  it("lists files of all depths, sorted by path, without version control", async () => {
    const folder = await folders.with({
      "b.txt": "",
      "a/z": "",
      "a.txt": "",
      "B.bin": "",
      ".git/config": "",
      "a/.DS_Store": "",
    });
    expect((await scanFolder({ folder })).map(({ path }) => path)).to.deep.equal(["B.bin", "a.txt", "a/z", "b.txt"]);
  });

  it("takes a folder behind a link that the user named", async () => {
    const folder = await folders.with({ a: "" });
    await symlink(folder, `${folder}-link`);
    expect(await scanFolder({ folder: `${folder}-link` })).to.have.length(1);
    await (await import("node:fs/promises")).rm(`${folder}-link`);
  });

  it("gives names in Unicode form NFC, wherever the file comes from", async () => {
    const folder = await folders.with({ "cafe\u0301.txt": "x" });
    const [file] = await scanFolder({ folder });
    expect(file?.path).to.equal("caf\u00e9.txt");
    expect((await readFileFacts({ file: file ?? { path: "", source: "" } })).size).to.equal(1);
  });

  it("refuses a missing folder", () =>
    refusal("models.folder-missing", () => scanFolder({ folder: "/nowhere/at/all" })));

  it("refuses a file in a folder's place", async () => {
    const folder = await folders.with({ a: "" });
    await refusal("models.folder-missing", () => scanFolder({ folder: join(folder, "a") }));
  });

  it("refuses an empty folder, also one of empty folders", async () => {
    const folder = await folders.empty();
    await mkdir(join(folder, "a/b"), { recursive: true });
    await refusal("models.folder-empty", () => scanFolder({ folder }));
  });

  it("refuses all symbolic links at once, wherever they are", async () => {
    const folder = await folders.with({ "a/b": "", "c/d": "" });
    for (const link of ["z", "a/y", "c/x"]) await symlink("/etc/passwd", join(folder, link));
    const error = await refusal("models.symlink", () => scanFolder({ folder }));
    expect(error.found).to.equal('3 symbolic links: "a/y", "c/x", "z"');
    for (let count = 0; count < 100; count++) await symlink("b", join(folder, `a/link-${String(count)}`));
    expect((await refusal("models.symlink", () => scanFolder({ folder }))).found).to.match(/^103 .* more$/);
  });

  it("refuses symbolic links to files, folders and nothing, by name", async () => {
    for (const target of ["a", ".", "/etc/passwd", "missing"]) {
      const folder = await folders.with({ a: "" });
      await symlink(target, join(folder, "link"));
      const error = await refusal("models.symlink", () => scanFolder({ folder }));
      expect(error.found).to.include("link");
    }
  });

  it("refuses pipes without waiting for them", async () => {
    const folder = await folders.with({ a: "" });
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await refusal("models.not-a-file", () => scanFolder({ folder }));
    await refusal("models.not-a-file", () => openRegularFile(join(folder, "pipe"), "pipe"));
  });

  it("refuses a link that was put in a file's place after the scan", async () => {
    const folder = await folders.with({ a: "" });
    await symlink("/etc/passwd", join(folder, "b"));
    await refusal("models.symlink", () => readFileFacts({ file: { path: "b", source: join(folder, "b") } }));
  });

  it("refuses a folder and a file that cannot be read", async () => {
    const folder = await folders.with({ "in/a": "", b: "secret" });
    await chmod(folder, 0o755);
    await chmod(join(folder, "in"), 0);
    await chmod(join(folder, "b"), 0);
    await asPlainUser(async () => {
      await refusal("models.folder-unreadable", () => scanFolder({ folder }));
      await refusal("models.folder-unreadable", () =>
        readFileFacts({ file: { path: "b", source: join(folder, "b") } }),
      );
    });
    await chmod(join(folder, "in"), 0o755);
  });

  it("refuses names that not every system can hold, and names that collide", async () => {
    await refusal("models.path-invalid", async () => scanFolder({ folder: await folders.with({ "what?": "" }) }));
    await refusal("models.path-invalid", async () => scanFolder({ folder: await folders.with({ "back\\slash": "" }) }));
    await refusal("models.path-collision", async () => scanFolder({ folder: await folders.with({ A: "", a: "" }) }));
    await refusal("models.path-collision", async () =>
      scanFolder({ folder: await folders.with({ "\u00e9": "", "e\u0301": "" }) }),
    );
  });

  it("stops when asked to", async () => {
    const folder = await folders.with({ a: "" });
    const error: unknown = await scanFolder({ folder, signal: AbortSignal.abort() }).catch((reason: unknown) => reason);
    expect(error).to.have.property("name", "AbortError");
  });
});

describe("readFileFacts", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  it("hashes a file and its chunks", async () => {
    const folder = await folders.with({ a: "0123456789" });
    let read = 0;
    const facts = await readFileFacts({
      file: { path: "a", source: join(folder, "a") },
      chunkSize: 4,
      onRead: (bytes) => (read += bytes),
    });
    expect(facts.sha256).to.equal(sha256("0123456789"));
    expect(facts.chunks).to.deep.equal([
      { offset: 0, length: 4, sha256: sha256("0123") },
      { offset: 4, length: 4, sha256: sha256("4567") },
      { offset: 8, length: 2, sha256: sha256("89") },
    ]);
    expect(read).to.equal(10);
  });

  it("finds no chunk in an empty file", async () => {
    const folder = await folders.with({ a: "" });
    const facts = await readFileFacts({ file: { path: "a", source: join(folder, "a") } });
    expect(facts).to.include({ size: 0, sha256: sha256("") });
    expect(facts.chunks).to.be.empty;
  });

  it("refuses a file that only ends in .onnx", async () => {
    const folder = await folders.with({ "A.ONNX": "not a model" });
    await refusal("models.onnx-invalid", () =>
      readFileFacts({ file: { path: "A.ONNX", source: join(folder, "A.ONNX") } }),
    );
  });
});

describe("readFolderConfig", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  it("gives nothing for a folder without scrimshaw.json", async () => {
    expect(await readFolderConfig(await folders.empty())).to.deep.equal({
      name: undefined,
      label: undefined,
      metadata: {},
    });
  });

  it("gives name, label and metadata", async () => {
    const folder = await folders.with({ "scrimshaw.json": '{"name":"m","label":"1.0","task":"t","tags":["a"]}' });
    expect(await readFolderConfig(folder)).to.deep.equal({
      name: "m",
      label: "1.0",
      metadata: { task: "t", tags: ["a"] },
    });
  });

  for (const text of ["", "[]", '{"name":7}', '{"nmae":"x"}', '{"tags":"a"}', `{"notes":"${"x".repeat(70_000)}"}`]) {
    it(`refuses ${text.slice(0, 20) || "an empty file"}`, async () => {
      const folder = await folders.with({ "scrimshaw.json": text });
      await refusal("models.config-invalid", () => readFolderConfig(folder));
    });
  }

  it("refuses a link", async () => {
    const folder = await folders.empty();
    await writeFile(join(folder, "other.json"), "{}");
    await symlink("other.json", join(folder, "scrimshaw.json"));
    await refusal("models.symlink", () => readFolderConfig(folder));
  });
});
