import { expect } from "chai";
import fc from "fast-check";

import { isScrimshawError } from "../../../src/errors.ts";
import { encodeQuilt } from "../../../src/walrus/quilt/encode-quilt.ts";
import type { Patch } from "../../../src/walrus/quilt/patch.ts";
import { encodePatchId } from "../../../src/walrus/quilt/patch-id.ts";
import { Quilt } from "../../../src/walrus/quilt/quilt.ts";
import { failure } from "../failure.ts";
import { readVectors } from "../vectors.ts";
import { N_SHARDS, patch, seeded } from "./patches.ts";

const quiltId = "gTIhPB3ya80ZkDiX2HjKsdSTlnex773IvVEZPtO0gaI";
const campaign = process.env["SCRIMSHAW_CAMPAIGN"] === "1";

function open(bytes: Uint8Array, nShards = N_SHARDS): Promise<Quilt> {
  return Quilt.fromBytes({ quiltId, bytes, nShards });
}

interface Corruption {
  readonly cases: readonly {
    readonly identifier: string;
    readonly size: number;
    readonly seed: number;
    readonly correct: boolean;
    readonly firstWrongByte?: number;
  }[];
}

/** `b*20` stands for twenty times the letter b. */
function spelledOut(identifier: string): string {
  const [, letter, count] = /^(.)\*(\d+)$/.exec(identifier) ?? [];
  return letter === undefined ? identifier : letter.repeat(Number(count));
}

describe("Quilt", () => {
  for (const { identifier, size, seed, firstWrongByte } of readVectors<Corruption>("sdk-quilt-read-corruption.json")
    .cases) {
    const where =
      firstWrongByte === undefined ? "" : `, which @mysten/walrus reads wrongly from byte ${firstWrongByte} on`;
    it(`reads ${size} bytes named ${identifier} back at 1000 shards${where}`, async () => {
      const given = { identifier: spelledOut(identifier), bytes: seeded({ size, seed }) };
      const quilt = await open(encodeQuilt({ patches: [given], nShards: 1000 }).bytes, 1000);
      const found = await quilt.patch({ identifier: given.identifier });
      expect(Buffer.compare(found.bytes, given.bytes)).to.equal(0);
      expect(quilt.list()).to.deep.equal([{ identifier: given.identifier, patchId: found.patchId, tags: {} }]);
    });
  }

  it("gives back any set of patches, by identifier, by patch ID and by tag", async () => {
    const identifier = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
      .filter((text) => !/\p{Cc}|\p{White_Space}$/u.test(text) && text !== "_metadata");
    const tags = fc.dictionary(fc.string({ unit: "grapheme", maxLength: 8 }), fc.string({ maxLength: 200 }), {
      maxKeys: 4,
    });
    const patches = fc.uniqueArray(fc.record({ identifier, bytes: fc.uint8Array({ maxLength: 2_000 }), tags }), {
      selector: (one) => one.identifier,
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(patches, fc.constantFrom(10, 13, 100), async (given, nShards) => {
        const quilt = await open(encodeQuilt({ patches: given, nShards }).bytes, nShards);
        expect(quilt.list()).to.have.length(given.length);
        for (const one of given) {
          const byName = await quilt.patch({ identifier: one.identifier });
          expect(byName).to.deep.include({ identifier: one.identifier, tags: { ...one.tags } });
          expect(Buffer.compare(byName.bytes, one.bytes)).to.equal(0);
          expect(await quilt.patch({ patchId: byName.patchId })).to.deep.equal(byName);
          for (const [key, value] of Object.entries(one.tags)) {
            expect(quilt.list({ key, value }).map((listed) => listed.identifier)).to.include(one.identifier);
          }
        }
      }),
      { seed: 4, numRuns: campaign ? 10_000 : 200 },
    );
  }).timeout(campaign ? 600_000 : 20_000);

  it("neither crashes nor reads out of bounds on hostile bytes", async () => {
    const patches: Patch[] = [patch("one", 90, { a: "b" }), patch("two", 30), patch("three", 0, { c: "", d: "e" })];
    const honest = encodeQuilt({ patches, nShards: N_SHARDS }).bytes;
    const edits = fc.array(fc.tuple(fc.nat(honest.length - 1), fc.constantFrom(0, 1, 2, 127, 128, 255)), {
      minLength: 1,
      maxLength: 6,
    });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const bytes = Uint8Array.from(honest);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const quilt = await open(bytes);
          for (const { identifier } of quilt.list()) {
            const { bytes: read } = await quilt.patch({ identifier });
            expect(read.length).to.be.at.most(honest.length);
          }
        } catch (error) {
          if (!isScrimshawError(error)) throw error;
          expect(error.code).to.equal("walrus.quilt-invalid");
          refused += 1;
        }
      }),
      { seed: 5, numRuns: campaign ? 200_000 : 2_000 },
    );
    expect(refused).to.be.greaterThan(100);
  }).timeout(campaign ? 600_000 : 20_000);

  it("refuses bytes that are no quilt, of random content and of every small size", async () => {
    for (let size = 0; size < 200; size += 1) {
      const { code } = await failure(open(seeded({ size, seed: 7 })));
      expect(code).to.equal("walrus.quilt-invalid");
    }
  });

  describe("whose index or patches lie", () => {
    /** A quilt of 28 cells of 4 rows and 7 columns whose bytes are written down its columns. */
    function forged({
      index,
      first = new Uint8Array(),
    }: {
      readonly index: Uint8Array;
      readonly first?: Uint8Array;
    }): Uint8Array {
      const [rows, columns, cell] = [4, 7, 20];
      const bytes = new Uint8Array(rows * columns * cell);
      const write = (column: number, data: Uint8Array): void => {
        for (const [i, byte] of data.entries()) {
          const symbol = Math.floor(i / cell);
          const place = (symbol % rows) * columns + column + Math.floor(symbol / rows);
          bytes[place * cell + (i % cell)] = byte;
        }
      };
      write(0, index);
      write(1, first);
      return bytes;
    }
    const entry = (end: number, name: string): number[] => [end, 0, name.length, ...Buffer.from(name), 0];
    const index = (...body: number[]): Uint8Array => Uint8Array.from([1, body.length, 0, 0, 0, ...body]);
    const header = (length: number, name: string, mask = 0): Uint8Array =>
      Uint8Array.from([1, length, 0, 0, 0, mask, name.length + 1, 0, name.length, ...Buffer.from(name)]);

    it("reads the same bytes when they do not", async () => {
      const quilt = await open(forged({ index: index(1, ...entry(2, "a")), first: header(4, "a") }));
      expect(await quilt.patch({ identifier: "a" })).to.deep.include({ tags: {}, bytes: new Uint8Array() });
    });

    const indexes: readonly (readonly [string, Uint8Array])[] = [
      ["another version", Uint8Array.from([2, 1, 0, 0, 0, 0])],
      ["an index longer than its columns", Uint8Array.from([1, 255, 255, 255, 255])],
      ["more entries than bytes", index(255, 255, 255, 255, 15)],
      ["a length not in canonical form", index(0x81, 0, ...entry(2, "a"))],
      ["a length of more than 32 bits", index(255, 255, 255, 255, 127)],
      ["bytes after the last entry", index(1, ...entry(2, "a"), 0)],
      ["a patch without columns", index(1, ...entry(1, "a"))],
      ["a patch that ends before it begins", index(2, ...entry(3, "a"), ...entry(2, "b"))],
      ["a patch beyond the matrix", index(1, ...entry(8, "a"))],
      ["one identifier twice", index(2, ...entry(2, "a"), ...entry(3, "a"))],
      ["an identifier that is not UTF-8", index(1, 2, 0, 1, 0xff, 0)],
      ["tags out of order", index(1, 2, 0, 1, 0x61, 2, 1, 0x62, 0, 1, 0x61, 0)],
      ["one tag twice", index(1, 2, 0, 1, 0x61, 2, 1, 0x62, 0, 1, 0x62, 0)],
    ];
    for (const [what, bytes] of indexes) {
      it(`refuses ${what}`, async () => {
        expect((await failure(open(forged({ index: bytes })))).code).to.equal("walrus.quilt-invalid");
      });
    }

    const patches: readonly (readonly [string, Uint8Array])[] = [
      ["another version", Uint8Array.from([0, 4, 0, 0, 0, 0, 2, 0, 1, 0x61])],
      ["a length beyond its columns", header(75, "a")],
      ["a length of 4 GiB", Uint8Array.from([1, 255, 255, 255, 255, 0, 2, 0, 1, 0x61])],
      ["a length shorter than its own name", header(3, "a")],
      ["another name than the index has", header(4, "b")],
      ["tags that the index does not have", Uint8Array.from([...header(11, "a", 1), 5, 0, 1, 1, 0x6b, 1, 0x76])],
      ["tags beyond its columns", Uint8Array.from([...header(11, "a", 1), 255, 255])],
      ["a name beyond its columns", Uint8Array.from([1, 70, 0, 0, 0, 0, 255, 255])],
      ["bytes after its name", Uint8Array.from([1, 9, 0, 0, 0, 0, 3, 0, 1, 0x61, 0x61])],
    ];
    for (const [what, first] of patches) {
      it(`refuses a patch with ${what}`, async () => {
        const quilt = await open(forged({ index: index(1, ...entry(2, "a")), first }));
        expect((await failure(quilt.patch({ identifier: "a" }))).code).to.equal("walrus.quilt-invalid");
      });
    }
  });

  it("tells what it does not hold", async () => {
    const quilt = await open(encodeQuilt({ patches: [patch("a", 5)], nShards: N_SHARDS }).bytes);
    const [only] = quilt.list();
    expect(await failure(quilt.patch({ identifier: "b" }))).to.include({ code: "walrus.patch-not-found" });
    const other = encodePatchId({ quiltId, start: 2, end: 3 });
    expect((await failure(quilt.patch({ patchId: other }))).code).to.equal("walrus.patch-not-found");
    const elsewhere = encodePatchId({ quiltId: "SOXf9RHkBueSe_TPBBL-o3dzbxBNhDNzf1W5zplXmdc", start: 1, end: 2 });
    expect((await failure(quilt.patch({ patchId: elsewhere }))).code).to.equal("walrus.patch-not-found");
    expect((await failure(quilt.patch({ patchId: "x" }))).code).to.equal("walrus.patch-id-invalid");
    expect(quilt.list({ key: "toString", value: "x" })).to.deep.equal([]);
    expect(only?.identifier).to.equal("a");
  });
});
