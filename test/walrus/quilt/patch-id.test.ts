import { expect } from "chai";

import { encodePatchId, parsePatchId } from "../../../src/walrus/quilt/patch-id.ts";
import { failure } from "../failure.ts";
import { readVectors } from "../vectors.ts";

interface PatchIdVector {
  readonly quiltIdU256: string;
  readonly start: number;
  readonly end: number;
  readonly patchId: string;
}

/** Sui reads a Blob ID as a little-endian number. */
function quiltIdOf(u256: string): string {
  const bytes = Buffer.from(BigInt(u256).toString(16).padStart(64, "0"), "hex");
  return bytes.reverse().toString("base64url");
}

describe("patch IDs", () => {
  it("are those of the vectors, both ways", () => {
    const { patchIdVectors } = readVectors<{ readonly patchIdVectors: readonly PatchIdVector[] }>("quilts.json");
    for (const { quiltIdU256, start, end, patchId } of patchIdVectors) {
      const parts = { quiltId: quiltIdOf(quiltIdU256), start, end };
      expect(encodePatchId(parts)).to.equal(patchId);
      expect(parsePatchId(patchId)).to.deep.equal(parts);
    }
  });

  it("are refused in any other form", async () => {
    const good = "OTAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABCgAUAA";
    const version = `${good.slice(0, 42)}AC${good.slice(44)}`;
    const bad = ["", good.slice(1), `${good}A`, `${good.slice(0, -1)}B`, good.replace("C", "+"), version, `${good}==`];
    for (const text of bad) {
      const { code } = await failure(Promise.resolve().then(() => parsePatchId(text)));
      expect(code, text).to.equal("walrus.patch-id-invalid");
    }
  });
});
