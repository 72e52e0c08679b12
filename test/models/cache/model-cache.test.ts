import { expect } from "chai";
import { chmod, mkdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelCache } from "../../../src/models/cache/model-cache.ts";
import { contentsOf, pruneCache } from "../../../src/models/cache/prune.ts";
import { verifyCache } from "../../../src/models/cache/verify.ts";
import { parseReference } from "../../../src/models/reference.ts";
import type { ResolveFolderOptions } from "../../../src/models/resolve-folder.ts";
import { refusal } from "../../support/rejection.ts";
import { Folders } from "../support/folders.ts";
import { CONTENTS, filesIn, setUpPull } from "../support/pull-world.ts";

/** Writes another modification time of a file into the stamps, as if it had been hashed so. */
async function forgeStamp(cache: ModelCache, file: string, mtime: string): Promise<void> {
  for (const { key, folder, stamp } of await cache.views()) {
    const files = stamp.files.map((entry) => (join(folder, entry.path) === file ? { ...entry, mtime } : entry));
    // The same inode under two names.
    const [target] = files.filter((entry) => entry.mtime === mtime);
    const all = files.map((entry) => (entry.ino === target?.ino ? { ...entry, mtime } : entry));
    await writeFile(join(cache.root, "stamps", `${key}.json`), JSON.stringify({ ...stamp, files: all }));
  }
}

describe("ModelCache", function () {
  this.timeout(60_000);
  const folders = new Folders();
  afterEach(() => folders.remove());

  async function setUp() {
    const world = await setUpPull(folders);
    const { registry, store, publisher, cache } = world;
    await world.publish();
    let opened = 0;
    const online: ResolveFolderOptions["online"] = () => {
      opened += 1;
      return Promise.resolve({ registry, store });
    };
    const referTo = (selector: string) => parseReference({ text: `${publisher.address}/m${selector}` });
    const resolve = (selector: string, options: Partial<ResolveFolderOptions> = {}, from: ModelCache = cache) =>
      from.resolve({ reference: referTo(selector), chain: "test", online, ...options });
    return { ...world, resolve, opened: () => opened };
  }

  it("resolves a version by its number without any network once it is there, and within 5 ms", async () => {
    const { resolve, store, opened } = await setUp();
    using first = await resolve("@1");
    expect(await filesIn(first.folder)).to.deep.equal(Object.keys(CONTENTS).sort());
    expect(opened()).to.equal(1);
    store.gets.length = 0;
    let fastest = Infinity;
    for (let round = 0; round < 20; round++) {
      const began = performance.now();
      using again = await resolve("@1");
      fastest = Math.min(fastest, performance.now() - began);
      expect(again.folder).to.equal(first.folder);
    }
    expect(opened()).to.equal(1);
    expect(store.gets).to.be.empty;
    expect(fastest).to.be.below(5);
  });

  it("asks the chain what the newest version is, and without a network takes what it was last", async () => {
    const { resolve, publish, opened, cache, publisher } = await setUp();
    const reference = parseReference({ text: `${publisher.address}/m` });
    const offline = () => cache.resolve({ reference, chain: "test" });
    await refusal("models.not-in-cache", offline);
    using old = await resolve("");
    await publish({ a: "2" });
    using same = await offline();
    expect(same.folder).to.equal(old.folder);
    using next = await resolve("");
    expect(next.folder).to.not.equal(old.folder);
    expect(opened()).to.equal(2);
    await refusal("models.not-in-cache", () => cache.resolve({ reference, chain: "another" }));
  });

  it("notices that a file was touched, hashes it again and brings it back", async () => {
    const { resolve } = await setUp();
    using model = await resolve("@1");
    const file = join(model.folder, "a/weights.bin");
    const { mtime } = await stat(file);
    await chmod(file, 0o644);
    await writeFile(file, "9876543210");
    using again = await resolve("@1");
    expect(await filesIn(again.folder)).to.deep.equal(Object.keys(CONTENTS).sort());
    expect(await readFile(file, "utf8")).to.equal("0123456789");
    await utimes(file, mtime, new Date(0));
    using third = await resolve("@1");
    expect(third.folder).to.equal(model.folder);
  });

  it("downloads once when 50 ask at once", async () => {
    const { resolve, root, store } = await setUp();
    const ask = async (): Promise<string> => {
      // A cache object each, as if each were a process.
      using model = await resolve("@1", {}, new ModelCache({ root }));
      expect(await filesIn(model.folder)).to.deep.equal(Object.keys(CONTENTS).sort());
      return model.folder;
    };
    const found = await Promise.all(Array.from({ length: 50 }, ask));
    expect(new Set(found).size).to.equal(1);
    expect(
      store.gets.filter(({ size }) => size === 13),
      "the pack",
    ).to.have.length(1);
  });

  it("keeps what is in use, and removes the longest unused first", async () => {
    const { resolve, publish, cache } = await setUp();
    const texts = ["first", "second", "third"];
    for (const text of texts) await publish({ text, shared: "shared by all" });
    for (const version of [2, 3, 4]) (await resolve(`@${String(version)}`)).release();
    (await resolve("@2")).release();
    using used = await resolve("@3");
    const { total } = await contentsOf(cache);
    const pruned = await pruneCache({ cache, maxBytes: total - 1 });
    expect(pruned.removedViews, "the third, unused for longest").to.have.length(1);
    expect(pruned.keptBytes).to.equal((await contentsOf(cache)).total);
    const all = await pruneCache({ cache });
    expect(all.removedViews).to.have.length(1);
    expect(all.pinnedViews).to.have.length(1);
    expect(await filesIn(used.folder)).to.deep.equal(["shared", "text"]);
    used.release();
    expect((await pruneCache({ cache })).keptBytes).to.equal(0);
    expect(await filesIn(join(cache.root, "blobs"))).to.be.empty;
  });

  it("finds what is damaged though its times say otherwise, and repairs it at its next use", async () => {
    const { resolve, cache } = await setUp();
    using model = await resolve("@1");
    expect((await verifyCache({ cache })).map(({ isRight }) => isRight)).to.deep.equal([true]);
    const file = join(model.folder, "a/weights.bin");
    const { atimeNs, mtimeNs } = await stat(file, { bigint: true });
    await chmod(file, 0o644);
    await writeFile(file, "9876543210");
    // Node sets times to the millisecond at best, so the stamp's are made such first.
    const seconds = Number(mtimeNs / 1_000_000_000n);
    await utimes(file, Number(atimeNs / 1_000_000_000n), seconds);
    await forgeStamp(cache, file, `${String(seconds)}000000000`);
    using fooled = await resolve("@1");
    expect(await readFile(join(fooled.folder, "a/weights.bin"), "utf8")).to.equal("9876543210");
    expect((await verifyCache({ cache })).map(({ isRight }) => isRight)).to.deep.equal([false]);
    using repaired = await resolve("@1");
    expect(await readFile(join(repaired.folder, "a/weights.bin"), "utf8")).to.equal("0123456789");
  });

  it("removes what killed processes left", async () => {
    const { resolve, cache, root } = await setUp();
    using model = await resolve("@1");
    for (const path of ["views/half.incomplete/x", "partial/x", "blobs/sha256/aa/x.incomplete"]) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), "left");
    }
    await pruneCache({ cache, maxBytes: 2 ** 30 });
    const left = (await filesIn(root)).filter(
      (path) => /^(views|blobs)\/.*incomplete/.test(path) || path.startsWith("partial"),
    );
    expect(left).to.be.empty;
    expect(await filesIn(model.folder)).to.deep.equal(Object.keys(CONTENTS).sort());
  });

  it("stays within its bound after each pull", async () => {
    const { publish, pull, root } = await setUp();
    const cache = new ModelCache({ root, maxBytes: 5000 });
    for (const letter of "abcd") {
      await publish({ text: letter.repeat(3000) });
      const { folder } = await pull({ cache });
      expect(await filesIn(folder)).to.deep.equal(["text"]);
    }
    expect((await contentsOf(cache)).total).to.be.at.most(5000);
  });
});
