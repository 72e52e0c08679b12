import { expect } from "chai";
import canonicalize from "canonicalize";
import { chmod, lstat, mkdir, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { blobsHashOf, encodeManifest } from "../../src/models/manifest-bytes.ts";
import { LARGE_FILE } from "../../src/models/limits.ts";
import type { Manifest } from "../../src/models/manifest.ts";
import { publishModel } from "../../src/models/publish.ts";
import { pullModel } from "../../src/models/pull.ts";
import type { PullModelOptions } from "../../src/models/pull.ts";
import { parseReference } from "../../src/models/reference.ts";
import { registerModel } from "../../src/models/register.ts";
import { showModel } from "../../src/models/show.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import type { BlobReference } from "../../src/walrus/blob-store.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { sha256 } from "./support/manifests.ts";
import { MemoryStore } from "./support/memory-store.ts";
import { refusal } from "./support/refusal.ts";

const CONTENTS = { "README.md": "# m", "a/weights.bin": "0123456789", "a/copy.bin": "0123456789", empty: "" };

async function filesIn(folder: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => [])) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesIn(folder, `${path}/`)));
    else found.push(path);
  }
  return found.sort();
}

describe("pullModel", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  async function setUp() {
    const chain = await networkHelpers.loadFixture(deployRegistry);
    const { registry, publisher } = chain;
    const store = new MemoryStore();
    const root = join(await folders.empty(), "cache");
    const cache = new ModelCache({ root });
    const reference = parseReference({ text: `${publisher.address}/m` });
    const pull = (options: Partial<PullModelOptions> = {}) =>
      pullModel({ reference, registry, store, cache, ...options });
    const publish = async (contents: Record<string, string> = CONTENTS) =>
      publishModel({ folder: await folders.with(contents), name: "m", registry, store });
    /** Registers a version as a hostile publisher may: any bytes in the manifest's place. */
    const forge = async (bytes: Uint8Array, change: { blobsHash?: string; manifest?: Partial<BlobReference> } = {}) => {
      const { modelId } = await registerModel({ registry, name: "m" });
      const reference = { blobId: store.keep(bytes), contentHash: `0x${sha256(bytes)}` as const, size: bytes.length };
      const { blobId, contentHash, size } = { ...reference, ...change.manifest };
      const manifest = { blobId: blobIdToHex(blobId), contentHash, size };
      const blobsHash = change.blobsHash ?? `0x${"11".repeat(32)}`;
      await registry.publish(modelId, { manifest, blobsHash, endEpoch: 1, label: "" });
    };
    const forgeManifest = async (manifest: Manifest) => {
      const bytes = Buffer.from(canonicalize(manifest) ?? "");
      await forge(bytes, { blobsHash: blobsHashOf(manifest) });
    };
    /** After a refusal nothing may be in the cache but what is right by itself: the manifest, and the empty file. */
    const expectNoFiles = async (manifestHash = "") => {
      const right = new Set([manifestHash, sha256("")]);
      const left = (await filesIn(root)).filter((path) => !right.has(path.split("/").at(-1) ?? ""));
      expect(left, "files in the cache").to.be.empty;
    };
    return { ...chain, store, root, cache, reference, pull, publish, forge, forgeManifest, expectNoFiles };
  }

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

  it("shows a model with its versions and what one of them holds", async () => {
    const { registry, reference, store, publish } = await setUp();
    const { manifest, modelId } = await publish();
    await publish({ a: "2" });
    const shown = await showModel({
      reference: { ...reference, selector: { kind: "number", version: 1 } },
      registry,
      store,
    });
    expect(shown.versions.map(({ version }) => version)).to.deep.equal([1, 2]);
    expect(shown.manifest).to.deep.equal(manifest);
    store.blobs.clear();
    const lost = await showModel({ reference, registry, store });
    expect(lost.version?.version).to.equal(2);
    expect(lost.problem?.code).to.equal("walrus.blob-unknown");
    for (const version of [1, 2]) await registry.setStatus(modelId, version, 2, "");
    const revoked = await showModel({ reference, registry, store });
    expect(revoked).to.include({ version: undefined, manifest: undefined });
  });

  describe("leaves no file behind and refuses", () => {
    it("a revoked version", async () => {
      const { pull, publish, registry, expectNoFiles } = await setUp();
      const { modelId } = await publish();
      await registry.setStatus(modelId, 1, 2, "bad");
      const reference = parseReference({ text: `${await registry.model(modelId).then(({ creator }) => creator)}/m@1` });
      await refusal("models.version-revoked", () => pull({ reference }));
      await expectNoFiles();
    });

    it("an entry that points to no manifest", async () => {
      const { pull, forge, expectNoFiles } = await setUp();
      await forge(Buffer.from("%PDF-1.7"));
      await refusal("models.manifest-invalid", () => pull());
      await expectNoFiles();
      await forge(Buffer.from("{}"));
      await refusal("models.manifest-schema-unknown", () => pull());
      await expectNoFiles();
    });

    it("an entry that points to nothing", async () => {
      const { pull, forge, expectNoFiles } = await setUp();
      await forge(Buffer.from("x"), { manifest: { blobId: Buffer.alloc(32, 7).toString("base64url") } });
      await refusal("walrus.blob-unknown", () => pull());
      await expectNoFiles();
    });

    it("an entry with an endless manifest, without fetching it", async () => {
      const { pull, forge, store, expectNoFiles } = await setUp();
      await forge(Buffer.from("x"), { manifest: { size: 2 ** 40 } });
      await refusal("models.manifest-too-large", () => pull());
      expect(store.gets).to.be.empty;
      await expectNoFiles();
    });

    it("a manifest of an unknown schema, of other blobs, or of another model", async () => {
      const { pull, publish, forge, forgeManifest, expectNoFiles } = await setUp();
      const { manifest } = await publish();
      await forge(Buffer.from(canonicalize({ ...manifest, schema: "scrimshaw.model/2" }) ?? ""));
      await refusal("models.manifest-schema-unknown", () => pull());
      await forge(encodeManifest(manifest));
      await refusal("models.blobs-hash-mismatch", () => pull());
      const other = { ...manifest, name: "n" };
      await forgeManifest(other);
      await refusal("models.manifest-of-another-model", () => pull());
      for (const path of ["../../evil", "/etc/evil", "A/weights.bin"]) {
        const tricked = structuredClone(manifest);
        const file = tricked.files.find((candidate) => candidate.path === "README.md");
        if (file) file.path = path;
        tricked.files.sort((a, b) => (a.path < b.path ? -1 : 1));
        await forgeManifest(tricked);
        await refusal(path.startsWith("A") ? "models.path-collision" : "models.path-invalid", () => pull());
      }
      await expectNoFiles();
    });

    it("a blob that is shorter than promised, whether or not the store looks", async () => {
      const { pull, publish, store, expectNoFiles } = await setUp();
      const { manifest, manifestReference } = await publish();
      const pack = manifest.blobs[0];
      store.blobs.set(pack?.id ?? "", Buffer.from("# m012345"));
      await refusal("walrus.size-mismatch", () => pull());
      await expectNoFiles(manifestReference.contentHash.slice(2));
      store.checks = false;
      await refusal("models.blob-too-short", () => pull());
      await expectNoFiles(manifestReference.contentHash.slice(2));
    });

    it("a blob with one flipped byte, whether or not the store looks", async () => {
      const { pull, publish, store, expectNoFiles } = await setUp();
      const { manifest, manifestReference } = await publish();
      const pack = store.blobs.get(manifest.blobs[0]?.id ?? "");
      if (pack) pack[0] = (pack[0] ?? 0) ^ 1;
      await refusal("walrus.content-mismatch", () => pull());
      store.checks = false;
      await refusal("models.content-mismatch", () => pull());
      await expectNoFiles(manifestReference.contentHash.slice(2));
    });

    it("a part that holds the bytes of another file", async () => {
      const { pull, publish, forgeManifest, cache } = await setUp();
      const { manifest } = await publish({ a: "aaaa", b: "bbbb" });
      const forged = structuredClone(manifest);
      const [a, b] = forged.files;
      const [partOfA, partOfB] = [a?.parts[0], b?.parts[0]];
      if (!a || !b || !partOfA || !partOfB) throw new Error("two files were published");
      [partOfA.offset, partOfB.offset] = [partOfB.offset, partOfA.offset];
      await forgeManifest(forged);
      await refusal("models.content-mismatch", () => pull());
      expect(await cache.blobs.has(a)).to.equal(false);
      expect(await cache.blobs.has(b)).to.equal(false);
    });

    it("to go on after it was stopped", async () => {
      const { pull, publish, expectNoFiles } = await setUp();
      const { manifestReference } = await publish();
      const stop = new AbortController();
      const stopped: unknown = await pull({
        signal: stop.signal,
        onProgress: ({ kind }) => {
          if (kind === "manifest") stop.abort();
        },
      }).catch((error: unknown) => error);
      expect(stopped).to.have.property("name", "AbortError");
      await expectNoFiles(manifestReference.contentHash.slice(2));
      expect((await pull()).downloaded).to.be.greaterThan(0);
    });
  });
});
