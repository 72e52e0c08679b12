import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describeModel } from "../../src/models/describe-model.ts";
import { refusal } from "../support/rejection.ts";
import { Folders } from "./support/folders.ts";
import type { Contents } from "./support/folders.ts";
import { externalTensor, onnxModel } from "./support/onnx.ts";
import { filesIn, setUpPull } from "./support/pull-world.ts";
import { safetensors } from "./support/safetensors.ts";

const index = (...shards: readonly string[]): string =>
  JSON.stringify({ weight_map: Object.fromEntries(shards.map((shard, at) => [`t${String(at)}`, shard])) });

const SHARDS = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] as const;

/** A folder as Hugging Face lays it out, with an ONNX form beside the shards. */
const FOLDER: Contents = {
  ".gitattributes": "*.safetensors filter=lfs diff=lfs merge=lfs -text\n",
  "README.md": "---\nlicense: mit\n---\n",
  "config.json": "{}",
  "model.safetensors.index.json": index(...SHARDS),
  [SHARDS[0]]: safetensors({
    "a.weight": { dtype: "BF16", shape: [100, 20] },
    "a.bias": { dtype: "F32", shape: [20] },
  }),
  [SHARDS[1]]: safetensors({ "b.weight": { dtype: "BF16", shape: [50, 20] } }),
  "onnx/model.onnx": onnxModel([[5, externalTensor({ location: "model.onnx_data", offset: "16", length: "16" })]]),
  "onnx/model.onnx_data": new Uint8Array(32),
  "tokenizer/tokenizer.json": "{}",
};

describe("a folder of Hugging Face", function () {
  this.timeout(30_000);
  const folders = new Folders();
  afterEach(() => folders.remove());
  const setUp = () => setUpPull(folders);

  it("is published with what its headers say, and comes back byte for byte", async () => {
    const { publish, pull } = await setUp();
    const { manifest } = await publish(FOLDER);
    const weights = manifest.files.flatMap((file) => file.weights ?? []);
    expect(weights).to.deep.equal([
      { format: "safetensors", tensors: 2, parameters: { BF16: 2000, F32: 20 } },
      { format: "safetensors", tensors: 1, parameters: { BF16: 1000 } },
    ]);
    const { folder } = await pull();
    expect(await filesIn(folder)).to.deep.equal(Object.keys(FOLDER).sort());
    for (const [path, bytes] of Object.entries(FOLDER)) {
      expect((await readFile(join(folder, path))).equals(Buffer.from(bytes as string)), path).to.equal(true);
    }
  });

  it("is shown with its tensors and parameters", async () => {
    const { publish, registry } = await setUp();
    const { manifest, modelId } = await publish(FOLDER);
    const { creator, owner } = await registry.model(modelId);
    const model = { modelId, creator, owner, name: "m", versionCount: 1, registeredAt: 0 };
    const names = {
      labels: new Map<number, string>(),
      reasons: new Map<number, string>(),
      tags: new Map<string, number>(),
    };
    const lines = describeModel({ model, versions: [], version: undefined, manifest, problem: undefined, names });
    expect(lines).to.include.members(["weights      3 tensors in 2 files", "  parameters 3,020: BF16 3,000, F32 20"]);
  });

  const refusals: readonly (readonly [string, string, Contents, string])[] = [
    ["names a shard that is missing", "models.needed-file-missing", { [SHARDS[1]]: "" }, SHARDS[1]],
    [
      "names a shard outside of it",
      "models.needed-file-missing",
      { "model.safetensors.index.json": index(SHARDS[0], "../model.safetensors") },
      "../model.safetensors",
    ],
    ["has a shard that is cut short", "models.safetensors-invalid", { [SHARDS[0]]: new Uint8Array(100) }, SHARDS[0]],
    [
      "has a shard that Git LFS did not fetch",
      "models.lfs-pointer",
      { [SHARDS[0]]: `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 4000\n` },
      SHARDS[0],
    ],
    [
      "has external data that ends too early",
      "models.needed-file-missing",
      { "onnx/model.onnx_data": "x" },
      "32 bytes",
    ],
  ];
  for (const [fault, code, change, named] of refusals) {
    it(`is refused when it ${fault}, by name`, async () => {
      const { publish, store } = await setUp();
      const contents = Object.entries({ ...FOLDER, ...change }).filter(([, bytes]) => bytes.length > 0);
      const error = await refusal(code, () => publish(Object.fromEntries(contents)));
      expect(`${error.expected} ${error.found}`).to.include(named);
      expect(store.puts).to.be.empty;
    });
  }

  for (const location of [
    "../model.onnx_data",
    "/etc/passwd",
    "..\\x",
    "C:/x",
    "x/../model.onnx_data",
    "",
    "*/_ORT_MEM_ADDR_/*",
    "MODEL.onnx_data",
    "model.onnx_data\0",
  ]) {
    const contents = {
      "onnx/model.onnx": onnxModel([[5, externalTensor({ location })]]),
      "onnx/model.onnx_data": "x",
      "model.onnx_data": "x",
    };

    it(`is refused with external data at ${JSON.stringify(location)}`, async () => {
      const { publish } = await setUp();
      await refusal("models.needed-file-missing", () => publish(contents));
    });

    it(`is not pulled with external data at ${JSON.stringify(location)}, whatever it was published with`, async () => {
      const { pull, publish, forgeManifest, cache, root } = await setUp();
      const { "onnx/model.onnx": model, ...others } = contents;
      const { manifest } = await publish({ ...others, "onnx/model.bin": model });
      const forged = structuredClone(manifest);
      const file = forged.files.find(({ path }) => path === "onnx/model.bin");
      if (!file) throw new Error("it was published");
      file.path = "onnx/model.onnx";
      await forgeManifest(forged);
      await refusal("models.needed-file-missing", () => pull());
      await refusal("models.needed-file-missing", () => pull({ include: ["onnx/*.onnx"] }));
      expect(await filesIn(join(root, "views"))).to.be.empty;
      expect((await pull({ include: ["model.onnx_data"] })).files).to.have.length(1);
      expect(await cache.blobs.has(file), "known by its hash alone").to.equal(true);
    });
  }

  it("is not pulled with a graph of another name that names files outside, if the manifest calls it a graph", async () => {
    const { pull, publish, forgeManifest } = await setUp();
    const { manifest } = await publish({ "model.bin": onnxModel([[5, externalTensor({ location: "../x" })]]) });
    expect((await pull()).files).to.have.length(1);
    const forged = structuredClone(manifest);
    for (const file of forged.files) file.graph = { format: "onnx", inputs: [], outputs: [] };
    await forgeManifest(forged);
    await refusal("models.needed-file-missing", () => pull());
  });
});
