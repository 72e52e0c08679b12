import { expect } from "chai";
import { PartSource } from "../../src/models/part-source.ts";
import type { FilePart } from "../../src/models/manifest.ts";
import { refusal } from "../support/rejection.ts";
import { sampleManifest, sha256 } from "./support/manifests.ts";
import { MemoryStore } from "./support/memory-store.ts";

describe("PartSource", () => {
  function setUp(sha = sha256("hello")) {
    const store = new MemoryStore();
    const manifest = sampleManifest();
    const bytes = Buffer.from("helloworld!abc");
    manifest.blobs = [{ id: store.keep(bytes), sha256: sha256(bytes), size: bytes.length }];
    const part: FilePart = { blob: 0, offset: 0, length: 5, sha256: sha };
    const rest: FilePart = { blob: 0, offset: 5, length: 9, sha256: sha256("world!abc") };
    const whole = new PartSource({ manifest, wanted: [part, rest], store });
    const ranges = new PartSource({ manifest, wanted: [part], store });
    return { store, part, rest, whole, ranges };
  }

  it("fetches a blob once when half of it is wanted, and else the range", async () => {
    const { store, part, rest, whole, ranges } = setUp();
    expect(Buffer.from(await whole.read(part)).toString()).to.equal("hello");
    expect(Buffer.from(await whole.read(rest)).toString()).to.equal("world!abc");
    expect(Buffer.from(await ranges.read(part)).toString()).to.equal("hello");
    expect(store.gets.map(({ range }) => range)).to.deep.equal([undefined, { offset: 0, length: 5 }]);
  });

  it("checks the hash of a part also when its blob's hash is right", async () => {
    const { whole, ranges, part } = setUp(sha256("other"));
    await refusal("models.part-mismatch", () => whole.read(part));
    await refusal("walrus.content-mismatch", () => ranges.read(part));
  });
});
