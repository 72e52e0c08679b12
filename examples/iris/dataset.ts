import { readFile } from "node:fs/promises";

/** The three species in the order of the model's outputs. */
export const SPECIES = ["setosa", "versicolor", "virginica"] as const;

/** One flower: sepal length, sepal width, petal length and petal width in centimetres, and the index of its species. */
export interface IrisRow {
  readonly features: readonly [number, number, number, number];
  readonly species: number;
}

/** Rows to train on and rows to test with. */
export interface IrisSplit {
  readonly train: readonly IrisRow[];
  /** Every fifth row, ten of each species. */
  readonly test: readonly IrisRow[];
}

function parseRow(line: string, number: number): IrisRow {
  const [a, b, c, d, name, ...rest] = line.split(",");
  const features = [Number(a), Number(b), Number(c), Number(d)] as const;
  const species = SPECIES.findIndex((known) => known === name);
  if (species < 0 || rest.length > 0 || features.some((value) => !(value > 0))) {
    throw new Error(`line ${String(number)} of iris.csv is not four lengths and a species: ${line}`);
  }
  return { features, species };
}

/** Reads the 150 rows of `data/iris.csv` in the order of the file. */
export async function readIris(): Promise<readonly IrisRow[]> {
  const text = await readFile(new URL("data/iris.csv", import.meta.url), "utf8");
  const [, ...lines] = text.trimEnd().split("\n");
  return lines.map((line, index) => parseRow(line, index + 2));
}

/** The fixed split: rows 5, 10, 15, ... are for the test and never seen in training. */
export function splitIris(rows: readonly IrisRow[]): IrisSplit {
  const isTest = (index: number): boolean => index % 5 === 4;
  return {
    train: rows.filter((_, index) => !isTest(index)),
    test: rows.filter((_, index) => isTest(index)),
  };
}
