import { expect } from "chai";
import { describeModel } from "../../src/models/describe-model.ts";
import { formatBytes } from "../../src/models/describe-progress.ts";
import type { VersionRecord } from "../../src/models/records.ts";
import { sampleManifest } from "./support/manifests.ts";

describe("formatBytes", () => {
  it("uses the unit that people expect", () => {
    const texts = [0, 1, 1023, 1024, 1536, 33_554_432, 2 ** 50].map(formatBytes);
    expect(texts).to.deep.equal(["0 bytes", "1 bytes", "1023 bytes", "1.0 KiB", "1.5 KiB", "32.0 MiB", "1024.0 TiB"]);
  });
});

describe("describeModel", () => {
  const creator = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
  const model = {
    modelId: `0x${"11".repeat(32)}`,
    owner: creator,
    creator,
    name: "m",
    versionCount: 2,
    registeredAt: 0,
  } as const;
  const version = (number: number): VersionRecord => ({
    version: number,
    status: number === 1 ? "revoked" : "active",
    manifest: { blobId: "A".repeat(43), contentHash: `0x${"22".repeat(32)}`, size: 2048 },
    blobsHash: `0x${"33".repeat(32)}`,
    endEpoch: 7,
    publishedAt: 1_700_000_000,
  });
  const names = { labels: new Map([[2, "1.0"]]), reasons: new Map([[1, "old"]]), tags: new Map([["stable", 2]]) };

  it("says versions with their names, and what one of them holds", () => {
    const manifest = sampleManifest();
    const [file] = manifest.files;
    if (file)
      file.graph = {
        format: "onnx",
        inputs: [{ name: "x", type: "float32", shape: ["N", null, 3] }],
        outputs: [{ name: "y", type: "map", shape: null }],
      };
    const lines = describeModel({
      model,
      versions: [version(1), version(2)],
      version: version(2),
      manifest,
      problem: undefined,
      names,
    });
    expect(lines).to.include.members([
      `model        ${creator}/m`,
      "     1  revoked     2023-11-14  because: old",
      "     2  active      2023-11-14  label 1.0, tag stable",
      "shown        version 2, paid until epoch 7 as claimed",
      "  inputs     x float32 [N, ?, 3]",
      "  outputs    y map",
      "files        3 in 2 blobs",
      "       5 bytes  a.txt",
    ]);
  });

  it("says when there is nothing to show", () => {
    const lines = describeModel({
      model,
      versions: [version(1)],
      version: undefined,
      manifest: undefined,
      problem: undefined,
      names,
    });
    expect(lines.at(-1)).to.equal("shown        none: no version is active");
  });
});
