import { expect } from "chai";
import { chmod, lstat, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { LARGE_FILE } from "../../src/models/limits.ts";
import { pullModel } from "../../src/models/pull.ts";
import { refusal } from "../support/rejection.ts";
import { Folders } from "./support/folders.ts";
import { sha256 } from "./support/manifests.ts";
import { CONTENTS, filesIn, setUpPull } from "./support/pull-world.ts";

describe("pullModel", function () {
  this.timeout(30_000);
  const folders = new Folders();
  afterEach(() => folders.remove());
  const setUp = () => setUpPull(folders);

  it("brings exactly the published files, read-only, each content once", async () => {
    const { pull, publish, root, store } = await setUp();
    const published = await publish();
    const pulled = await pull();
    expect(await filesIn(pulled.folder)).to.deep.equal(Object.keys(CONTENTS).sort());
    for (const [path, text] of Object.entries(CONTENTS)) {
      expect(await readFile(join(pulled.folder, path), "utf8")).to.equal(text);
      expect((await lstat(join(pulled.folder, path))).mode & 0o222, "bits for writing").to.equal(0);
    }
    expect(pulled.manifest).to.deep.equal(published.manifest);
    expect(pulled.resolved?.version.version).to.equal(1);
    expect(pulled.downloaded).to.equal(13);
    expect(store.gets, "one manifest, one pack").to.have.length(2);
    const weights = join(pulled.folder, "a/weights.bin");
    expect((await lstat(weights)).ino).to.equal((await lstat(join(pulled.folder, "a/copy.bin"))).ino);
    expect((await filesIn(join(root, "blobs"))).length, "three contents and the manifest").to.equal(4);
  });

  it("does not download what the cache holds, also for another version", async () => {
    const { pull, publish, store } = await setUp();
    await publish();
    const first = await pull();
    store.gets.length = 0;
    const again = await pull();
    expect(again).to.include({ folder: first.folder, downloaded: 0 });
    expect(store.gets).to.be.empty;
    await publish({ ...CONTENTS, "README.md": "# n" });
    const next = await pull();
    expect(next.downloaded, "only the file that changed").to.equal(3);
    expect(next.folder).to.not.equal(first.folder);
  });

  it("fetches a small part of a large pack by its range", async () => {
    const { pull, publish, store } = await setUp();
    await publish({ big: "x".repeat(1000), small: "abc" });
    await pull();
    await publish({ big: "x".repeat(1000), small: "xyz" });
    store.gets.length = 0;
    expect((await pull()).downloaded).to.equal(3);
    expect(store.gets.map(({ range }) => range)).to.deep.equal([undefined, { offset: 1000, length: 3 }]);
  });

  it("notices and repairs whatever was done to the cache", async () => {
    const { pull, publish } = await setUp();
    await publish();
    const { folder } = await pull();
    const file = join(folder, "a/weights.bin");
    const harms: (() => Promise<unknown>)[] = [
      async () => {
        await chmod(file, 0o644);
        await writeFile(file, "9876543210");
      },
      () => rm(file),
      () => writeFile(join(folder, "extra"), "x"),
      () => rm(folder, { recursive: true }),
      async () => {
        await rm(file);
        await symlink("/etc/passwd", file);
      },
      async () => {
        await rm(dirname(file), { recursive: true });
        await mkdir(file, { recursive: true });
      },
    ];
    for (const harm of harms) {
      await harm();
      expect((await pull()).folder).to.equal(folder);
      expect(await readFile(file, "utf8")).to.equal("0123456789");
      expect(await filesIn(folder)).to.deep.equal(Object.keys(CONTENTS).sort());
    }
  });

  it("copies to a folder of the user's own, and leaves the cache out of his reach", async () => {
    const { pull, publish, root } = await setUp();
    await publish();
    const to = join(root, "..", "mine");
    expect((await pull({ to })).folder).to.equal(to);
    expect((await pull({ to })).folder, "a second time").to.equal(to);
    await writeFile(join(to, "README.md"), "changed");
    await refusal("models.destination-taken", () => pull({ to }));
    expect(await readFile(join((await pull()).folder, "README.md"), "utf8")).to.equal("# m");
    await refusal("models.destination-taken", () => pull({ to: join(to, "README.md") }));
    const empty = await folders.empty();
    expect((await pull({ to: empty })).folder).to.equal(empty);
    expect(await filesIn(empty)).to.deep.equal(Object.keys(CONTENTS).sort());
  });

  it("asks whether the folder is free before it downloads", async () => {
    const { pull, publish, store } = await setUp();
    await publish();
    const to = await folders.with({ other: "x" });
    await refusal("models.destination-taken", () => pull({ to }));
    expect(store.gets, "the manifest only").to.have.length(1);
  });

  it("pulls by a manifest's blob reference alone", async () => {
    const { publish, store, cache } = await setUp();
    const { manifestReference } = await publish();
    const pulled = await pullModel({ manifest: manifestReference, store, cache });
    expect(pulled.resolved).to.equal(undefined);
    expect(await filesIn(pulled.folder)).to.deep.equal(Object.keys(CONTENTS).sort());
    const bad = { ...manifestReference, contentHash: "0x../../x" as const };
    await refusal("models.content-hash-invalid", () => pullModel({ manifest: bad, store, cache }));
  });

  it("gives a file of 32 MiB blobs of its own, and brings it back", async () => {
    const { pull, publish } = await setUp();
    const big = "0123456789abcdef".repeat(LARGE_FILE / 16);
    const { manifest } = await publish({ big, small: "abc" });
    expect(manifest.blobs.map(({ size }) => size).sort()).to.deep.equal([3, LARGE_FILE]);
    const { folder } = await pull();
    expect((await readFile(join(folder, "big"), "utf8")) === big).to.equal(true);
  });

  it("puts a file together from parts of several blobs", async () => {
    const { pull, store, forgeManifest } = await setUp();
    const texts = ["0123456789", "..world!..", "hello "];
    const blobs = texts.map((text) => ({ id: store.keep(Buffer.from(text)), sha256: sha256(text), size: text.length }));
    blobs.sort((a, b) => Buffer.compare(Buffer.from(a.id, "base64url"), Buffer.from(b.id, "base64url")));
    const part = (text: string, offset: number, length: number) => {
      const blob = blobs.findIndex(({ sha256: hash }) => hash === sha256(text));
      return { blob, offset, length, sha256: sha256(text.slice(offset, offset + length)) };
    };
    const [digits = "", world = "", hello = ""] = texts;
    const parts = [part(hello, 0, 6), part(world, 2, 6), part(digits, 7, 1), part(digits, 7, 1)];
    const content = "hello world!77";
    const file = { path: "file", size: content.length, sha256: sha256(content), parts };
    await forgeManifest({ schema: "scrimshaw.model/1", name: "m", metadata: {}, blobs, files: [file] });
    expect(await readFile(join((await pull()).folder, "file"), "utf8")).to.equal(content);
  });

  it("says when the cache cannot be written", async () => {
    const { pull, publish, root, store } = await setUp();
    await publish();
    await writeFile(root, "a file in the cache's place");
    const error = await refusal("models.disk-failed", () => pull());
    expect(error.next).to.include("SCRIMSHAW_CACHE");
    expect(store.gets).to.have.length(1);
  });

  it("makes one folder when pulled many times at once", async () => {
    const { pull, publish } = await setUp();
    await publish();
    for (let round = 0; round < 10; round++) {
      const root = join(await folders.empty(), "cache");
      // A cache object each, as if each pull were a process.
      const pullOnce = async () => {
        const { folder } = await pull({ cache: new ModelCache({ root }) });
        expect(await filesIn(folder), "right after the pull").to.deep.equal(Object.keys(CONTENTS).sort());
        return folder;
      };
      const pulled = await Promise.all(Array.from({ length: 12 }, pullOnce));
      expect(new Set(pulled).size).to.equal(1);
      expect(await filesIn(join(root, "views"))).to.have.length(Object.keys(CONTENTS).length);
    }
  });
});
