import { expect } from "chai";
import { buildManifest } from "../../../src/models/build-manifest.ts";
import { readFileFacts } from "../../../src/models/file-facts.ts";
import { scanFolder } from "../../../src/models/folder.ts";
import type { Manifest } from "../../../src/models/manifest.ts";
import { planBlobs } from "../../../src/models/plan.ts";
import type { Audit } from "../../../src/proofs/audit/context.ts";
import { SessionCache } from "../../../src/proofs/audit/session-cache.ts";
import { onlyGraph } from "../../../src/proofs/runtime/only-graph.ts";
import { runModel } from "../../../src/proofs/runtime/run-model.ts";
import type { Tensor } from "../../../src/proofs/tensors.ts";
import { refusal } from "../../support/rejection.ts";
import { Folders } from "../../models/support/folders.ts";
import { sha256 } from "../../models/support/manifests.ts";
import { MemoryStore } from "../../models/support/memory-store.ts";
import { bytesOf, message } from "../../models/support/protobuf.ts";
import type { Write } from "../../models/support/protobuf.ts";

const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

/** `y = x . w` with two weights that are at byte 4 of another file. */
function productOf(location: string): Uint8Array {
  const value = (name: string, ...sizes: readonly number[]): Write => {
    const shape = message(...sizes.map((size) => [1, message([1, size])] as const));
    return message([1, name], [2, message([1, message([1, 1], [2, shape])])]);
  };
  const entries = Object.entries({ location, offset: "4", length: "8" });
  const external = entries.map(([key, text]) => [13, message([1, key], [2, text])] as const);
  const weight = message([1, 2], [1, 1], [2, 1], [8, "w"], ...external, [14, 1]);
  const node = message([1, "x"], [1, "w"], [2, "y"], [4, "MatMul"]);
  const graph = message([1, node], [2, "g"], [5, weight], [11, value("x", 1, 2)], [12, value("y", 1, 1)]);
  return bytesOf(message([1, 8], [7, graph], [8, message([1, ""], [2, 13])]));
}

describe("a graph whose weights are in another file", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  const input: Tensor = { name: "x", dtype: "float32", shape: [1, 2], data: bytes(10, 1) };
  const CONTENTS = { "onnx/model.onnx": productOf("./w.bin"), "onnx/w.bin": bytes(99, 2, 3), "w.bin": bytes(0, 0, 0) };

  async function publish(
    contents: typeof CONTENTS,
  ): Promise<{ folder: string; manifest: Manifest; store: MemoryStore }> {
    const folder = await folders.with(contents);
    const files = await Promise.all((await scanFolder({ folder })).map((file) => readFileFacts({ file })));
    const store = new MemoryStore();
    const pack = Buffer.concat(Object.values(contents));
    const stored = [await store.put({ bytes: pack })];
    const manifest = buildManifest({ name: "m", metadata: {}, plan: planBlobs({ files }), stored });
    return { folder, manifest, store };
  }

  it("runs from a pulled folder, with the file beside it", async () => {
    const { folder, manifest } = await publish(CONTENTS);
    const { outputs } = await runModel({ folder, manifest, inputs: [input] });
    expect(Buffer.from(outputs[0]?.data ?? []).equals(bytes(23))).to.equal(true);
  });

  it("runs in an audit, from Walrus alone", async () => {
    const { manifest, store } = await publish(CONTENTS);
    const sessions = new SessionCache({ store } as unknown as Audit);
    const file = onlyGraph(manifest);
    if (!file) throw new Error("it has one graph");
    const session = await sessions.open({ manifestHash: "0x01", manifest, file });
    const [output] = await session.run({ inputs: [input] });
    expect(Buffer.from(output?.data ?? []).equals(bytes(23))).to.equal(true);
    await sessions.close();
  });

  it("does not run with weights from outside of the model", async () => {
    const { folder, manifest, store } = await publish({ ...CONTENTS, "onnx/model.onnx": productOf("../w.bin") });
    await refusal("models.needed-file-missing", () => runModel({ folder, manifest, inputs: [input] }));
    const sessions = new SessionCache({ store } as unknown as Audit);
    const file = onlyGraph(manifest);
    if (!file) throw new Error("it has one graph");
    await refusal("models.needed-file-missing", () => sessions.open({ manifestHash: "0x01", manifest, file }));
    expect(file.sha256).to.equal(sha256(productOf("../w.bin")));
  });
});
