// Trains the classifier from data/iris.csv and writes model/iris.onnx: `node examples/iris/train.ts`.
import { writeFile } from "node:fs/promises";
import { SPECIES, readIris, splitIris } from "./dataset.ts";
import { accuracy, train } from "./network.ts";
import type { Network } from "./network.ts";
import { encodeOnnx } from "./onnx-file.ts";

/** What a training run gives. */
export interface IrisTraining {
  readonly network: Network;
  readonly onnx: Uint8Array;
  /** Share of the 30 test rows that are classified rightly. */
  readonly testAccuracy: number;
  readonly trainAccuracy: number;
}

/** The training run that made `model/iris.onnx`. The same bytes on every machine. */
export async function trainIris(): Promise<IrisTraining> {
  const { train: rows, test } = splitIris(await readIris());
  const network = train({
    rows,
    hiddenUnits: 8,
    classes: SPECIES.length,
    steps: 600,
    learningRate: 0.05,
    momentum: 0.9,
    weightDecay: 0.001,
    seed: 1936,
  });
  return {
    network,
    onnx: encodeOnnx(network),
    testAccuracy: accuracy(network, test),
    trainAccuracy: accuracy(network, rows),
  };
}

if (import.meta.main) {
  const { onnx, trainAccuracy, testAccuracy } = await trainIris();
  await writeFile(new URL("model/iris.onnx", import.meta.url), onnx);
  const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
  process.stdout.write(
    [
      `training accuracy ${percent(trainAccuracy)} (120 rows)`,
      `test accuracy     ${percent(testAccuracy)} (30 rows)`,
      `model/iris.onnx   ${String(onnx.length)} bytes`,
      "",
    ].join("\n"),
  );
}
