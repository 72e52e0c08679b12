import { WireType } from "@bufbuild/protobuf/wire";
import { expect } from "chai";
import fc from "fast-check";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isScrimshawError } from "../../../src/errors.ts";
import type { ModelGraph } from "../../../src/models/manifest.ts";
import { readOnnxGraph } from "../../../src/models/onnx/graph.ts";
import { refusal } from "../../support/rejection.ts";
import { bytesOf, message } from "../support/protobuf.ts";
import type { Write } from "../support/protobuf.ts";

const value = (name: string, type: Write): Write => message([1, name], [2, type]);
const tensor = (element: number, ...dims: readonly (number | string)[]): Write =>
  message([
    1,
    message(
      [1, element],
      [2, message(...dims.map((dim) => [1, message([typeof dim === "number" ? 1 : 2, dim])] as const))],
    ),
  ]);

describe("readOnnxGraph", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-onnx-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function read(bytes: Uint8Array): Promise<ModelGraph> {
    const file = join(folder, "model.onnx");
    await writeFile(file, bytes);
    const handle = await open(file);
    try {
      return await readOnnxGraph({ handle, size: bytes.length });
    } finally {
      await handle.close();
    }
  }

  it("reads the iris classifier", async () => {
    const file = fileURLToPath(new URL("../../../examples/iris/model/iris.onnx", import.meta.url));
    const handle = await open(file);
    const { size } = await handle.stat();
    expect(await readOnnxGraph({ handle, size })).to.deep.equal({
      format: "onnx",
      inputs: [{ name: "features", type: "float32", shape: ["N", 4] }],
      outputs: [{ name: "probabilities", type: "float32", shape: ["N", 3] }],
    });
    await handle.close();
  });

  it("knows symbolic, missing and unknown dimensions, and types that are no tensors", async () => {
    const graph = message(
      [11, value("ids", tensor(7, "batch", 128))],
      [11, value("any", message([1, message([1, 10])]))],
      [11, value("scalar", message([1, message([1, 9], [2, message()])]))],
      [11, value("free", message([1, message([1, 1], [2, message([1, message()], [1, message([1, -1])])])]))],
      [12, value("probabilities", message([4, message([1, tensor(1)])]))],
      [12, value("new", tensor(99, 2))],
    );
    expect(await read(bytesOf(message([1, 8], [7, graph])))).to.deep.equal({
      format: "onnx",
      inputs: [
        { name: "ids", type: "int64", shape: ["batch", 128] },
        { name: "any", type: "float16", shape: null },
        { name: "scalar", type: "bool", shape: [] },
        { name: "free", type: "float32", shape: [null, null] },
      ],
      outputs: [
        { name: "probabilities", type: "sequence", shape: null },
        { name: "new", type: "element-type-99", shape: [2] },
      ],
    });
  });

  it("leaves out inputs that only name weights", async () => {
    const graph = message(
      [5, message([1, 2], [2, 1], [9, new Uint8Array(8)], [8, "w"])],
      [11, value("x", tensor(1, 1))],
      [11, value("w", tensor(1, 2))],
      [12, value("y", tensor(1, 1))],
    );
    expect((await read(bytesOf(message([7, graph])))).inputs.map(({ name }) => name)).to.deep.equal(["x"]);
  });

  it("skips weights instead of loading them: 512 MiB take few small reads", async () => {
    const weights = 512 * 2 ** 20;
    const tail = bytesOf(message([11, value("x", tensor(1, 1))], [12, value("y", tensor(1, 1))]));
    const tensorHead = bytesOf((w) => message([8, "w"])(w.tag(2, WireType.Varint).int64(1)));
    const rawHead = bytesOf((w) => w.tag(9, WireType.LengthDelimited).uint32(weights));
    const tensorLength = tensorHead.length + rawHead.length + weights;
    const graphHead = bytesOf((w) => w.tag(5, WireType.LengthDelimited).uint32(tensorLength));
    const modelHead = bytesOf((w) =>
      w.tag(7, WireType.LengthDelimited).uint32(graphHead.length + tensorLength + tail.length),
    );
    const head = Buffer.concat([modelHead, graphHead, tensorHead, rawHead]);

    const file = join(folder, "sparse.onnx");
    const handle = await open(file, "w+");
    await handle.write(head, 0, head.length, 0);
    await handle.write(tail, 0, tail.length, head.length + weights);
    let loaded = 0;
    const counting = {
      read: async (...args: [Buffer, number, number, number]) => {
        const result = await handle.read(...args);
        loaded += result.bytesRead;
        return result;
      },
    };
    const graph = await readOnnxGraph({
      handle: counting as unknown as FileHandle,
      size: head.length + weights + tail.length,
    });
    expect(graph.inputs.map(({ name }) => name)).to.deep.equal(["x"]);
    expect(loaded).to.be.below(256 * 1024);
    await handle.close();
  });

  const refused: Record<string, Uint8Array> = {
    "an empty file": new Uint8Array(),
    "a text": Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:abc"),
    "no outputs": bytesOf(message([7, message([11, value("x", tensor(1, 1))])])),
    "a length beyond the file": Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2),
    "a length of nearly 2^64": Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
    "a tag that never ends": new Uint8Array(64).fill(0xff),
    "a group, as proto1 had": Uint8Array.of(0x3b, 0x3c),
    "an output without a name": bytesOf(message([7, message([12, message([2, tensor(1, 1)])])])),
    "an endless name": bytesOf(message([7, message([12, value("y".repeat(70_000), tensor(1, 1))])])),
    "an endless symbol": bytesOf(message([7, message([12, value("y", tensor(1, "n".repeat(300)))])])),
    "too many dimensions": bytesOf(
      message([7, message([12, value("y", tensor(1, ...new Array<number>(65).fill(1)))])]),
    ),
    "too many outputs": bytesOf(
      message([7, message(...new Array<readonly [number, Write]>(513).fill([12, value("y", tensor(1))]))]),
    ),
    "a broken type": bytesOf(message([7, message([12, message([1, "y"], [2, Uint8Array.of(0x0a, 0x7f)])])])),
  };
  for (const [fault, bytes] of Object.entries(refused)) {
    it(`refuses ${fault}`, () => refusal("models.onnx-invalid", () => read(bytes)));
  }

  it("gives up on a file of a million tiny fields", async () => {
    const error = await refusal("models.onnx-invalid", () => read(new Uint8Array(2_100_000).fill(0x08)));
    expect(error.found).to.include("more fields");
  });

  it("says where a field is longer than its message", async () => {
    const output = bytesOf(message([12, value("y", tensor(1, 1))]));
    // The graph ends one byte before its last field does; the byte belongs to the model.
    const model = bytesOf((w) =>
      w
        .tag(7, WireType.LengthDelimited)
        .uint32(output.length - 1)
        .raw(output),
    );
    const error = await refusal("models.onnx-invalid", () => read(model));
    expect(error.found).to.include("longer than its message");
  });

  it("stops when asked to", async () => {
    const file = join(folder, "model.onnx");
    await writeFile(file, bytesOf(message([1, 8], [7, message()])));
    const handle = await open(file);
    const reading = readOnnxGraph({ handle, size: 4, signal: AbortSignal.abort(new Error("stopped")) });
    await reading.then(
      () => expect.fail("it went on"),
      (error: unknown) => {
        expect(error).to.be.instanceOf(Error).with.property("message", "stopped");
      },
    );
    await handle.close();
  });

  it("either reads any mutated file or refuses it in our words", async () => {
    const graph = message([5, message([8, "w"])], [11, value("x", tensor(1, "n", 4))], [12, value("y", tensor(1, 3))]);
    const good = bytesOf(message([1, 8], [7, graph]));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 }), async (changes) => {
        const bytes = Uint8Array.from(good);
        for (const [index, byte] of changes) bytes[index] = byte;
        try {
          await read(bytes);
        } catch (error) {
          if (!isScrimshawError(error)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });
});
