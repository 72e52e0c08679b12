// Writes model/weights.circom from the training run: `node examples/iris/circuit/weights.ts`. Prints how the integers compare.
import { writeFile } from "node:fs/promises";
import { readIris, splitIris } from "../dataset.ts";
import type { IrisRow } from "../dataset.ts";
import { predict } from "../network.ts";
import type { Network } from "../network.ts";
import { trainIris } from "../train.ts";
import { classify, quantise, toBytes } from "./quantise.ts";
import type { IntegerLayer, IntegerNetwork } from "./quantise.ts";

const list = (values: readonly bigint[]): string => `[${values.join(", ")}]`;
const table = ({ weights }: IntegerLayer): string => `[\n        ${weights.map(list).join(",\n        ")}\n    ]`;
const define = (name: string, value: string): string => `function ${name}() {\n    return ${value};\n}\n`;

/** The integers as functions that the circuit calls. */
export function encodeWeights({ hidden, output, hiddenBits, scoreBits }: IntegerNetwork): string {
  return [
    "// Written by weights.ts from the training of model/iris.onnx.\npragma circom 2.2.0;\n",
    define("HIDDEN_WEIGHTS", table(hidden)),
    define("HIDDEN_BIAS", list(hidden.bias)),
    "// No sum of the hidden layer lies outside -2^bits .. 2^bits.\n" + define("HIDDEN_BITS", hiddenBits.toString()),
    define("OUTPUT_WEIGHTS", table(output)),
    define("OUTPUT_BIAS", list(output.bias)),
    "// No difference of two scores reaches 2^bits.\n" + define("SCORE_BITS", scoreBits.toString()),
  ].join("\n");
}

/** How the classifier in integers compares with the one in floating point, on rows of the data. */
export interface Comparison {
  readonly rows: number;
  readonly right: number;
  readonly rightInFloats: number;
  /** Rows of which both say the same. */
  readonly equal: number;
}

export function compare(network: Network, integers: IntegerNetwork, rows: readonly IrisRow[]): Comparison {
  const found = rows.map(({ features, species }) => {
    const probabilities = predict(network, features);
    return {
      species,
      float: probabilities.indexOf(Math.max(...probabilities)),
      integer: classify(integers, toBytes(features)),
    };
  });
  const count = (holds: (row: (typeof found)[number]) => boolean): number => found.filter(holds).length;
  return {
    rows: rows.length,
    right: count(({ species, integer }) => integer === species),
    rightInFloats: count(({ species, float }) => float === species),
    equal: count(({ integer, float }) => integer === float),
  };
}

if (import.meta.main) {
  const { network } = await trainIris();
  const integers = quantise(network);
  await writeFile(new URL("model/weights.circom", import.meta.url), encodeWeights(integers));
  const { train, test } = splitIris(await readIris());
  for (const [name, rows] of Object.entries({ training: train, test })) {
    const { right, rightInFloats, equal } = compare(network, integers, rows);
    process.stdout.write(
      `${name} rows: ${right} of ${rows.length} right in integers, ${rightInFloats} in floating point, ${equal} the same\n`,
    );
  }
}
