import { expect } from "chai";
import { lstat, mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { INCOMPLETE } from "../../../src/models/export/update-folder.ts";
import { publishModel } from "../../../src/models/publish.ts";
import { pullModel } from "../../../src/models/pull.ts";
import type { PullModelOptions } from "../../../src/models/pull.ts";
import { parseReference } from "../../../src/models/reference.ts";
import { refusal } from "../../support/rejection.ts";
import { Folders } from "../support/folders.ts";
import { filesIn, setUpPull } from "../support/pull-world.ts";

const OLD = {
  "README.md": "one",
  "a/kept.bin": "the same",
  "a/gone.bin": "only before",
  "b/c/deep": "before",
  swap: "a file",
};
const NEW = { "README.md": "two!", "a/kept.bin": "the same", "new/file": "only after", "swap/inner": "now a folder" };

describe("A pull into a folder of another version", function () {
  this.timeout(30_000);
  const folders = new Folders();
  afterEach(() => folders.remove());

  /** The old version in a folder, and the new one published. */
  async function setUp(options: Partial<PullModelOptions> = {}) {
    const world = await setUpPull(folders);
    await world.publish(OLD);
    const to = join(await folders.empty(), "mine");
    await world.pull({ to, ...options });
    await world.publish(NEW);
    const contents = async (): Promise<Record<string, string>> =>
      Object.fromEntries(
        await Promise.all(
          (await filesIn(to)).map(async (path) => [path, await readFile(join(to, path), "utf8")] as const),
        ),
      );
    return { ...world, to, contents, update: (more: Partial<PullModelOptions> = {}) => world.pull({ to, ...more }) };
  }

  it("makes it exactly the new version, and leaves what did not change as it lies", async () => {
    const { to, contents, update } = await setUp();
    const { ino } = await stat(join(to, "a/kept.bin"));
    expect((await update()).folder).to.equal(to);
    expect(await contents()).to.deep.equal(NEW);
    expect((await stat(join(to, "a/kept.bin"))).ino).to.equal(ino);
    expect((await lstat(join(to, "b")).catch(() => undefined)) ?? "gone").to.equal("gone");
    expect((await lstat(join(to, "README.md"))).mode & 0o777).to.equal(0o644);
    expect((await update()).downloaded).to.equal(0);
  });

  it("goes back to the old version too", async () => {
    const { contents, update, publisher } = await setUp();
    await update();
    await update({ reference: parseReference({ text: `${publisher.address}/m@1` }) });
    expect(await contents()).to.deep.equal(OLD);
  });

  it("leaves files of one's own alone that are not in the way, and those that were changed and would go", async () => {
    const { to, contents, update } = await setUp();
    await writeFile(join(to, "notes.txt"), "mine");
    await writeFile(join(to, "a/gone.bin"), "changed by me");
    await update();
    expect(await contents()).to.deep.equal({ ...NEW, "notes.txt": "mine", "a/gone.bin": "changed by me" });
  });

  it("refuses, before it downloads, to replace a file that was changed or that it did not bring, and names it", async () => {
    const { to, contents, update, store } = await setUp();
    await writeFile(join(to, "README.md"), "changed by me");
    await mkdir(join(to, "new"));
    await writeFile(join(to, "new/file"), "mine");
    const { found } = await refusal("models.destination-taken", update);
    expect(found).to.include('"README.md", "new/file"');
    expect(store.gets, "the manifest only").to.have.length(1);
    expect(await contents()).to.deep.equal({ ...OLD, "README.md": "changed by me", "new/file": "mine" });
    await update({ overwrite: true });
    expect(await contents()).to.deep.equal(NEW);
  });

  it("never writes through a link, nor replaces a folder of one's own", async () => {
    const { to, update } = await setUp();
    const elsewhere = await folders.with({ file: "mine" });
    await symlink(elsewhere, join(to, "new"));
    const { found } = await refusal("models.destination-taken", () => update({ overwrite: true }));
    expect(found).to.include('in the way: "new"');
    expect(await readFile(join(elsewhere, "file"), "utf8")).to.equal("mine");
    await rm(join(to, "new"));
    await rm(join(to, "README.md"));
    await mkdir(join(to, "README.md"));
    await writeFile(join(to, "README.md/mine"), "mine");
    await refusal("models.destination-taken", () => update({ overwrite: true }));
    expect(await readFile(join(to, "README.md/mine"), "utf8")).to.equal("mine");
    await rm(join(to, "README.md"), { recursive: true });
    await symlink(join(elsewhere, "file"), join(to, "README.md"));
    await refusal("models.destination-taken", update);
    await update({ overwrite: true });
    expect(await readFile(join(elsewhere, "file"), "utf8")).to.equal("mine");
    expect(await readFile(join(to, "README.md"), "utf8")).to.equal(NEW["README.md"]);
  });

  it("puts a file in the place of folders that were left empty", async () => {
    const { to, contents, update } = await setUp();
    await rm(join(to, "README.md"));
    await mkdir(join(to, "README.md/empty"), { recursive: true });
    await update();
    expect(await contents()).to.deep.equal(NEW);
  });

  it("follows a link that the user named, to an empty folder and to one that it made", async () => {
    const { pull, contents, update, to } = await setUp();
    const [empty, links] = [await folders.empty(), await folders.empty()];
    await symlink(empty, join(links, "empty"));
    expect((await pull({ to: join(links, "empty") })).folder).to.equal(join(links, "empty"));
    expect(await filesIn(empty)).to.deep.equal(Object.keys(NEW).sort());
    await symlink(to, join(links, "mine"));
    await update({ to: join(links, "mine") });
    expect(await contents()).to.deep.equal(NEW);
  });

  it("adds further files of the same version, and takes away those of another", async () => {
    const { contents, update, to } = await setUp({ include: ["*.md", "a/*"] });
    const old = Object.fromEntries(Object.entries(OLD).filter(([path]) => /md$|^a/.test(path)));
    expect(await contents()).to.deep.equal(old);
    await update({ include: ["new/*"] });
    expect(await contents()).to.deep.equal({ "a/kept.bin": OLD["a/kept.bin"], "new/file": NEW["new/file"] });
    await update({ include: ["*.md"] });
    expect(await filesIn(to)).to.deep.equal(["README.md", "a/kept.bin", "new/file"]);
  });

  it("refuses the folder of another model, and one that it knows nothing of", async () => {
    const { to, registry, store, cache, publisher, contents, update } = await setUp();
    await publishModel({ folder: await folders.with({ x: "1" }), name: "n", registry, store });
    const other = { reference: parseReference({ text: `${publisher.address}/n` }), registry, store, cache };
    await refusal("models.destination-taken", () => pullModel({ ...other, to }));
    expect(await contents()).to.deep.equal(OLD);
    const unknown = await folders.with({ "README.md": "one" });
    await refusal("models.destination-taken", () => update({ to: unknown }));
    await update({ to: unknown, overwrite: true });
    expect(await filesIn(unknown)).to.deep.equal(Object.keys(NEW).sort());
    await pullModel({ ...other, to, overwrite: true });
    expect(await contents()).to.deep.equal({ x: "1" });
  });

  it("knows an exact copy for its own, wherever it came from", async () => {
    const { update, publisher } = await setUp();
    const copy = await folders.with(OLD);
    await update({ to: copy, reference: parseReference({ text: `${publisher.address}/m@1` }) });
    await update({ to: copy });
    expect(await filesIn(copy)).to.deep.equal(Object.keys(NEW).sort());
  });

  it("says of a folder whose update was stopped that it is not complete, until it is", async () => {
    const { to, update, contents, registry, store } = await setUp();
    await mkdir(join(to, INCOMPLETE));
    await writeFile(join(to, INCOMPLETE, "0"), "half a fi");
    await refusal("models.folder-incomplete", () => publishModel({ folder: to, name: "x", registry, store }));
    await update();
    expect(await contents()).to.deep.equal(NEW);
  });
});
