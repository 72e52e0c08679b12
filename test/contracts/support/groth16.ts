import { bn254 } from "@noble/curves/bn254.js";
import { concat, id, toBeHex } from "ethers";

const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;
/** Modulus of the field of coordinates, and order of both groups. */
export const FIELD = G1.Fp.ORDER;
export const ORDER = G1.Fn.ORDER;

export interface G1Point {
  x: bigint;
  y: bigint;
}

/** Of each coordinate the imaginary part first. */
export interface G2Point {
  x: [bigint, bigint];
  y: [bigint, bigint];
}

export interface VerifyingKey {
  alpha: G1Point;
  beta: G2Point;
  gamma: G2Point;
  delta: G2Point;
  ic: G1Point[];
}

export function g1(scalar: bigint): G1Point {
  return scalar === 0n ? { x: 0n, y: 0n } : G1.BASE.multiply(scalar).toAffine();
}

export function g2(scalar: bigint): G2Point {
  if (scalar === 0n) return { x: [0n, 0n], y: [0n, 0n] };
  const { x, y } = G2.BASE.multiply(scalar).toAffine();
  return { x: [x.c1, x.c0], y: [y.c1, y.c0] };
}

/** A point of the second curve that is not in the second group: few of them are. */
export function g2OutsideGroup(): G2Point {
  const { Fp2 } = bn254.fields;
  for (let c0 = 1n; ; c0++) {
    const x = Fp2.create({ c0, c1: 0n });
    let y;
    try {
      y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.CURVE().b));
    } catch {
      continue;
    }
    if (!G2.fromAffine({ x, y }).isTorsionFree()) return { x: [x.c1, x.c0], y: [y.c1, y.c0] };
  }
}

export interface Points {
  a: G1Point;
  b: G2Point;
  c: G1Point;
}

/** Points as a seal begins with them. */
export function encodePoints({ a, b, c }: Points): string {
  return concat([a.x, a.y, ...b.x, ...b.y, c.x, c.y].map((value) => toBeHex(value, 32)));
}

/** The two halves of a word, the upper first. */
export function halves(word: string): [bigint, bigint] {
  return [BigInt(word) >> 128n, BigInt(word) & ((1n << 128n) - 1n)];
}

const secret = (name: string): bigint => BigInt(id(name)) % ORDER;
const modulo = (value: bigint): bigint => ((value % ORDER) + ORDER) % ORDER;

/** A verifying key whose secrets are known: it proves any inputs without a circuit, the same every time. */
export class TrapdoorKey {
  readonly #alpha = secret("alpha");
  readonly #beta = secret("beta");
  readonly #gamma = secret("gamma");
  readonly #delta = secret("delta");
  readonly #ic: readonly bigint[];

  constructor(inputs: number) {
    this.#ic = Array.from({ length: inputs + 1 }, (_, index) => secret(`ic ${index}`));
  }

  get key(): VerifyingKey {
    return {
      alpha: g1(this.#alpha),
      beta: g2(this.#beta),
      gamma: g2(this.#gamma),
      delta: g2(this.#delta),
      ic: this.#ic.map(g1),
    };
  }

  prove(inputs: readonly bigint[], a = secret("a"), b = secret("b")): Points {
    const sum = this.#ic.reduce((total, point, i) => total + point * (i === 0 ? 1n : (inputs[i - 1] ?? 0n)), 0n);
    const rest = modulo(a * b - this.#alpha * this.#beta - sum * this.#gamma);
    return { a: g1(a), b: g2(b), c: g1(modulo(rest * G1.Fn.inv(this.#delta))) };
  }
}
