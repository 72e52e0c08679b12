import { createHash } from "node:crypto";

import { encodeQuilt as encodeBySdk } from "@mysten/walrus";
import { expect } from "chai";
import fc from "fast-check";

import { computeBlobId } from "../../../src/walrus/compute-blob-id.ts";
import { encodeQuilt } from "../../../src/walrus/quilt/encode-quilt.ts";
import { encodePatchId } from "../../../src/walrus/quilt/patch-id.ts";
import { failure } from "../failure.ts";
import { readVectors } from "../vectors.ts";
import { N_SHARDS, patch, seeded } from "./patches.ts";

interface QuiltVector {
  readonly name: string;
  readonly inputs: readonly {
    readonly identifier: string;
    readonly size: number;
    readonly seed: number;
    readonly tags?: Readonly<Record<string, string>>;
  }[];
  readonly quiltLength: number;
  readonly quiltSha256: string;
  readonly quiltBlobId: string;
  readonly patches: readonly {
    readonly identifier: string;
    readonly startIndex: number;
    readonly endIndex: number;
    readonly patchId: string;
  }[];
}

const { quilts } = readVectors<{ readonly quilts: readonly QuiltVector[] }>("quilts.json");
const campaign = process.env["SCRIMSHAW_CAMPAIGN"] === "1";

function patchesOf({ inputs }: QuiltVector): Parameters<typeof encodeQuilt>[0]["patches"] {
  return inputs.map(({ identifier, size, seed, tags = {} }) => ({ identifier, bytes: seeded({ size, seed }), tags }));
}

describe("encodeQuilt", () => {
  for (const vector of quilts) {
    it(`lays out "${vector.name}" as the vectors do, at 1000 shards`, () => {
      const { bytes, entries } = encodeQuilt({ patches: patchesOf(vector), nShards: 1000 });
      expect(bytes).to.have.length(vector.quiltLength);
      expect(createHash("sha256").update(bytes).digest("hex")).to.equal(vector.quiltSha256);
      const quiltId = vector.quiltBlobId;
      const ids = entries.map(({ identifier, start, end }) => ({
        identifier,
        startIndex: start,
        endIndex: end,
        patchId: encodePatchId({ quiltId, start, end }),
      }));
      expect(ids).to.deep.equal(vector.patches);
    });
  }

  it("gives the quilt the Blob ID of the vectors", async () => {
    for (const vector of campaign ? quilts : quilts.slice(1, 2)) {
      const { bytes } = encodeQuilt({ patches: patchesOf(vector), nShards: 1000 });
      expect((await computeBlobId({ bytes })).blobId).to.equal(vector.quiltBlobId);
    }
  }).timeout(60_000);

  it("gives the bytes of Walrus's own SDK for any patches that both take", () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9/._-]{0,30}$/);
    const patches = fc.uniqueArray(
      fc.record({
        identifier: name,
        bytes: fc.uint8Array({ maxLength: 300 }),
        tags: fc.dictionary(fc.string({ maxLength: 10 }), fc.string({ maxLength: 10 }), { maxKeys: 3 }),
      }),
      { selector: ({ identifier }) => identifier, minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(patches, fc.constantFrom(19, 31, 100), (given, nShards) => {
        const blobs = given.map(({ identifier, bytes, tags }) => ({ identifier, contents: bytes, tags }));
        const theirs = encodeBySdk({ blobs, numShards: nShards });
        const { bytes, entries } = encodeQuilt({ patches: given, nShards });
        expect(Buffer.compare(bytes, theirs.quilt)).to.equal(0);
        expect(entries.map(({ start, end }) => [start, end])).to.deep.equal(
          theirs.index.patches.map(({ startIndex, endIndex }) => [startIndex, endIndex]),
        );
      }),
      { seed: 3, numRuns: campaign ? 5_000 : 150 },
    );
  });

  it("orders patches by the UTF-8 bytes of their identifiers, as Walrus does, whatever order they come in", () => {
    // In UTF-16, which JavaScript compares, the astral plane comes before U+FF5E.
    const names = ["\u{1F9AD}", "\uFF5E", "a", "Z"];
    const patches = names.map((identifier) => patch(identifier, 10));
    const { bytes, entries } = encodeQuilt({ patches, nShards: N_SHARDS });
    expect(entries.map(({ identifier }) => identifier)).to.deep.equal(["Z", "a", "\uFF5E", "\u{1F9AD}"]);
    const again = encodeQuilt({ patches: patches.toReversed(), nShards: N_SHARDS });
    expect(Buffer.compare(again.bytes, bytes)).to.equal(0);
  });

  it("refuses identifiers and tags that Walrus would refuse", async () => {
    const encode = (identifier: string, tags = {}): Promise<unknown> =>
      Promise.resolve().then(() => encodeQuilt({ patches: [patch(identifier, 1, tags)], nShards: N_SHARDS }));
    const names = ["", "a\n", "tab\there", "end ", "\u3000", "\uD800", "_metadata", "x".repeat(65_533)];
    for (const name of names) expect((await failure(encode(name))).code, name).to.equal("walrus.patch-invalid");
    const tags = [{ "\uDC00": "x" }, { x: "\uDC00" }, { x: "y".repeat(65_536) }];
    for (const one of tags) expect((await failure(encode("a", one))).code).to.equal("walrus.patch-invalid");
    expect(encodeQuilt({ patches: [patch("x".repeat(1_000), 1)], nShards: N_SHARDS }).entries).to.have.length(1);
  });

  it("refuses two patches of one name, no patch at all, and more than there are columns", async () => {
    const encode = (patches: Parameters<typeof encodeQuilt>[0]["patches"]): Promise<unknown> =>
      Promise.resolve().then(() => encodeQuilt({ patches, nShards: N_SHARDS }));
    expect((await failure(encode([patch("a", 1), patch("a", 2)]))).code).to.equal("walrus.patch-invalid");
    expect((await failure(encode([]))).code).to.equal("walrus.quilt-empty");
    const seven = Array.from({ length: 7 }, (_, i) => patch(String(i), 1));
    expect((await failure(encode(seven))).code).to.equal("walrus.quilt-too-large");
    expect(encodeQuilt({ patches: seven.slice(1), nShards: N_SHARDS }).entries).to.have.length(6);
  });

  it("refuses a quilt many times as large as its files before it is allocated", async () => {
    const small = Array.from({ length: 665 }, (_, i) => patch(`small ${i}`, 1));
    const patches = [...small, { identifier: "large", bytes: new Uint8Array(2 ** 23) }];
    const work = Promise.resolve().then(() => encodeQuilt({ patches, nShards: 1000 }));
    expect(await failure(work)).to.include({ code: "walrus.quilt-too-large" });
  });

  it("takes 666 patches at 1000 shards, and not one more", async () => {
    const patches = Array.from({ length: 667 }, (_, i) => patch(`file-${i}`, i % 50));
    const { entries } = encodeQuilt({ patches: patches.slice(1), nShards: 1000 });
    expect(entries.at(-1)?.end).to.equal(667);
    const work = Promise.resolve().then(() => encodeQuilt({ patches, nShards: 1000 }));
    expect(await failure(work)).to.include({ code: "walrus.quilt-too-large", found: "667" });
  });
});
