import { expect } from "chai";
import { rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readFileFacts } from "../../src/models/file-facts.ts";
import { planBlobs } from "../../src/models/plan.ts";
import type { PlannedBlob } from "../../src/models/plan.ts";
import { contentOf, putPlannedBlob } from "../../src/models/planned-blob.ts";
import { refusal } from "../support/rejection.ts";
import type { Contents } from "./support/folders.ts";
import { Folders } from "./support/folders.ts";
import { sha256 } from "./support/manifests.ts";
import { MemoryStore } from "./support/memory-store.ts";

describe("a planned blob", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  async function planned(contents: Contents) {
    const folder = await folders.with(contents);
    const files = Object.keys(contents).map((path) => ({ path, source: join(folder, path) }));
    const [blob] = planBlobs({ files: await Promise.all(files.map((file) => readFileFacts({ file }))) }).blobs;
    if (!blob) throw new Error("nothing was planned");
    return { folder, blob };
  }

  const put = async (blob: PlannedBlob, store: MemoryStore) =>
    putPlannedBlob(blob, { store, terms: {}, sha256: (await contentOf(blob)).sha256 });

  it("is the bytes of its files, one after the other", async () => {
    const { blob } = await planned({ a: "hello ", b: "world" });
    expect(await contentOf(blob)).to.deep.equal({ sha256: sha256("hello world"), size: 11 });
    const store = new MemoryStore();
    const { blobId, contentHash } = await put(blob, store);
    expect(contentHash).to.equal(`0x${sha256("hello world")}`);
    expect(Buffer.from(store.blobs.get(blobId) ?? []).toString()).to.equal("hello world");
  });

  const changes: Readonly<Record<string, (file: string) => Promise<void>>> = {
    "has other bytes": (file) => writeFile(file, "hellO "),
    "has other bytes and its old time": async (file) => {
      await writeFile(file, "hellO ");
      await utimes(file, 1, 1);
    },
    "is shorter": (file) => writeFile(file, "hell"),
    "is empty": (file) => writeFile(file, ""),
    "is another file": async (file) => {
      await writeFile(`${file}-new`, "hellO ");
      await rename(`${file}-new`, file);
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`is not sent when one of its files ${what} since it was hashed`, async () => {
      const { folder, blob } = await planned({ a: "hello ", b: "world" });
      await utimes(join(folder, "a"), 1, 1);
      const store = new MemoryStore();
      await change(join(folder, "a"));
      await refusal("models.folder-changed", () => putPlannedBlob(blob, { store, terms: {}, sha256: "" }));
      await refusal("models.folder-changed", () => contentOf(blob));
      expect(store.puts).to.be.empty;
    });
  }

  it("is not sent when a link was put in a file's place", async () => {
    const { folder, blob } = await planned({ a: "hello " });
    await rm(join(folder, "a"));
    await symlink("/etc/passwd", join(folder, "a"));
    const store = new MemoryStore();
    await refusal("models.symlink", () => put(blob, store));
    expect(store.puts).to.be.empty;
  });

  it("is refused when its files change while it is sent", async () => {
    const { folder, blob } = await planned({ a: "hello ", b: "world" });
    const store = new MemoryStore();
    const { put: send } = store;
    const late = Object.assign(store, {
      put: async (...args: Parameters<MemoryStore["put"]>) => {
        await writeFile(join(folder, "b"), "World");
        return send.apply(store, args);
      },
    });
    await refusal("models.folder-changed", () => put(blob, late));
  });
});
