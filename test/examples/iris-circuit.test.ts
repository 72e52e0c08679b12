import { expect } from "chai";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as snarkjs from "snarkjs";
import { CIRCUIT_FOLDER, compileCircuit } from "../../examples/iris/circuit/compile.ts";
import type { CompiledCircuit } from "../../examples/iris/circuit/compile.ts";
import { classify, quantise, scores, toBytes } from "../../examples/iris/circuit/quantise.ts";
import type { IntegerNetwork } from "../../examples/iris/circuit/quantise.ts";
import { emptyFile, fileOf } from "../../examples/iris/circuit/snark.ts";
import { compare, encodeWeights } from "../../examples/iris/circuit/weights.ts";
import { readIris, splitIris } from "../../examples/iris/dataset.ts";
import type { IrisRow } from "../../examples/iris/dataset.ts";
import type { Network } from "../../examples/iris/network.ts";
import { trainIris } from "../../examples/iris/train.ts";
import { Constraints } from "./support/constraints.ts";

const campaign = process.env["SCRIMSHAW_CAMPAIGN"] === "1";
const DIGEST = [(1n << 128n) - 3n, 456n] as const;
const EDGES = [
  [0, 0, 0, 0],
  [255, 255, 255, 255],
  [255, 0, 255, 0],
  [0, 255, 0, 255],
  [255, 0, 0, 255],
];

async function witnessOf(wasm: Uint8Array, bytes: readonly number[], species: number): Promise<bigint[]> {
  const witness = emptyFile();
  const tensors = [...bytes, species].reduce((number, byte) => number * 256n + BigInt(byte), 0n);
  await snarkjs.wtns.calculate({ digest: DIGEST.map(String), tensors: tensors.toString() }, fileOf(wasm), witness);
  const file: unknown = witness;
  return (await snarkjs.wtns.exportJson(file as string)) as bigint[];
}

/** What keeps a prover from lying. */
const CHECKS = ["sum === in;", "for (var i = 2; i < 8; i++) bits[i] === 0;", "bits[0] * bits[1] === 0;"];

/** The circuit compiled without some of its lines, signal for signal the same. */
async function compileWithout(lines: readonly string[]): Promise<CompiledCircuit> {
  const folder = await mkdtemp(join(tmpdir(), "scrimshaw-circuit-"));
  try {
    await cp(CIRCUIT_FOLDER, folder, { recursive: true });
    const source = await readFile(join(folder, "iris.circom"), "utf8");
    const rest = lines.reduce((text, line) => {
      expect(text.split(line), line).to.have.length(2);
      return text.replace(line, "");
    }, source);
    await writeFile(join(folder, "iris.circom"), rest);
    return await compileCircuit({ folder, simplify: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes that are no flower's, from a seed. */
function randomBytes(seed: number): number[] {
  let state = seed;
  return Array.from({ length: 4 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

describe("examples/iris/circuit", function () {
  this.timeout(campaign ? 1_800_000 : 120_000);
  let network: Network;
  let integers: IntegerNetwork;
  let rows: readonly IrisRow[];
  let circuit: CompiledCircuit;
  let constraints: Constraints;
  /** The same without any simplification, and a prover's program that computes a witness for any lie. */
  let strict: Constraints;
  let lying: CompiledCircuit;

  before(async () => {
    ({ network } = await trainIris());
    integers = quantise(network);
    rows = await readIris();
    circuit = await compileCircuit();
    constraints = await Constraints.read(circuit.r1cs);
    strict = await Constraints.read((await compileCircuit({ simplify: 0 })).r1cs);
    lying = await compileWithout(CHECKS);
  });

  it("has the weights of the training run, byte for byte", async () => {
    expect(encodeWeights(integers)).to.equal(await readFile(join(CIRCUIT_FOLDER, "weights.circom"), "utf8"));
  });

  it("classifies in integers as the network does, with the accuracy that its card states", async () => {
    const { train, test } = splitIris(rows);
    const card = await readFile(join(CIRCUIT_FOLDER, "README.md"), "utf8");
    for (const { part, name } of [
      { part: train, name: "training" },
      { part: test, name: "test" },
    ]) {
      const { right, rightInFloats, equal } = compare(network, integers, part);
      expect(equal).to.equal(part.length);
      expect(right).to.equal(rightInFloats);
      expect(card).to.include(`${right} of the ${part.length} ${name} rows`);
    }
  });

  it("gives the first of the highest scores, at ties as well", () => {
    const all = [[4n], [4n], [4n]];
    const flat = { weights: [[0n, 0n, 0n]], bias: [] };
    for (const [bias, species] of [
      [[1n, 1n, 1n], 0],
      [[0n, 1n, 1n], 1],
      [[1n, 0n, 1n], 0],
      [[0n, 0n, 1n], 2],
    ] as const) {
      const tied = { ...integers, hidden: { weights: all, bias: [0n] }, output: { ...flat, bias } };
      expect(classify(tied, [0, 0, 0, 0])).to.equal(species);
    }
  });

  it("never leaves the numbers of bits that the weights state, whatever the four bytes are", () => {
    const { hiddenBits, scoreBits } = integers;
    for (const bytes of [...EDGES, ...Array.from({ length: 2000 }, (_, seed) => randomBytes(seed))]) {
      const found = scores(integers, bytes);
      for (const one of found) for (const other of found) expect(one - other < 1n << BigInt(scoreBits)).to.equal(true);
    }
    // As large as the weights can make a sum: what is largest of all four bytes is largest at their ends.
    for (const corner of Array.from({ length: 16 }, (_, i) => [0, 1, 2, 3].map((bit) => ((i >> bit) & 1) * 255))) {
      integers.hidden.bias.forEach((bias, h) => {
        const sum = corner.reduce((total, byte, f) => total + BigInt(byte) * integers.hidden.weights[f]![h]!, bias);
        expect(sum < 1n << BigInt(hiddenBits) && sum > -(1n << BigInt(hiddenBits))).to.equal(true);
      });
    }
  });

  it("has digest and tensors as its only inputs, public, in this order, and every wire in a constraint", async () => {
    expect(constraints.publicWires).to.equal(3);
    expect(constraints.privateInputs).to.equal(0);
    expect(constraints.unused()).to.deep.equal([]);
    const witness = await witnessOf(circuit.wasm, [51, 35, 14, 2], 0);
    expect(witness.slice(0, 4)).to.deep.equal([1n, ...DIGEST, 0x33230e0200n]);
  });

  it("holds for every row and its class, and for bytes that are no flower's", async () => {
    const chosen = campaign
      ? [
          ...rows.map(({ features }) => toBytes(features)),
          ...Array.from({ length: 500 }, (_, seed) => randomBytes(seed)),
        ]
      : splitIris(rows).test.map(({ features }) => toBytes(features));
    for (const bytes of [...chosen, ...EDGES]) {
      const witness = await witnessOf(circuit.wasm, bytes, classify(integers, bytes));
      expect(constraints.violated(witness), bytes.join()).to.deep.equal([]);
    }
  });

  it("leaves a prover no freedom: no wire can move, alone or with others", async () => {
    for (const bytes of [[51, 35, 14, 2], [64, 32, 45, 15], [63, 33, 60, 25], ...EDGES]) {
      const witness = await witnessOf(circuit.wasm, bytes, classify(integers, bytes));
      expect(constraints.freedom(witness), bytes.join()).to.equal(0);
    }
    const witness = await witnessOf(circuit.wasm, [64, 32, 45, 15], 1);
    for (let wire = 1; wire < constraints.wires; wire++) {
      for (const change of [1n, -1n]) {
        const changed = witness.with(wire, witness[wire]! + change);
        expect(constraints.violated(changed), `wire ${wire}`).to.not.deep.equal([]);
      }
    }
  });

  it("would be found to leave some if bits could be any number", async () => {
    const lax = await compileWithout(["out[i] * (out[i] - 1) === 0;"]);
    const witness = await witnessOf(lax.wasm, [64, 32, 45, 15], 1);
    expect((await Constraints.read(lax.r1cs)).freedom(witness)).to.be.greaterThan(0);
  });

  it("refuses every other class of a prover who lies as well as possible", async () => {
    const test = splitIris(rows).test.map(({ features }) => toBytes(features));
    const chosen = campaign ? [...test, ...EDGES] : [test[0]!, test[14]!, test[29]!, EDGES[1]!];
    for (const bytes of chosen) {
      const species = classify(integers, bytes);
      expect(strict.violated(await witnessOf(lying.wasm, bytes, species))).to.deep.equal([]);
      const others = Array.from({ length: 256 }, (_, other) => other).filter((other) => other !== species);
      for (const other of campaign ? others : [0, 1, 2, 3, 4, 7, 128, 255].filter((value) => value !== species)) {
        const found = strict.violated(await witnessOf(lying.wasm, bytes, other));
        expect(found, `class ${other} of ${bytes.join()}`).to.not.deep.equal([]);
      }
    }
  });

  it("takes no number of more than five bytes", async () => {
    const witness = await witnessOf(lying.wasm, [256 + 51, 35, 14, 2], 0);
    expect(strict.violated(witness)).to.not.deep.equal([]);
  });
});
