import * as snarkjs from "snarkjs";
import { fileOf } from "../../../examples/iris/circuit/snark.ts";

const ORDER = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

/** A sum of wires times numbers; wire 0 is the constant 1. */
type Sum = ReadonlyMap<number, bigint>;

/** A times B is C. */
interface Constraint {
  readonly a: Sum;
  readonly b: Sum;
  readonly c: Sum;
}

interface R1csJson {
  readonly nVars: number;
  readonly nOutputs: number;
  readonly nPubInputs: number;
  readonly nPrvInputs: number;
  readonly constraints: readonly (readonly Record<string, string | bigint>[])[];
}

const modulo = (value: bigint): bigint => ((value % ORDER) + ORDER) % ORDER;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let left = exponent, factor = base; left > 0n; left >>= 1n, factor = (factor * factor) % ORDER) {
    if (left & 1n) result = (result * factor) % ORDER;
  }
  return result;
}

function valueOf(sum: Sum, witness: readonly bigint[]): bigint {
  let total = 0n;
  for (const [wire, factor] of sum) total += factor * (witness[wire] ?? 0n);
  return modulo(total);
}

/** A compiled circuit's constraints, read without the compiler's or the prover's help in judging them. */
export class Constraints {
  readonly wires: number;
  readonly publicWires: number;
  readonly privateInputs: number;
  readonly all: readonly Constraint[];

  private constructor(json: R1csJson) {
    this.wires = json.nVars;
    this.publicWires = json.nOutputs + json.nPubInputs;
    this.privateInputs = json.nPrvInputs;
    const sum = (terms: Record<string, string | bigint> = {}): Sum =>
      new Map(Object.entries(terms).map(([wire, factor]) => [Number(wire), BigInt(factor)]));
    this.all = json.constraints.map(([a, b, c]) => ({ a: sum(a), b: sum(b), c: sum(c) }));
  }

  static async read(r1cs: Uint8Array): Promise<Constraints> {
    const file: unknown = fileOf(r1cs);
    return new Constraints((await snarkjs.r1cs.exportJson(file as string)) as R1csJson);
  }

  /** The constraints that do not hold. */
  violated(witness: readonly bigint[]): readonly number[] {
    return this.all.flatMap(({ a, b, c }, index) =>
      modulo(valueOf(a, witness) * valueOf(b, witness)) === valueOf(c, witness) ? [] : [index],
    );
  }

  /** Wires that take part in no constraint. */
  unused(): readonly number[] {
    const used = new Set(this.all.flatMap(({ a, b, c }) => [...a.keys(), ...b.keys(), ...c.keys()]));
    return Array.from({ length: this.wires }, (_, wire) => wire).filter((wire) => wire !== 0 && !used.has(wire));
  }

  /**
   * How many wires that are not public could move by themselves around `witness`, by the rank of the constraints' derivatives: 0 where
   * the public inputs leave no freedom but between separate solutions.
   */
  freedom(witness: readonly bigint[]): number {
    const pivots = new Map<number, Map<number, bigint>>();
    for (const row of this.all.map((constraint) => this.#derivative(constraint, witness))) {
      this.#eliminate(row, pivots);
    }
    return this.wires - 1 - this.publicWires - pivots.size;
  }

  #derivative({ a, b, c }: Constraint, witness: readonly bigint[]): Map<number, bigint> {
    const [valueA, valueB] = [valueOf(a, witness), valueOf(b, witness)];
    const row = new Map<number, bigint>();
    const add = (sum: Sum, times: bigint): void => {
      for (const [wire, factor] of sum) {
        if (wire > this.publicWires) row.set(wire, modulo((row.get(wire) ?? 0n) + factor * times));
      }
    };
    add(a, valueB);
    add(b, valueA);
    add(c, -1n);
    return row;
  }

  /** Takes from a row what earlier rows have; what is left, if anything, is a new one. */
  #eliminate(row: Map<number, bigint>, pivots: Map<number, Map<number, bigint>>): void {
    for (;;) {
      for (const [wire, factor] of row) if (factor === 0n) row.delete(wire);
      const wire = [...row.keys()].find((candidate) => pivots.has(candidate));
      const pivot = wire === undefined ? undefined : pivots.get(wire);
      if (wire === undefined || pivot === undefined) break;
      const times = row.get(wire) ?? 0n;
      for (const [other, factor] of pivot) row.set(other, modulo((row.get(other) ?? 0n) - times * factor));
    }
    const [first] = row;
    if (first === undefined) return;
    const [wire, factor] = first;
    const inverse = power(factor, ORDER - 2n);
    pivots.set(wire, new Map([...row].map(([other, value]) => [other, modulo(value * inverse)])));
  }
}
