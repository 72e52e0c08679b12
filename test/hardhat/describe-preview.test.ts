import { expect } from "chai";
import { costsOf, describePreview } from "../../src/hardhat/describe-preview.ts";
import type { PreviewedBlob, PublishPreview } from "../../src/models/preview.ts";

const GIB = 2 ** 30;
const ID = Buffer.alloc(32, 1).toString("base64url");
const held = {
  blobId: ID,
  contentHash: `0x${"01".repeat(32)}`,
  size: GIB,
  endEpoch: 12,
  alreadyCertified: true,
} as const;

const blob = (size: number, isHeld = false): PreviewedBlob => ({
  size,
  encodedSize: 5 * size,
  held: isHeld ? { ...held, size } : undefined,
});

const preview: PublishPreview = {
  modelId: `0x${"02".repeat(32)}`,
  creator: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  name: "m",
  label: undefined,
  files: Array.from({ length: 23 }, (_, index) => ({ path: `file-${String(index)}`, size: 2 ** 20, sha256: "" })),
  blobs: [blob(2 ** 28), blob(2 ** 28, true)],
  manifest: blob(5000),
  encodedSize: 0,
  unchanged: undefined,
  nextVersion: 2,
  fee: {
    transactions: [
      { what: "publish", gas: 147_000n },
      { what: "tag", gas: 53_000n },
    ],
    gas: 200_000n,
    gasPrice: 2_000_000_000n,
    fee: 400_000_000_000_000n,
  },
};

describe("describePreview", () => {
  const known = { prices: { storage: 100n, write: 2_000n }, source: "a test" };
  const terms = { epochs: 5, nShards: 1000, known };

  it("lists files and blobs, and tells encoded size, WAL and gas", () => {
    const lines = describePreview({ preview, files: true, ...terms });
    expect(lines.slice(0, 3)).to.deep.equal([
      "would make    0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266/m@2, if the newest version has other bytes",
      "files         23 files, 23.0 MiB",
      "                 1.0 MiB  file-0",
    ]);
    expect(lines.slice(22)).to.deep.equal([
      "              and 3 more, which --json lists",
      "blobs         1 of 2 blobs to send, and a manifest",
      "               256.0 MiB  to send",
      `               256.0 MiB  held as ${ID} until epoch 12`,
      "                 4.9 KiB  manifest, to send",
      "encoded       1337272000 bytes on all shards together",
      "cost          0.00319 WAL for 5 epochs, 0.0001276 WAL for each more, by prices of a test; gas on Sui comes on top",
      "transactions  publish, tag",
      "gas           about 200000, 0.0004 of the chain's coin at 2.0 gwei; a rollup's data comes on top",
    ]);
  });

  it("counts only what is sent", () => {
    expect(costsOf(preview, terms).map(({ size }) => size)).to.deep.equal([2 ** 28, 5000]);
    const nothing = { ...preview, blobs: [blob(2 ** 28, true)], manifest: blob(5000, true), unchanged: 1 };
    const fee = { transactions: [], gas: 0n, gasPrice: undefined, fee: undefined };
    const lines = describePreview({ preview: { ...nothing, fee }, files: false, ...terms });
    expect(lines[0]).to.include("nothing: version 1 of").and.to.include("has these very bytes");
    expect(lines).to.include("blobs         0 of 1 blob to send, and no manifest").and.to.include("transactions  none");
  });
});
