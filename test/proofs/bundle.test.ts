import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { encode } from "cborg";
import { expect } from "chai";
import { keccak256 } from "ethers";
import fc from "fast-check";

import { BatchTree } from "../../src/proofs/batch-tree.ts";
import { BUNDLE_HEADER_BYTES, bundleIndexEnd, decodeBundleIndex, encodeBundle } from "../../src/proofs/bundle.ts";
import { isScrimshawError } from "../../src/errors.ts";
import { rejection } from "../support/rejection.ts";
import { bytes32, samplePart } from "./support/sample-proof.ts";

const parts = ["one", "two", "three", "four", "five"].map(samplePart);

describe("Bundle", () => {
  const { bytes, entries } = encodeBundle(parts);

  it("is the same bytes in whatever order its parts come", () => {
    expect(encodeBundle([...parts].reverse()).bytes).to.deep.equal(bytes);
  });

  it("gives back every proof, seal and evidence", () => {
    expect(decodeBundleIndex(bytes)).to.deep.equal(entries);
    for (const entry of entries) {
      const part = parts.find(({ proof }) => proof.statement.inputHash === entry.proof.statement.inputHash);
      expect(Buffer.from(bytes.subarray(entry.offset, entry.offset + entry.length))).to.deep.equal(
        Buffer.from(part!.evidence),
      );
      expect(entry.proof).to.deep.equal(part!.proof);
    }
  });

  it("can be read by range: header, then index, then one evidence", () => {
    const end = bundleIndexEnd(bytes.subarray(0, BUNDLE_HEADER_BYTES));
    expect(decodeBundleIndex(bytes.subarray(0, end))).to.deep.equal(entries);
    expect(entries[0]?.offset).to.equal(end);
  });

  it("refuses a proof that has a blob of its own, a wrong size, or a twin", async () => {
    const [first] = parts;
    const evidence = { ...first!.proof.evidence, blobId: bytes32("blob") };
    for (const wrong of [
      [{ ...first!, proof: { ...first!.proof, evidence } }],
      [{ ...first!, evidence: first!.evidence.subarray(1) }],
      [first!, first!],
    ]) {
      expect((await rejection(() => encodeBundle(wrong))).code).to.equal("proofs.bundle-part-invalid");
    }
  });

  function withIndex(index: Uint8Array): Uint8Array {
    const header = Buffer.from(bytes.subarray(0, BUNDLE_HEADER_BYTES));
    header.writeBigUInt64BE(BigInt(index.length), 4);
    return Buffer.concat([header, index]);
  }

  it("refuses an index of another form, out of order, with gaps or not in canonical form", async () => {
    const end = bundleIndexEnd(bytes);
    const index = Buffer.from(bytes.subarray(BUNDLE_HEADER_BYTES, end));
    const nonMinimal = Buffer.concat([Uint8Array.of(0x98, 0x02), index.subarray(1)]);
    const twoRows = encodeBundle(parts.slice(0, 2));
    const swapped = [...decodeBundleIndex(twoRows.bytes)].reverse();
    const rows = (list: typeof swapped, gap: number): Uint8Array => {
      let offset = 0;
      const raw = (hex: string): Uint8Array => Buffer.from(hex.slice(2), "hex");
      return encode([
        "scrimshaw.bundle/1",
        list.map(({ proof: { statement: s, evidence: e }, seal, length }) => {
          const row = [
            raw(s.modelId),
            s.modelVersion,
            raw(s.manifestHash),
            raw(s.inputHash),
            raw(s.outputHash),
            raw(s.requestId),
            s.producedAt,
            raw(e.verifier),
            raw(e.attesterId),
            raw(e.contentHash),
            raw(seal),
            offset,
            length,
          ];
          offset += length + gap;
          return row;
        }),
      ]);
    };
    expect(decodeBundleIndex(withIndex(rows([...swapped].reverse(), 0)))).to.have.length(2);
    for (const [what, wrong] of [
      ["nothing", new Uint8Array()],
      ["not CBOR", Uint8Array.of(0xff)],
      ["another schema", encode(["scrimshaw.bundle/2", []])],
      ["no rows", encode(["scrimshaw.bundle/1", []])],
      ["a longer form of the same", nonMinimal],
      ["order", rows(swapped, 0)],
      ["gaps", rows([...swapped].reverse(), 1)],
    ] as const) {
      expect((await rejection(() => decodeBundleIndex(withIndex(wrong)))).code, what).to.equal("proofs.bundle-invalid");
    }
  });

  it("refuses a header that promises more index than allowed, before reading it", async () => {
    const header = Buffer.from(bytes.subarray(0, BUNDLE_HEADER_BYTES));
    header.writeBigUInt64BE(1n << 60n, 4);
    expect((await rejection(() => bundleIndexEnd(header))).found).to.contain("more than");
  });

  it("refuses an index that would cost far more memory than its bytes, at once", async () => {
    const { heapUsed } = process.memoryUsage();
    const head = Buffer.concat([Uint8Array.of(0x82), encode("scrimshaw.bundle/1")]);
    const empty = Buffer.alloc(4_000_000, 0x80);
    const header = (count: number): Buffer => {
      const bytes = Buffer.alloc(5, 0x9a);
      bytes.writeUInt32BE(count, 1);
      return bytes;
    };
    for (const count of [4_000_000, 15_000, 1]) {
      const bomb = withIndex(Buffer.concat([head, header(count), empty]));
      expect((await rejection(() => decodeBundleIndex(bomb))).code).to.equal("proofs.bundle-invalid");
    }
    const wide = Buffer.concat([head, Uint8Array.of(0x81), header(4_000_000 - 5), empty]);
    expect((await rejection(() => decodeBundleIndex(withIndex(wide)))).code).to.equal("proofs.bundle-invalid");
    expect(process.memoryUsage().heapUsed - heapUsed).to.be.lessThan(200e6);
  });

  it("refuses a seal that fits into no transaction", async () => {
    const [first] = parts;
    const seal = `0x${"00".repeat((1 << 17) + 1)}` as const;
    expect((await rejection(() => encodeBundle([{ ...first!, seal }]))).code).to.equal("proofs.bundle-part-invalid");
  });

  it("holds many proofs, whatever the length of its array header", () => {
    for (const count of [1, 23, 24, 255, 256, 700]) {
      const many = encodeBundle(Array.from({ length: count }, (_, i) => samplePart(`many ${i}`)));
      expect(decodeBundleIndex(many.bytes)).to.deep.equal(many.entries);
    }
  });

  it("never fails in any other way than with an error of the library, whatever byte is flipped", () => {
    fc.assert(
      fc.property(fc.nat(bundleIndexEnd(bytes) - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const wrong = Buffer.from(bytes);
        wrong[at] = (wrong[at] ?? 0) ^ mask;
        try {
          return (
            JSON.stringify(decodeBundleIndex(wrong).map((e) => e.proofId + e.seal)) !==
            JSON.stringify(entries.map((e) => e.proofId + e.seal))
          );
        } catch (error) {
          return isScrimshawError(error);
        }
      }),
    );
  });
});

describe("BatchTree", () => {
  const { entries } = encodeBundle(parts);
  const tree = new BatchTree(entries);

  it("gives positions that OpenZeppelin's own verification accepts, for every leaf", () => {
    const encoding = ["bytes32", "bytes32", "uint64", "uint64"];
    for (const { proofId, seal, offset, length } of entries) {
      const verify = (value: unknown[]): boolean =>
        StandardMerkleTree.verify(tree.root, encoding, value, [...tree.merkleProof(proofId)!]);
      const sealHash = keccak256(seal);
      expect(verify([proofId, sealHash, offset, length])).to.equal(true);
      expect(verify([proofId, keccak256(`${seal}00`), offset, length])).to.equal(false);
      expect(verify([proofId, sealHash, offset + 1, length])).to.equal(false);
      expect(verify([proofId, sealHash, offset, length + 1])).to.equal(false);
    }
  });

  it("knows no position for a proof that is not in the batch", () => {
    expect(tree.merkleProof(bytes32("stranger"))).to.equal(undefined);
  });
});
