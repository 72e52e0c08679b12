import { expect } from "chai";
import canonicalize from "canonicalize";
import { encodeManifest } from "../../src/models/manifest-bytes.ts";
import { parseReference } from "../../src/models/reference.ts";
import { refusal } from "../support/rejection.ts";
import { Folders } from "./support/folders.ts";
import { sha256 } from "./support/manifests.ts";
import { setUpPull } from "./support/pull-world.ts";

describe("pullModel leaves no file behind and refuses", function () {
  this.timeout(30_000);
  const folders = new Folders();
  afterEach(() => folders.remove());
  const setUp = () => setUpPull(folders);

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
    await refusal("walrus.blob-not-found", () => pull());
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
    await refusal("models.part-mismatch", () => pull());
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
    await refusal("models.part-mismatch", () => pull());
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

  it("more bytes than were allowed, before it fetches any", async () => {
    const { pull, publish, store, forgeManifest } = await setUp();
    const { manifest } = await publish({ a: "aaaa", b: "bbbb" });
    expect((await pull({ maxSize: 8 })).downloaded).to.equal(8);
    await refusal("models.too-large", () => pull({ maxSize: 7 }));
    // Twelve files of 4096 times one range: few bytes on Walrus, and without end on the disk.
    const blob = {
      ...manifest.blobs[0],
      id: manifest.blobs[0]?.id ?? "",
      sha256: sha256("x"),
      size: 256 * 1024 * 1024,
    };
    const part = { blob: 0, offset: 0, length: blob.size, sha256: blob.sha256 };
    const parts = Array.from({ length: 4096 }, () => part);
    const files = Array.from({ length: 12 }, (_, index) => {
      return { path: `f${String.fromCharCode(97 + index)}`, size: 2 ** 40, sha256: sha256(String(index)), parts };
    });
    await forgeManifest({ ...manifest, blobs: [blob], files });
    store.gets.length = 0;
    await refusal("models.too-large", () => pull());
    await refusal("models.disk-too-full", () => pull({ maxSize: 2 ** 50 }));
    expect(store.gets, "the manifest only").to.have.length(1);
  });
});
