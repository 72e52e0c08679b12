import { expect } from "chai";
import fc from "fast-check";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isScrimshawError } from "../../../src/errors.ts";
import type { ModelWeights } from "../../../src/models/manifest.ts";
import { readShardNames } from "../../../src/models/safetensors/shard-index.ts";
import { readWeights } from "../../../src/models/safetensors/weights.ts";
import { refusal } from "../../support/rejection.ts";
import { safetensors } from "../support/safetensors.ts";
import type { Tensors } from "../support/safetensors.ts";

/** A file whose header is this text, whatever it says. */
function withHeader(header: string | Uint8Array, data = 0): Uint8Array {
  const bytes = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes, Buffer.alloc(data)]);
}

const tensor = (dtype: string, shape: readonly number[], offsets: readonly number[]): object => {
  return { dtype, shape, data_offsets: offsets };
};

describe("reading safetensors", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-safetensors-"));
  });
  after(() => rm(folder, { recursive: true }));

  type Read<T> = (options: Parameters<typeof readWeights>[0]) => Promise<T>;
  async function using<T>(bytes: Uint8Array, read: Read<T>): Promise<T> {
    const file = join(folder, "model.safetensors");
    await writeFile(file, bytes);
    const handle = await open(file);
    try {
      return await read({ handle, size: bytes.length });
    } finally {
      await handle.close();
    }
  }
  const weightsOf = (bytes: Uint8Array): Promise<ModelWeights> => using(bytes, readWeights);

  it("counts tensors and their elements by type", async () => {
    const bytes = safetensors({
      "layer.0.weight": { dtype: "BF16", shape: [3, 4] },
      "layer.0.bias": { dtype: "BF16", shape: [4] },
      scale: { dtype: "F32", shape: [] },
      nothing: { dtype: "I64", shape: [0, 1000] },
      packed: { dtype: "F4", shape: [3, 2] },
    });
    expect(await weightsOf(bytes)).to.deep.equal({
      format: "safetensors",
      tensors: 5,
      parameters: { BF16: 16, F32: 1, F4: 6, I64: 0 },
    });
  });

  it("takes what the reference reader takes: metadata, padding, any order, no tensors at all", async () => {
    const header = { b: tensor("U8", [2], [1, 3]), __metadata__: { format: "pt" }, a: tensor("U8", [1], [0, 1]) };
    expect((await weightsOf(withHeader(`${JSON.stringify(header)}   `, 3))).tensors).to.equal(2);
    expect((await weightsOf(withHeader("{}"))).parameters).to.deep.equal({});
    const [proto, odd] = [tensor("U8", [1], [0, 1]), { ...tensor("U8", [1], [1, 2]), more: [1] }].map((one) =>
      JSON.stringify(one),
    );
    const names = `{"__proto__":${proto ?? ""},"with \\"quotes\\" and {[:,":${odd ?? ""}}`;
    expect((await weightsOf(withHeader(names, 2))).tensors).to.equal(2);
  });

  it("takes an element type that is newer than this library, if its bytes can hold it", async () => {
    const header = (end: number): string => JSON.stringify({ a: tensor("F3_NEW", [16], [0, end]) });
    expect((await weightsOf(withHeader(header(6), 6))).parameters).to.deep.equal({ F3_NEW: 16 });
    await refusal("models.safetensors-invalid", () => weightsOf(withHeader(header(1), 1)));
  });

  const one = tensor("U8", [4], [0, 4]);
  const refused: Readonly<Record<string, Uint8Array>> = {
    "an empty file": new Uint8Array(),
    "a file of seven bytes": new Uint8Array(7),
    "a header of no bytes": withHeader(""),
    "a header longer than the file": Buffer.concat([Buffer.from([255, 0, 0, 0, 0, 0, 0, 0]), Buffer.from("{}")]),
    "a header of 2^64 - 1 bytes": new Uint8Array(64).fill(255),
    "a pickle": Buffer.from("\u0080\u0002}q\u0000.", "latin1"),
    "a header that is no JSON": withHeader("{nope}"),
    "a header that is a list": withHeader("[]"),
    "a header that begins with a space": withHeader(" {}"),
    "a header that is no UTF-8": withHeader(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)),
    "a name that comes twice": withHeader(`{"a":${JSON.stringify(one)},"a":${JSON.stringify(one)}}`, 4),
    "a name that comes twice, once escaped": withHeader(
      `{"a":${JSON.stringify(one)},"\\u0061":${JSON.stringify(one)}}`,
      4,
    ),
    "a dtype that comes twice": withHeader('{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1),
    "metadata that is no text": withHeader('{"__metadata__":{"a":1}}'),
    "a tensor without offsets": withHeader('{"a":{"dtype":"U8","shape":[1]}}', 1),
    "a tensor that is null": withHeader('{"a":null}'),
    "a negative size": withHeader(JSON.stringify({ a: tensor("U8", [-1], [0, 1]) }), 1),
    "half an element": withHeader(JSON.stringify({ a: tensor("U8", [0.5], [0, 1]) }), 1),
    "half a byte": withHeader(JSON.stringify({ a: tensor("F4", [3], [0, 1]) }), 1),
    "elements without number": withHeader(JSON.stringify({ a: tensor("U8", [2 ** 40, 2 ** 40], [0, 4]) }), 4),
    "an offset beyond 2^53": withHeader('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,9007199254740993]}}', 1),
    "too few bytes for the shape": withHeader(JSON.stringify({ a: tensor("F32", [2], [0, 4]) }), 4),
    "bytes that end before they begin": withHeader(JSON.stringify({ a: tensor("U8", [0], [4, 0]) }), 4),
    "an overlap": withHeader(JSON.stringify({ a: one, b: tensor("U8", [4], [3, 7]) }), 7),
    "two tensors in one place": withHeader(JSON.stringify({ a: one, b: one }), 4),
    "a gap": withHeader(JSON.stringify({ a: one, b: tensor("U8", [4], [5, 9]) }), 9),
    "a gap at the beginning": withHeader(JSON.stringify({ a: tensor("U8", [4], [1, 5]) }), 5),
    "tensors beyond the file": withHeader(JSON.stringify({ a: one }), 3),
    "bytes that no tensor holds": withHeader(JSON.stringify({ a: one }), 5),
    "more dimensions than anybody has": withHeader(
      JSON.stringify({ a: tensor("U8", Array<number>(65).fill(1), [0, 1]) }),
      1,
    ),
    "too many element types": withHeader(
      JSON.stringify(
        Object.fromEntries(
          Array.from({ length: 33 }, (_, i) => [`t${String(i)}`, tensor(`N${String(i)}`, [0], [0, 0])]),
        ),
      ),
    ),
    "lists within lists": withHeader(`{"a":${"[".repeat(1_000_000)}`),
    "empty lists without end": withHeader(`{"a":[${"[],".repeat(4_000_001)}0]}`),
  };
  for (const [fault, bytes] of Object.entries(refused)) {
    it(`refuses ${fault}`, () => refusal("models.safetensors-invalid", () => weightsOf(bytes)));
  }

  it("does not allocate for a header that is too long to be one", async () => {
    const handle = await open(join(folder, "sparse.safetensors"), "w+");
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(2n ** 33n);
    await handle.write(length);
    await handle.truncate(2 ** 34);
    const error = await refusal("models.safetensors-invalid", () => readWeights({ handle, size: 2 ** 34 }));
    expect(error.found).to.include(String(2 ** 33));
    await handle.close();
  });

  it("reads any file that is written as the format says, and refuses it when it is cut or grows", async () => {
    const dtype = fc.constantFrom("F4", "BOOL", "F8_E4M3", "BF16", "F32", "C64");
    // An even number of elements, so that F4 fills whole bytes.
    const shape = fc.array(fc.nat(4), { maxLength: 3 }).map((sizes) => [2, ...sizes]);
    const tensors: fc.Arbitrary<Tensors> = fc.dictionary(fc.string({ maxLength: 12 }), fc.record({ dtype, shape }), {
      maxKeys: 6,
    });
    await fc.assert(
      fc.asyncProperty(tensors, fc.integer({ min: -5, max: 5 }), async (given, change) => {
        const bytes = Buffer.from(safetensors(given));
        const expected = new Map<string, number>();
        for (const { dtype: type, shape: sizes } of Object.values(given)) {
          const elements = sizes.reduce((product, size) => product * size, 1);
          expected.set(type, (expected.get(type) ?? 0) + elements);
        }
        const { tensors: number, parameters } = await weightsOf(bytes);
        expect(number).to.equal(Object.keys(given).length);
        expect(new Map(Object.entries(parameters))).to.deep.equal(
          new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))),
        );
        if (change === 0) return;
        const other = change < 0 ? bytes.subarray(0, change) : Buffer.concat([bytes, Buffer.alloc(change)]);
        await refusal("models.safetensors-invalid", () => weightsOf(other));
      }),
      { numRuns: 100 },
    );
  });

  it("either reads any mutated file or refuses it in our words", async () => {
    const good = safetensors({ a: { dtype: "F32", shape: [2, 3] }, b: { dtype: "U8", shape: [3] } });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 }), async (changes) => {
        const bytes = Uint8Array.from(good);
        for (const [index, byte] of changes) bytes[index] = byte;
        await weightsOf(bytes).catch((error: unknown) => {
          if (!isScrimshawError(error)) throw error;
        });
      }),
      { numRuns: 300 },
    );
  });

  it("reads the names of shards from an index", async () => {
    const index = {
      metadata: { total_size: 3 },
      weight_map: { a: "m-1.safetensors", b: "m-2.safetensors", c: "m-1.safetensors" },
    };
    const names = await using(Buffer.from(JSON.stringify(index, null, 2)), readShardNames);
    expect([...names]).to.deep.equal(["m-1.safetensors", "m-2.safetensors"]);
  });

  for (const text of [
    "",
    "{}",
    "[]",
    '{"weight_map":["a"]}',
    '{"weight_map":{"a":1}}',
    '{"weight_map":{"a":""}}',
    '{"weight_map":{"a":"x","a":"y"}}',
    `{"weight_map":${"[".repeat(9999)}`,
  ]) {
    it(`refuses the index ${text.slice(0, 40) || "without bytes"}`, () =>
      refusal("models.safetensors-invalid", () => using(Buffer.from(text), readShardNames)));
  }
});
