import { expect } from "chai";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { encodeManifest } from "../../../src/models/manifest-bytes.ts";
import type { Manifest, ManifestFile } from "../../../src/models/manifest.ts";
import { refusal } from "../../support/rejection.ts";
import { Folders } from "../support/folders.ts";
import { blobIdOf, sha256 } from "../support/manifests.ts";
import { about, accomplice, CONTENTS, expectOnlyFailed, named, useVerifyWorld } from "./verify-world.ts";

const ZERO = "0".repeat(64);

function fileOf({ files }: Manifest, path: string): ManifestFile {
  const file = files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`no ${path}`);
  return file;
}

function blobOf(manifest: Manifest, path: string, part = 0): Manifest["blobs"][number] {
  const blob = manifest.blobs[fileOf(manifest, path).parts[part]?.blob ?? -1];
  if (blob === undefined) throw new Error(`no blob of ${path}`);
  return blob;
}

describe("verifyModel from the chain down to the bytes", function () {
  this.timeout(60_000);
  const setUp = useVerifyWorld();
  const own = new Folders();
  const { TMPDIR = tmpdir() } = process.env;
  let temporary: string;

  const left = async (): Promise<readonly string[]> =>
    (await readdir(temporary)).filter((name) => name.startsWith("scrimshaw-verify-"));

  before(async () => {
    // Of these tests alone, so that it can be seen to be empty.
    temporary = await own.empty();
    process.env.TMPDIR = temporary;
  });
  after(async () => {
    process.env.TMPDIR = TMPDIR;
    await own.remove();
  });

  it("passes an honest version: every blob, and every file, once; and leaves nothing on the disk", async () => {
    const { verifyDeep, manifest } = await setUp();
    const report = await verifyDeep();
    expectOnlyFailed(report);
    const ids = manifest.blobs.map(({ id }) => id);
    expect(about(report, "passed", "blob-hash")).to.have.members(ids);
    expect(about(report, "passed", "blob-id")).to.have.members(ids);
    expect(about(report, "passed", "file")).to.have.members(Object.keys(CONTENTS));
    expect(named(report, "passed")).to.include.members([
      "version",
      "manifest-hash",
      "manifest-blob-id",
      "manifest",
      "blobs-hash",
    ]);
    expect(await left()).to.be.empty;
  });

  it("fails a revoked version", async () => {
    const { verifyDeep, registry, modelId, verify } = await setUp();
    await registry.setStatus(modelId, 1, 2, "bad");
    await refusal("models.version-unknown", verifyDeep);
    const reference = { creator: (await registry.model(modelId)).creator, name: "m" };
    const report = await verify({
      reference: { ...reference, selector: { kind: "number", version: 1 } },
      deep: { nShards: 10 },
    });
    expectOnlyFailed(report, "version");
  });

  it("fails a manifest whose bytes are others than the registered ones", async () => {
    const { verifyDeep, register, manifest } = await setUp();
    await register(encodeManifest(manifest), { manifest: { contentHash: `0x${"11".repeat(32)}` } });
    const report = await verifyDeep();
    expectOnlyFailed(report, "manifest-hash");
    expect(named(report, "not-checked")).to.deep.equal(["manifest"]);
  });

  it("fails a manifest that is not the blob whose ID is registered", async () => {
    const { verifyDeep, register, manifest, store } = await setUp();
    const decoy = (await store.put({ bytes: Buffer.from("a decoy") })).blobId;
    const real = (await store.put({ bytes: encodeManifest(manifest) })).blobId;
    await register(encodeManifest(manifest), { manifest: { blobId: decoy } });
    expectOnlyFailed(await verifyDeep({ store: accomplice(store, { [decoy]: real }) }), "manifest-blob-id");
  });

  it("fails what is no manifest, and one of another model", async () => {
    const { verifyDeep, register, forge } = await setUp();
    await register(Buffer.from("{}"));
    expectOnlyFailed(await verifyDeep(), "manifest");
    await forge((manifest) => (manifest.name = "n"));
    expectOnlyFailed(await verifyDeep(), "manifest");
  });

  it("fails blobs that the chain does not speak of", async () => {
    const { verifyDeep, register, manifest } = await setUp();
    const other = encodeManifest({ ...manifest, metadata: { notes: "another" } });
    await register(other, { blobsHash: `0x${"11".repeat(32)}` });
    expectOnlyFailed(await verifyDeep(), "blobs-hash");
  });

  it("fails a blob with one flipped byte, and only the files that have it", async () => {
    const { verifyDeep, manifest, walrus } = await setUp();
    const { id } = blobOf(manifest, "w.bin", 1);
    walrus.faults.flipByte({ blobId: id, offset: 3 });
    const report = await verifyDeep();
    expectOnlyFailed(report, "blob-hash", "blob-id", "file");
    expect(about(report, "failed", "blob-id")).to.deep.equal([id]);
    expect(about(report, "failed", "file")).to.deep.equal(["w.bin"]);
  });

  it("cannot check a blob that Walrus does not have, nor its files", async () => {
    const { verifyDeep, forgeBlob } = await setUp();
    await forgeBlob("w.bin", undefined, (blob) => (blob.id = blobIdOf(255)));
    const report = await verifyDeep();
    expect(report.outcome).to.equal("incomplete");
    expect(named(report, "not-checked")).to.have.members(["blob-hash", "blob-id", "file"]);
    expect(about(report, "not-checked", "file")).to.have.members(["w.bin", "w2.bin"]);
  });

  it("fails a content hash that the manifest invents for a blob, whose ID and files are right all the same", async () => {
    const { verifyDeep, forge } = await setUp();
    const forged = await forge((manifest) => (blobOf(manifest, "README.md").sha256 = ZERO));
    const report = await verifyDeep();
    expectOnlyFailed(report, "blob-hash");
    expect(about(report, "failed", "blob-hash")).to.deep.equal([blobOf(forged, "README.md").id]);
  });

  it("fails a blob that is shorter, or longer, than the manifest says", async () => {
    const { verifyDeep, forge, manifest } = await setUp();
    const { id } = blobOf(manifest, "README.md");
    await forge((forged) => (blobOf(forged, "README.md").size += 1));
    const shorter = await verifyDeep();
    expectOnlyFailed(shorter, "blob-hash");
    expect(about(shorter, "failed", "blob-hash")).to.deep.equal([id]);
    await forge((forged) => {
      blobOf(forged, "README.md").size -= 1;
      const file = fileOf(forged, "a/b.txt");
      Object.assign(file, { size: 2, sha256: sha256("by") });
      Object.assign(file.parts[0] ?? {}, { length: 2, sha256: sha256("by") });
    });
    const longer = await verifyDeep();
    expectOnlyFailed(longer, "blob-hash");
    expect(about(longer, "not-checked", "file")).to.have.members(["README.md", "a/b.txt"]);
  });

  it("fails a manifest that is shorter than the registry says", async () => {
    const { verifyDeep, register, manifest } = await setUp();
    const bytes = encodeManifest({ ...manifest, metadata: { notes: "another" } });
    await register(bytes, { manifest: { size: bytes.length + 1 } });
    expectOnlyFailed(await verifyDeep(), "manifest-hash");
  });

  it("fails a Blob ID that is of other bytes than aggregators give for it", async () => {
    const { verifyDeep, forgeBlob, manifest, store } = await setUp();
    const honest = blobOf(manifest, "README.md").id;
    const decoy = (await store.put({ bytes: Buffer.from("a decoy") })).blobId;
    await forgeBlob("README.md", undefined, (blob) => (blob.id = decoy));
    const report = await verifyDeep({ store: accomplice(store, { [decoy]: honest }) });
    expectOnlyFailed(report, "blob-id");
    expect(about(report, "failed", "blob-id")).to.deep.equal([decoy]);
  });

  it("fails a hash that the manifest invents for a file of several parts, or for one of its parts", async () => {
    const { verifyDeep, forge } = await setUp();
    await forge((manifest) => (fileOf(manifest, "w.bin").sha256 = ZERO));
    const whole = await verifyDeep();
    expectOnlyFailed(whole, "file");
    expect(about(whole, "failed", "file")).to.deep.equal(["w.bin"]);
    await forge((manifest) => {
      const [part] = fileOf(manifest, "w.bin").parts;
      if (!part) throw new Error("it has parts");
      const pieces = ["0", "1"].map((text, offset) => ({ ...part, offset, length: 1, sha256: sha256(text) }));
      const [first] = pieces;
      if (first) first.sha256 = ZERO;
      manifest.files.push({ path: "x", size: 2, sha256: sha256("01"), parts: pieces });
      fileOf(manifest, "w.bin").parts.splice(0, 1);
      Object.assign(fileOf(manifest, "w.bin"), { size: 10, sha256: sha256("abcdefghij") });
      Object.assign(fileOf(manifest, "w2.bin"), { size: 2, sha256: sha256("xy") }).parts.splice(0, 1);
    });
    expect(about(await verifyDeep(), "failed", "file")).to.deep.equal(["x"]);
  });

  it("fails a part that holds the bytes of another file", async () => {
    const { verifyDeep, forge } = await setUp();
    await forge((manifest) => {
      const [one, other] = ["README.md", "a/b.txt"].map((path) => fileOf(manifest, path).parts[0]);
      if (one && other) [one.offset, other.offset] = [other.offset, one.offset];
    });
    expect(about(await verifyDeep(), "failed", "file")).to.have.members(["README.md", "a/b.txt"]);
  });

  it("cannot say much where Walrus does not answer", async () => {
    const { verifyDeep, walrus } = await setUp();
    walrus.faults.aggregator({ kind: "status", status: 500 });
    const report = await verifyDeep();
    expect(report.outcome).to.equal("incomplete");
    expect(named(report, "not-checked")).to.deep.equal(["manifest-hash"]);
  });

  it("reads a blob again by ranges when files go to and fro between blobs", async () => {
    const { verifyDeep, forge, store } = await setUp();
    await forge((manifest) => {
      const [one, two] = fileOf(manifest, "w.bin").parts;
      if (!one || !two) throw new Error("it has two parts");
      const piece = (part: typeof one, text: string, offset: number) => ({
        ...part,
        offset,
        length: 1,
        sha256: sha256(text),
      });
      const parts = [piece(one, "0", 0), piece(two, "a", 0), piece(one, "1", 1), piece(two, "b", 1)];
      manifest.files = [{ path: "mixed", size: 4, sha256: sha256("0a1b"), parts }];
      manifest.blobs = [one, two].flatMap((part) => manifest.blobs[part.blob] ?? []);
      if (one.blob > two.blob) manifest.blobs.reverse();
      for (const part of parts) part.blob = (part.blob === one.blob) === one.blob < two.blob ? 0 : 1;
    });
    const whole: string[] = [];
    const counting = new Proxy(store, {
      get(target, name) {
        if (name === "stream")
          return (options: Parameters<typeof store.stream>[0]) => {
            if (options.range === undefined) whole.push(options.blobId);
            return target.stream(options);
          };
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? (value as () => unknown).bind(target) : value;
      },
    });
    expectOnlyFailed(await verifyDeep({ store: counting }));
    expect(new Set(whole).size).to.equal(whole.length).and.to.equal(2);
  });

  it("stops when it is told to, and leaves nothing on the disk", async () => {
    const { verify, manifest } = await setUp();
    const stop = new AbortController();
    const stopped: unknown = await verify({
      deep: { nShards: 10 },
      signal: stop.signal,
      onCheck: ({ check }) => {
        if (check === "blob-hash") stop.abort();
      },
    }).catch((error: unknown) => error);
    expect(manifest.blobs.length).to.be.greaterThan(2);
    expect(stopped).to.have.property("name", "AbortError");
    expect(await left()).to.be.empty;
  });

  it("refuses models of more bytes than were allowed", async () => {
    const { verify } = await setUp();
    await refusal("models.too-large", () => verify({ deep: { nShards: 10 }, maxSize: 20 }));
  });
});
