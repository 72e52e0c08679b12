import { expect } from "chai";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import type { ScanFolderOptions } from "../../src/models/folder.ts";
import { scanFolder } from "../../src/models/folder.ts";
import { refusal } from "../support/rejection.ts";
import type { Contents } from "./support/folders.ts";
import { Folders } from "./support/folders.ts";

describe("a folder that is published in part", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  const TREE = {
    ...{ "model.onnx": "", "model.bin": "", "config.json": "", ".gitattributes": "" },
    ...{ "weights/a.bin": "", "weights/deep/b.bin": "", "weights/.note": "", "runs/1/log.txt": "", "runs/log.bin": "" },
  };
  const ALL = Object.keys(TREE).sort();

  async function taken(options: Omit<ScanFolderOptions, "folder">, contents: Contents = TREE): Promise<string[]> {
    const folder = await folders.with(contents);
    return (await scanFolder({ folder, ...options })).map(({ path }) => path);
  }

  it("holds all files without a rule", async () => {
    expect(await taken({})).to.deep.equal(ALL);
  });

  it("holds only what one of the patterns includes; a star stays within a name", async () => {
    expect(await taken({ include: ["*.bin"] })).to.deep.equal(["model.bin"]);
    expect(await taken({ include: ["*.{onnx,json}"] })).to.deep.equal(["config.json", "model.onnx"]);
    expect(await taken({ include: ["**/*.bin", "runs/*/log.txt"] })).to.deep.equal([
      ...["model.bin", "runs/1/log.txt", "runs/log.bin", "weights/a.bin", "weights/deep/b.bin"],
    ]);
    expect(await taken({ include: ["{runs/1,weights/deep}/*"] })).to.deep.equal([
      "runs/1/log.txt",
      "weights/deep/b.bin",
    ]);
  });

  it("lacks what a pattern excludes, and everything in a folder that it names", async () => {
    const left = ALL.filter((path) => !path.startsWith("weights/"));
    expect(await taken({ exclude: ["weights"] })).to.deep.equal(left);
    expect(await taken({ exclude: ["weights/**"] })).to.deep.equal(left);
    expect(await taken({ include: ["**/*.bin"], exclude: ["weights/deep", "model.*"] })).to.deep.equal([
      ...["runs/log.bin", "weights/a.bin"],
    ]);
  });

  const ignored: readonly (readonly [string, readonly string[]])[] = [
    ["# nothing\n\n", ALL],
    ["*.bin", ALL.filter((path) => !path.endsWith(".bin"))],
    ["\uFEFF*.bin", ALL.filter((path) => !path.endsWith(".bin"))],
    ["/*.bin", ALL.filter((path) => path !== "model.bin")],
    ["*.bin\n!model.bin", ALL.filter((path) => !path.endsWith(".bin") || path === "model.bin")],
    ["runs/", ALL.filter((path) => !path.startsWith("runs/"))],
    ["runs/\n!runs/log.bin", ALL.filter((path) => !path.startsWith("runs/"))],
    ["weights/*\n!weights/deep/", ALL.filter((path) => !/^weights\/[^/]*$/.test(path))],
    ["deep", ALL.filter((path) => !path.includes("deep"))],
    ["MODEL.BIN", ALL],
    ["**/log.*", ALL.filter((path) => !path.includes("log."))],
  ];
  for (const [text, expected] of ignored) {
    it(`lacks what .scrimshawignore names, and that file itself: ${JSON.stringify(text)}`, async () => {
      expect(await taken({}, { ...TREE, ".scrimshawignore": text })).to.deep.equal(expected);
    });
  }

  it("may hold names that look like ways out of a folder", async () => {
    const paths = ["a", "..a", "...b/c"];
    expect(
      await taken({}, { ...Object.fromEntries(paths.map((path) => [path, ""])), ".scrimshawignore": "a" }),
    ).to.deep.equal(["...b/c", "..a"]);
  });

  it("is not entered where nothing can be taken, so that links there do not matter", async () => {
    const folder = await folders.with({ ...TREE, ".scrimshawignore": "runs/\n/link\n" });
    for (const link of ["link", "runs/link", "weights/deep/link"]) await symlink("/etc/passwd", join(folder, link));
    const paths = async (options: Omit<ScanFolderOptions, "folder">): Promise<string[]> =>
      (await scanFolder({ folder, ...options })).map(({ path }) => path);
    expect(await paths({ exclude: ["weights/deep"] })).to.include("weights/a.bin");
    expect(await paths({ include: ["*.json"] })).to.deep.equal(["config.json"]);
    expect(await paths({ include: ["weights/*.bin"] })).to.deep.equal(["weights/a.bin"]);
    for (const include of [[], ["**/*.bin"], ["weights/*/*/x"], ["weights/deep/*"]]) {
      expect((await refusal("models.symlink", () => paths({ include }))).found).to.equal(
        'the symbolic link "weights/deep/link"',
      );
    }
  });

  it("is refused when nothing is left", async () => {
    await refusal("models.nothing-included", () => taken({ include: ["*.safetensors"] }));
    await refusal("models.nothing-included", () => taken({ include: ["*.json"], exclude: ["config.*"] }));
    await refusal("models.folder-empty", () => taken({}, { a: "", ".scrimshawignore": "*" }));
  });

  it("is refused with a .scrimshawignore that is a link or beyond measure", async () => {
    await refusal("models.ignore-file-too-large", () => taken({}, { a: "", ".scrimshawignore": "x\n".repeat(40_000) }));
    const folder = await folders.with({ a: "" });
    await symlink("/etc/passwd", join(folder, ".scrimshawignore"));
    await refusal("models.symlink", () => scanFolder({ folder }));
  });
});
