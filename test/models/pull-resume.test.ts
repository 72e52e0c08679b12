import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { chmod, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LARGE_FILE } from "../../src/models/limits.ts";
import { Folders } from "./support/folders.ts";
import { sha256 } from "./support/manifests.ts";
import { filesIn, setUpPull } from "./support/pull-world.ts";

const BIG = randomBytes(LARGE_FILE + 1000);
const PIECE = 1024 * 1024;

describe("pullModel goes on within a file", function () {
  this.timeout(30_000);
  const folders = new Folders();
  afterEach(() => folders.remove());

  /** A model of one large file, and a store whose streams break off after a number of pieces. */
  async function setUp() {
    const world = await setUpPull(folders);
    const { store, publish, cache, pull } = world;
    await publish({ big: BIG, small: "abc" });
    let patience = Infinity;
    store.stream = async function* (options) {
      const whole = await store.get({ ...options, unverified: true });
      for (let at = 0; at < whole.length; at += PIECE) {
        if (patience-- === 0) throw new Error("connection lost");
        yield whole.subarray(at, at + PIECE);
      }
    };
    const breakAfter = async (pieces: number): Promise<void> => {
      patience = pieces;
      const failed: unknown = await pull().catch((error: unknown) => error);
      expect(failed).to.have.property("message", "connection lost");
      patience = Infinity;
      store.gets.length = 0;
    };
    const partial = cache.pathOfPartial({ sha256: sha256(BIG), size: BIG.length });
    const expectRight = async () => {
      const pulled = await pull();
      expect((await readFile(join(pulled.folder, "big"))).equals(BIG)).to.equal(true);
      expect(await filesIn(join(cache.root, "partial"))).to.be.empty;
      return pulled;
    };
    return { ...world, breakAfter, partial, expectRight };
  }

  it("from the byte where it was stopped", async () => {
    const { breakAfter, expectRight, root, store } = await setUp();
    await breakAfter(20);
    expect(await filesIn(join(root, "views")), "views").to.be.empty;
    const { downloaded } = await expectRight();
    expect(downloaded).to.equal(BIG.length - 20 * PIECE);
    const { range } = store.gets.find((options) => options.range !== undefined) ?? {};
    expect(range).to.deep.equal({ offset: 20 * PIECE, length: BIG.length - 20 * PIECE });
  });

  it("from the beginning of a part whose first bytes are wrong", async () => {
    const { breakAfter, partial, expectRight } = await setUp();
    await breakAfter(5);
    const handle = await open(partial, "r+");
    await handle.write("wrong", 7);
    await handle.close();
    expect((await expectRight()).downloaded, "all of it, and what was in vain").to.equal(2 * BIG.length - 5 * PIECE);
  });

  it("without any download when it was stopped at the very end", async () => {
    const { breakAfter, partial, expectRight } = await setUp();
    await breakAfter(1);
    await writeFile(partial, BIG);
    await chmod(partial, 0o444);
    expect((await expectRight()).downloaded).to.equal(0);
  });

  it("whatever is in the partial file's place", async () => {
    const { partial, expectRight, breakAfter } = await setUp();
    await breakAfter(1);
    const handle = await open(partial, "r+");
    await handle.truncate(BIG.length * 2);
    await handle.close();
    await expectRight();
  });
});
