import type { IrisRow } from "../dataset.ts";
import type { Layer, Network } from "../network.ts";

/** Dense layers of integers, `weights[i][o]` from input `i` to output `o`. */
export interface IntegerLayer {
  readonly weights: readonly (readonly bigint[])[];
  readonly bias: readonly bigint[];
}

/**
 * The trained network in integers: it takes tenths of a centimetre, each a byte, and its scores order the classes as the
 * logits do. Nothing is rounded after training's weights, so the circuit computes it exactly.
 */
export interface IntegerNetwork {
  readonly hidden: IntegerLayer;
  readonly output: IntegerLayer;
  /** No hidden sum of any four bytes lies outside -2^bits .. 2^bits. */
  readonly hiddenBits: number;
  /** No difference of two scores of any four bytes lies outside it. */
  readonly scoreBits: number;
}

/** What 1 becomes in the hidden layer, and in the weights of the second. */
const HIDDEN_SCALE = 4096;
const OUTPUT_SCALE = 256;
/** The data are measured in tenths of a centimetre, so no feature is rounded. */
const TENTHS = 10;
const LARGEST_BYTE = 255n;

const rounded = (value: number): bigint => BigInt(Math.round(value));
const scaled = ({ weights, bias }: Layer, weightScale: number, biasScale: number): IntegerLayer => ({
  weights: weights.map((row) => row.map((weight) => rounded(weight * weightScale))),
  bias: bias.map((value) => rounded(value * biasScale)),
});

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
const largest = (values: readonly bigint[]): bigint => values.reduce((most, value) => (value > most ? value : most));

/** The largest size of each output while no input is larger than `input`. */
function bounds({ weights, bias }: IntegerLayer, input: readonly bigint[]): readonly bigint[] {
  return bias.map((start, o) =>
    weights.reduce((sum, row, i) => sum + magnitude(row[o] ?? 0n) * (input[i] ?? 0n), magnitude(start)),
  );
}

const bitsOf = (value: bigint): number => value.toString(2).length;

/** The network in integers; the same on every machine, as the training is. */
export function quantise({ hidden, output }: Network): IntegerNetwork {
  const first = scaled(hidden, HIDDEN_SCALE / TENTHS, HIDDEN_SCALE);
  const second = scaled(output, OUTPUT_SCALE, HIDDEN_SCALE * OUTPUT_SCALE);
  const sums = bounds(first, [LARGEST_BYTE, LARGEST_BYTE, LARGEST_BYTE, LARGEST_BYTE]);
  return {
    hidden: first,
    output: second,
    hiddenBits: bitsOf(largest(sums)),
    scoreBits: bitsOf(2n * largest(bounds(second, sums))),
  };
}

function apply({ weights, bias }: IntegerLayer, input: readonly bigint[]): readonly bigint[] {
  return bias.map((start, o) => weights.reduce((sum, row, i) => sum + (row[o] ?? 0n) * (input[i] ?? 0n), start));
}

/** Centimetres as the bytes that the circuit takes. */
export function toBytes(features: IrisRow["features"]): readonly number[] {
  return features.map((value) => Math.round(value * TENTHS));
}

/** The scores of the three classes for four bytes; the first of the highest is the class. */
export function scores({ hidden, output }: IntegerNetwork, bytes: readonly number[]): readonly bigint[] {
  const activations = apply(hidden, bytes.map(BigInt)).map((sum) => (sum > 0n ? sum : 0n));
  return apply(output, activations);
}

export function classify(network: IntegerNetwork, bytes: readonly number[]): number {
  const found = scores(network, bytes);
  return found.indexOf(largest(found));
}
