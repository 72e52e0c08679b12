import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as ort from "onnxruntime-web";
import { SPECIES, readIris, splitIris } from "../../examples/iris/dataset.ts";
import type { IrisRow } from "../../examples/iris/dataset.ts";
import { accuracy, predict, train } from "../../examples/iris/network.ts";
import { trainIris } from "../../examples/iris/train.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const modelFile = (name: string): string => join(root, "examples/iris/model", name);

async function classify(rows: readonly IrisRow[]): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(await readFile(modelFile("iris.onnx")));
  try {
    const features = Float32Array.from(rows.flatMap((row) => row.features));
    const { probabilities } = await session.run({ features: new ort.Tensor("float32", features, [rows.length, 4]) });
    expect(probabilities?.dims).to.deep.equal([rows.length, 3]);
    return probabilities?.data as Float32Array;
  } finally {
    await session.release();
  }
}

function argmax(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

describe("examples/iris", function () {
  this.timeout(60_000);

  it("holds the 150 flowers of Fisher's article, 50 of each species", async () => {
    const rows = await readIris();
    expect(rows).to.have.length(150);
    for (const index of SPECIES.keys()) expect(rows.filter((row) => row.species === index)).to.have.length(50);
    const means = [0, 1, 2, 3].map((column) => rows.reduce((sum, row) => sum + (row.features[column] ?? NaN), 0) / 150);
    [5.8433, 3.0573, 3.758, 1.1993].forEach((mean, column) => {
      expect(Math.abs((means[column] ?? NaN) - mean)).to.be.lessThan(0.00005);
    });
    expect(rows[34]?.features).to.deep.equal([4.9, 3.1, 1.5, 0.2]);
    expect(rows[37]?.features).to.deep.equal([4.9, 3.6, 1.4, 0.1]);
  });

  it("keeps ten rows of each species for the test and never trains on them", async () => {
    const rows = await readIris();
    const split = splitIris(rows);
    expect(split.train).to.have.length(120);
    expect(split.test).to.have.length(30);
    for (const index of SPECIES.keys()) expect(split.test.filter((row) => row.species === index)).to.have.length(10);
    expect(split.train.filter((row) => split.test.includes(row))).to.be.empty;
  });

  it("trains to the published file, byte for byte", async () => {
    const { onnx } = await trainIris();
    expect(Buffer.from(onnx).equals(await readFile(modelFile("iris.onnx")))).to.equal(true);
  });

  it("depends on the seed: another one gives another network", async () => {
    const { train: rows } = splitIris(await readIris());
    const options = {
      rows,
      hiddenUnits: 8,
      classes: 3,
      steps: 3,
      learningRate: 0.05,
      momentum: 0.9,
      weightDecay: 0.001,
    };
    expect(train({ ...options, seed: 1 })).to.deep.equal(train({ ...options, seed: 1 }));
    expect(train({ ...options, seed: 1 })).to.not.deep.equal(train({ ...options, seed: 2 }));
  });

  it("classifies under ONNX Runtime as in training, at the accuracy that the script prints", async () => {
    const { test } = splitIris(await readIris());
    const { network, testAccuracy } = await trainIris();
    const probabilities = await classify(test);
    let right = 0;
    test.forEach((row, index) => {
      const found = probabilities.slice(index * 3, index * 3 + 3);
      predict(network, row.features).forEach((probability, species) => {
        expect(Math.abs((found[species] ?? NaN) - probability)).to.be.lessThan(1e-5);
      });
      if (argmax(found) === row.species) right++;
    });
    expect(right / test.length).to.equal(testAccuracy);
    expect(accuracy(network, test)).to.equal(testAccuracy);
    expect(testAccuracy).to.be.at.least(0.9);
    const card = await readFile(modelFile("README.md"), "utf8");
    expect(card).to.include(`${String(right)} of the 30 test rows (${(testAccuracy * 100).toFixed(1)}%)`);
  });

  it("prints the test accuracy when run as a script, and writes the same file again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "scrimshaw-iris-"));
    try {
      await cp(join(root, "examples/iris"), join(folder, "iris"), { recursive: true });
      await rm(join(folder, "iris/model/iris.onnx"));
      await symlink(join(root, "node_modules"), join(folder, "node_modules"));
      await cp(join(root, "package.json"), join(folder, "package.json"));
      const { stdout } = await run(process.execPath, [join(folder, "iris/train.ts")]);
      const { testAccuracy } = await trainIris();
      expect(stdout).to.include(`test accuracy     ${(testAccuracy * 100).toFixed(1)}% (30 rows)`);
      const written = await readFile(join(folder, "iris/model/iris.onnx"));
      expect(written.equals(await readFile(modelFile("iris.onnx")))).to.equal(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("lists its labels in the order of the outputs", async () => {
    expect(JSON.parse(await readFile(modelFile("labels.json"), "utf8"))).to.deep.equal(SPECIES);
  });
});
