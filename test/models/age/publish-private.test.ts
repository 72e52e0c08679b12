import { expect } from "chai";
import { appendFile, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseRecipients } from "../../../src/models/age/recipients.ts";
import { ModelCache } from "../../../src/models/cache/model-cache.ts";
import { pruneCache } from "../../../src/models/cache/prune.ts";
import { LARGE_FILE } from "../../../src/models/limits.ts";
import { previewPublish } from "../../../src/models/preview.ts";
import { rejection } from "../../support/rejection.ts";
import { Folders } from "../support/folders.ts";
import type { Contents } from "../support/folders.ts";
import { newKey, setUpPrivate, system } from "../support/private-world.ts";
import { filesIn } from "../support/pull-world.ts";

const LARGE = Buffer.alloc(LARGE_FILE, "a chunk of its own");
const CONTENTS: Contents = { "README.md": "# private", "config.json": "{}", "large.bin": LARGE };

describe("publishing a private model", function () {
  this.timeout(60_000);
  const folders = new Folders();
  afterEach(() => folders.remove());
  const setUp = () => setUpPrivate(folders);

  it("finds the version that exists when run again, on any machine, and sends nothing", async () => {
    const { publishFolder, store, encryption } = await setUp();
    const folder = await folders.with(CONTENTS);
    const { manifestReference } = await publishFolder(folder);
    store.puts.length = 0;
    const elsewhere = new ModelCache({ root: join(await folders.empty(), "cache") });
    for (const cache of [encryption.cache, elsewhere]) {
      const again = await publishFolder(folder, { encryption: { ...encryption, cache } });
      expect(again).to.deep.include({ outcome: "unchanged", manifestReference });
    }
    expect(store.puts).to.be.empty;
  });

  it("sends one pack and one manifest when one small file changed", async () => {
    const { publishFolder, store } = await setUp();
    const folder = await folders.with(CONTENTS);
    const first = await publishFolder(folder);
    await writeFile(join(folder, "config.json"), '{"a":1}');
    store.puts.length = 0;
    const { manifest, version } = await publishFolder(folder);
    expect(version).to.equal(2);
    expect(store.puts).to.have.length(2);
    expect(Math.max(...store.puts)).to.be.lessThan(10_000);
    const large = first.manifest.blobs.find(({ size }) => size > LARGE_FILE);
    expect(manifest.blobs).to.deep.include(large);
  });

  it("uses the ciphertext of one model for another, on this machine", async () => {
    const { publishFolder, store } = await setUp();
    const folder = await folders.with(CONTENTS);
    await publishFolder(folder);
    store.puts.length = 0;
    await publishFolder(folder, { name: "n" });
    expect(store.puts, "the manifest, which names the model").to.have.length(1);
  });

  it("encrypts everything anew for other recipients", async () => {
    const { publishFolder, encryption, reader, pull, cache } = await setUp();
    const folder = await folders.with({ a: "1" });
    const first = await publishFolder(folder);
    const other = await newKey();
    const recipients = await parseRecipients([reader.recipient, other.recipient]);
    const second = await publishFolder(folder, { encryption: { ...encryption, recipients } });
    expect(second.version).to.equal(2);
    expect(second.manifest.blobs[0]?.sha256).to.not.equal(first.manifest.blobs[0]?.sha256);
    expect((await pull({ cache, identities: other.identities })).files).to.have.length(1);
    const plain = await publishFolder(folder, { encryption: undefined });
    expect(plain).to.deep.include({ version: 3 });
    expect(plain.manifest.blobs[0]).to.include({ size: 1 });
  });

  it("stores the same ciphertext again when its lease runs out, and another one when it is lost", async () => {
    const { publishFolder, store } = await setUp();
    const folder = await folders.with({ a: "1" });
    const { manifestReference, manifest } = await publishFolder(folder);
    store.puts.length = 0;
    store.endEpoch = 1;
    expect(await publishFolder(folder)).to.deep.include({ outcome: "unchanged", manifestReference });
    expect(store.puts, "blob and manifest").to.have.length(2);
    store.endEpoch = 9;
    for (const { id } of manifest.blobs) store.blobs.delete(id);
    expect(await publishFolder(folder)).to.include({ outcome: "published", version: 2 });
  });

  it("goes on after it was stopped at any point, and sends nothing twice", async () => {
    const contents = { a: "small", "b.bin": LARGE, "c.bin": Buffer.alloc(LARGE_FILE, "another") };
    const { publishFolder, store, registry, encryption, pull, reader } = await setUp();
    const folder = await folders.with(contents);
    const total = new Map<string, number>();
    const put = store.put.bind(store);
    let left = 0;
    store.put = async (options) => {
      if (left-- === 0) throw new Error("stopped");
      const stored = await put(options);
      total.set(stored.blobId, (total.get(stored.blobId) ?? 0) + 1);
      return stored;
    };
    for (let stops = 0; stops < 4; stops++) {
      left = 1;
      await publishFolder(folder).catch((error: unknown) => {
        if (!(error instanceof Error && error.message === "stopped")) throw error;
      });
    }
    left = Infinity;
    const { modelId, version } = await publishFolder(folder);
    expect(version).to.equal(1);
    expect(await registry.versionCount(modelId)).to.equal(1n);
    expect(total.size, "three blobs and a manifest").to.equal(4);
    expect([...total.values()].every((times) => times === 1)).to.equal(true);
    expect((await filesIn(encryption.cache.root)).filter((path) => path.endsWith(".age"))).to.be.empty;
    expect((await pull({ identities: reader.identities })).files).to.have.length(3);
  });

  it("does not store what a crash of the disk has left of a ciphertext", async () => {
    const { publishFolder, store, encryption, pull, reader } = await setUp();
    const folder = await folders.with({ a: "1" });
    store.onPut = () => {
      throw new Error("stopped");
    };
    await publishFolder(folder).catch(() => undefined);
    const root = join(encryption.cache.pathOfCiphertexts, encryption.recipients.id.slice(0, 32));
    const [name] = (await readdir(root)).filter((file) => file.endsWith(".age"));
    const left = await readFile(join(root, name ?? ""));
    await appendFile(join(root, name ?? ""), "x");
    store.onPut = undefined;
    await publishFolder(folder);
    expect(store.puts[0]).to.equal(left.length);
    expect((await pull({ identities: reader.identities })).files).to.have.length(1);
  });

  it("notices a folder that changes while it is encrypted, and leaves nothing of it", async () => {
    const { publishFolder, encryption, store } = await setUp();
    const folder = await folders.with({ a: "1", b: "2" });
    const lock = encryption.cache.lock.bind(encryption.cache);
    encryption.cache.lock = async (name, kind, signal) => {
      if (name.startsWith("encrypt-")) await writeFile(join(folder, "b"), "3");
      return lock(name, kind, signal);
    };
    expect((await rejection(() => publishFolder(folder))).code).to.equal("models.folder-changed");
    expect(store.puts).to.be.empty;
    expect((await filesIn(encryption.cache.root)).filter((path) => path.startsWith("age/"))).to.be.empty;
  });

  it("is previewed with the sizes of its ciphertexts, and what Walrus holds of them", async () => {
    const { publishFolder, registry, store, encryption } = await setUp();
    const folder = await folders.with(CONTENTS);
    const preview = () => previewPublish({ folder, name: "m", registry, store, system, encryption });
    const before = await preview();
    const { manifest, manifestReference } = await publishFolder(folder);
    const sizes = manifest.blobs.map(({ size }) => size).sort();
    expect(before.blobs.map(({ size }) => size).sort()).to.deep.equal(sizes);
    expect(Math.abs(before.manifest.size - manifestReference.size)).to.be.lessThan(10);
    expect(await preview()).to.include({ unchanged: 1, encodedSize: 0 });
  });

  it("is pruned of notes and leftovers, but not while something is published", async () => {
    const { publishFolder, encryption } = await setUp();
    await publishFolder(await folders.with({ a: "1" }));
    const { cache } = encryption;
    const left = async () => (await filesIn(cache.root)).filter((path) => path.startsWith("age/"));
    expect(await left()).to.have.length(1);
    const publishing = await cache.lock("ciphertexts", "shared");
    await pruneCache({ cache });
    expect(await left()).to.have.length(1);
    publishing.release();
    await pruneCache({ cache });
    expect(await left()).to.be.empty;
  });
});
