import { expect } from "chai";
import fc from "fast-check";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isScrimshawError } from "../../../src/errors.ts";
import { largeBudget, readExternalData } from "../../../src/models/onnx/external-data.ts";
import { refusal } from "../../support/rejection.ts";
import { externalTensor, onnxModel } from "../support/onnx.ts";
import { message } from "../support/protobuf.ts";
import type { Write } from "../support/protobuf.ts";

describe("readExternalData", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-external-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function read(bytes: Uint8Array, budget = largeBudget()): Promise<Record<string, number>> {
    const file = join(folder, "model.onnx");
    await writeFile(file, bytes);
    const handle = await open(file);
    try {
      return Object.fromEntries(await readExternalData({ handle, size: bytes.length, budget }));
    } finally {
      await handle.close();
    }
  }

  it("gives each file with the bytes that it takes", async () => {
    const tensors = [
      externalTensor({ location: "a.bin", offset: "0", length: "64" }),
      externalTensor({ location: "a.bin", offset: "4096", length: "10", checksum: "x" }),
      externalTensor({ location: "b.bin" }),
      message([8, "inside"], [9, new Uint8Array(4)], [14, 0]),
    ];
    expect(await read(onnxModel(tensors.map((tensor) => [5, tensor])))).to.deep.equal({ "a.bin": 4106, "b.bin": 0 });
    expect(await read(onnxModel())).to.deep.equal({});
  });

  const hidden = externalTensor({ location: "../../x" });
  const node = (attribute: Write): Write => message([1, "in"], [4, "Op"], [5, attribute]);
  const graphWith = (attribute: Write): Write => message([1, node(attribute)]);
  const places: Readonly<Record<string, Uint8Array>> = {
    "an initializer": onnxModel([[5, hidden]]),
    "the values of a sparse one": onnxModel([[15, message([1, hidden])]]),
    "the indices of a sparse one": onnxModel([[15, message([2, hidden])]]),
    "an attribute": onnxModel([[1, node(message([1, "a"], [5, hidden]))]]),
    "a list of tensors": onnxModel([[1, node(message([10, hidden]))]]),
    "a sparse attribute": onnxModel([[1, node(message([22, message([1, hidden])]))]]),
    "a list of sparse ones": onnxModel([[1, node(message([23, message([2, hidden])]))]]),
    "a branch": onnxModel([[1, node(message([6, message([5, hidden])]))]]),
    "a branch of a branch": onnxModel([
      [1, node(message([11, graphWith(message([6, graphWith(message([5, hidden]))]))]))],
    ]),
    "a function": onnxModel([], [[25, message([7, node(message([5, hidden]))])]]),
    "a default of a function": onnxModel([], [[25, message([11, message([5, hidden])])]]),
    training: onnxModel([], [[20, message([2, message([5, hidden])])]]),
    "a second graph": onnxModel([], [[7, message([5, hidden])]]),
    "a tensor that calls itself internal": onnxModel([
      [5, message([13, message([1, "location"], [2, "../../x"])], [14, 0])],
    ]),
  };
  for (const [place, bytes] of Object.entries(places)) {
    it(`looks at ${place}`, async () => {
      expect(await read(bytes)).to.have.property("../../x");
    });
  }

  it("takes the last of a key's spellings, as readers do, and all locations", async () => {
    const entry = message([1, "offset"], [1, "location"], [2, "a"], [2, "../b"]);
    const tensor = message([13, message([1, "location"], [2, "c"])], [13, entry], [14, 1]);
    expect(await read(onnxModel([[5, tensor]]))).to.deep.equal({ "../b": 0, c: 0 });
  });

  const deep = Array.from({ length: 70 }).reduce<Write>((inner) => graphWith(message([6, inner])), message());
  const refused: Readonly<Record<string, Uint8Array>> = {
    "an external tensor without a file": onnxModel([[5, message([14, 1])]]),
    "a negative offset": onnxModel([[5, externalTensor({ location: "a", offset: "-1" })]]),
    "a length in hex": onnxModel([[5, externalTensor({ location: "a", length: "0x10" })]]),
    "an offset of more digits than any file has": onnxModel([
      [5, externalTensor({ location: "a", offset: "9".repeat(16) })],
    ]),
    "a name that is no text": onnxModel([[5, message([13, message([1, "location"], [2, Uint8Array.of(0xff)])])]]),
    "a name of 100,000 bytes": onnxModel([[5, externalTensor({ location: "a".repeat(100_000) })]]),
    "graphs within graphs without end": onnxModel([[1, node(message([6, deep]))]]),
  };
  for (const [fault, bytes] of Object.entries(refused)) {
    it(`refuses ${fault}`, () => refusal("models.onnx-invalid", () => read(bytes)));
  }

  it("counts what it reads over all files that share a budget", async () => {
    const budget = { ...largeBudget(), fields: 100 };
    const bytes = onnxModel([[5, externalTensor({ location: "a" })]]);
    await read(bytes, budget);
    const error = await refusal("models.onnx-invalid", async () => {
      for (let times = 0; times < 20; times++) await read(bytes, budget);
    });
    expect(error.found).to.include("more fields");
  });

  it("either reads any mutated file or refuses it in our words", async () => {
    const good = onnxModel([
      [5, externalTensor({ location: "a", offset: "1", length: "2" })],
      [1, node(message([6, message([5, hidden])]))],
    ]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 }), async (changes) => {
        const bytes = Uint8Array.from(good);
        for (const [index, byte] of changes) bytes[index] = byte;
        await read(bytes).catch((error: unknown) => {
          if (!isScrimshawError(error)) throw error;
        });
      }),
      { numRuns: 300 },
    );
  });
});
