import { expect } from "chai";
import fc from "fast-check";
import { buildManifest } from "../../src/models/build-manifest.ts";
import type { FileFacts } from "../../src/models/file-facts.ts";
import { LARGE_FILE } from "../../src/models/limits.ts";
import { decodeManifest, encodeManifest } from "../../src/models/manifest-bytes.ts";
import { planBlobs } from "../../src/models/plan.ts";
import type { BlobReference } from "../../src/walrus/blob-store.ts";
import { sha256 } from "./support/manifests.ts";

/** Facts of a file that exists in thought only; files of one `content` are equal. */
function factsOf(path: string, size: number, content = path, chunkSize = size): FileFacts {
  const chunks = [];
  for (let offset = 0; offset < size; offset += chunkSize) {
    const length = Math.min(chunkSize, size - offset);
    chunks.push({ offset, length, sha256: sha256(`${content} ${String(offset)} ${String(length)}`) });
  }
  const whole =
    chunks.length === 1 ? (chunks[0]?.sha256 ?? "") : sha256(size === 0 ? "" : `${content} ${String(size)}`);
  return { path, source: path, size, sha256: whole, mark: "", chunks };
}

const reference = (index: number, size: number): BlobReference => ({
  blobId: Buffer.from(sha256(`blob ${String(index)}`), "hex").toString("base64url"),
  contentHash: `0x${sha256(`content ${String(index)}`)}`,
  size,
});

describe("planBlobs", () => {
  it("packs small files into one blob and gives each chunk of a large file its own", () => {
    const large = factsOf("big", LARGE_FILE + 10, "big", LARGE_FILE);
    const { blobs, files } = planBlobs({ files: [factsOf("a", 10), large, factsOf("z", 5)] });
    expect(blobs.map(({ size }) => size)).to.deep.equal([15, LARGE_FILE, 10]);
    expect(files.map(({ parts }) => parts.map(({ blob, offset, length }) => [blob, offset, length]))).to.deep.equal([
      [[0, 0, 10]],
      [
        [1, 0, LARGE_FILE],
        [2, 0, 10],
      ],
      [[0, 10, 5]],
    ]);
  });

  it("lays equal content out once", () => {
    const { blobs, files } = planBlobs({
      files: [factsOf("a", 10, "same"), factsOf("b", 10, "same"), factsOf("c", 3)],
    });
    expect(blobs.map(({ size }) => size)).to.deep.equal([13]);
    expect(files[0]?.parts).to.deep.equal(files[1]?.parts);
  });

  it("begins another pack when one is full", () => {
    const { blobs } = planBlobs({ files: [factsOf("a", 6), factsOf("b", 6), factsOf("c", 4)], maxBlobSize: 10 });
    expect(blobs.map(({ size }) => size)).to.deep.equal([6, 10]);
  });

  it("splits a pack that is as large as another blob, which might hold the same bytes cut otherwise", () => {
    const files = [factsOf("a", 6), factsOf("b", 4), factsOf("c", 25, "c", 10), factsOf("d", 3), factsOf("e", 2)];
    const { blobs, files: planned } = planBlobs({ files, maxBlobSize: 10 });
    expect(blobs.map(({ size }) => size)).to.deep.equal([6, 4, 10, 10, 5, 3, 2]);
    expect(planned.map(({ parts }) => parts.map(({ blob, offset }) => [blob, offset]))).to.deep.equal([
      [[0, 0]],
      [[1, 0]],
      [2, 3, 4].map((blob) => [blob, 0]),
      [[5, 0]],
      [[6, 0]],
    ]);
  });

  it("makes one blob of a small file that is alone and of the same bytes at the end of a large one", () => {
    const large = { ...factsOf("l", 25, "l", 10) };
    const tail = large.chunks[2];
    if (!tail) throw new Error("it has three chunks");
    const small = { ...factsOf("s", 5), sha256: tail.sha256, chunks: [{ ...tail, offset: 0 }] };
    const { blobs, files } = planBlobs({ files: [large, small], maxBlobSize: 10 });
    expect(blobs.map(({ size }) => size)).to.deep.equal([10, 10, 5]);
    expect(files[1]?.parts).to.deep.equal(files[0]?.parts.slice(2));
  });

  it("keeps empty files without a blob", () => {
    expect(planBlobs({ files: [factsOf("a", 0)] }).blobs).to.be.empty;
  });

  it("makes a valid manifest from any folder", () => {
    const file = fc.record({ size: fc.oneof(fc.nat(40), fc.nat(3 * LARGE_FILE)), content: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 12 }), (described) => {
        const files = described.map(({ size, content }, index) =>
          factsOf(String(index).padStart(2, "0"), size, `content ${String(content)}`, LARGE_FILE),
        );
        const plan = planBlobs({ files, maxBlobSize: LARGE_FILE });
        if (plan.blobs.length === 0) return;
        // A blob of one piece has the hash of that piece.
        const stored = plan.blobs.map(({ size, pieces }, index): BlobReference => {
          const only = pieces.length === 1 ? pieces[0] : undefined;
          return { ...reference(index, size), ...(only && { contentHash: `0x${only.sha256}` as const }) };
        });
        const manifest = buildManifest({ name: "any", metadata: {}, plan, stored });
        expect(decodeManifest(encodeManifest(manifest))).to.deep.equal(manifest);
      }),
      { numRuns: 200 },
    );
  });
});
