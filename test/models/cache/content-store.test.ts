import { expect } from "chai";
import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ContentStore } from "../../../src/models/cache/content-store.ts";
import { sha256 } from "../support/manifests.ts";
import { refusal } from "../../support/rejection.ts";

describe("ContentStore", function () {
  this.timeout(30_000);
  let root: string;
  let store: ContentStore;
  const content = { sha256: sha256("hello"), size: 5 };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "scrimshaw-content-"));
    store = new ContentStore({ root });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const write = (...pieces: readonly string[]) =>
    store.write({
      content,
      what: "the test",
      fill: async (hand) => {
        for (const piece of pieces) await hand(Buffer.from(piece));
      },
    });
  const left = async () =>
    (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => !entry.isDirectory());

  it("keeps content read-only under its hash", async () => {
    expect(await store.has(content)).to.equal(false);
    await write("he", "", "llo");
    expect(await store.has(content)).to.equal(true);
    const path = store.pathOf(content);
    expect(path).to.equal(join(root, "sha256", content.sha256.slice(0, 2), content.sha256));
    expect(await readFile(path, "utf8")).to.equal("hello");
    expect((await lstat(path)).mode & 0o777).to.equal(0o444);
  });

  it("writes the same content twice without harm, also at once", async () => {
    await Promise.all([write("hello"), write("hello"), write("hello")]);
    await write("hello");
    expect(await store.has(content)).to.equal(true);
    expect(await left()).to.have.length(1);
  });

  for (const pieces of [["hell"], ["hallo"], ["hello", "!"], []]) {
    it(`refuses ${JSON.stringify(pieces)} in the place of "hello" and leaves nothing`, async () => {
      await refusal("models.content-mismatch", () => write(...pieces));
      expect(await left()).to.be.empty;
    });
  }

  it("stops at the first byte too many", async () => {
    let handed = 0;
    const fill = async (hand: (bytes: Uint8Array) => Promise<void>): Promise<void> => {
      for (; handed < 100; handed++) await hand(Buffer.from("xxx"));
    };
    await refusal("models.content-mismatch", () => store.write({ content, what: "the test", fill }));
    expect(handed).to.equal(1);
  });

  it("leaves nothing when the source fails", async () => {
    const fill = async (hand: (bytes: Uint8Array) => Promise<void>): Promise<void> => {
      await hand(Buffer.from("he"));
      throw new Error("no more");
    };
    const failed: unknown = await store.write({ content, what: "the test", fill }).catch((error: unknown) => error);
    expect(failed).to.have.property("message", "no more");
    expect(await left()).to.be.empty;
  });

  it("removes what is damaged, a link or a folder, when asked for it", async () => {
    const path = store.pathOf(content);
    await write("hello");
    await chmod(path, 0o644);
    await writeFile(path, "hallo");
    expect(await store.has(content)).to.equal(false);
    expect(await left()).to.be.empty;
    await symlink("/etc/passwd", path);
    expect(await store.has(content)).to.equal(false);
    await mkdir(join(path, "inner"), { recursive: true });
    expect(await store.has(content)).to.equal(false);
    await write("hello");
    expect(await store.has(content)).to.equal(true);
  });

  it("does not remove what another process repairs while it is looked at", async () => {
    const path = store.pathOf(content);
    await write("hello");
    for (let round = 0; round < 50; round++) {
      await chmod(path, 0o644);
      await writeFile(path, "hallo");
      const [, again] = await Promise.all([write("hello"), store.has(content)]);
      expect(await store.has(content), `round ${String(round)}, found ${String(again)}`).to.equal(true);
      expect(await left()).to.have.length(1);
    }
  });

  it("links content to other places, and copies it where another device begins", async () => {
    await write("hello");
    const near = join(root, "view/a/b");
    await store.linkTo(content, near);
    expect((await lstat(near)).ino).to.equal((await lstat(store.pathOf(content))).ino);
    // On Linux /dev/shm is a device of its own; elsewhere this is a link again.
    const other = await mkdtemp(join(process.platform === "linux" ? "/dev/shm" : tmpdir(), "scrimshaw-content-"));
    const far = join(other, "deep/file");
    await store.linkTo(content, far);
    expect(await readFile(far, "utf8")).to.equal("hello");
    expect((await lstat(far)).mode & 0o222).to.equal(0);
    await rm(dirname(dirname(far)), { recursive: true });
  });
});
