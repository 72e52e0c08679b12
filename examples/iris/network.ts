import type { IrisRow } from "./dataset.ts";

/** A dense layer: `weights[i][o]` from input `i` to output `o`, and one bias an output. */
export interface Layer {
  readonly weights: number[][];
  readonly bias: number[];
}

/** Two dense layers with a ReLU between them; the softmax of the second's outputs are the class probabilities. */
export interface Network {
  readonly hidden: Layer;
  readonly output: Layer;
}

export interface TrainingOptions {
  readonly rows: readonly IrisRow[];
  readonly hiddenUnits: number;
  readonly classes: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly seed: number;
}

/**
 * e^x from additions and multiplications alone. `Math.exp` may differ in its last bit among machines, and the trained file
 * has to be the same everywhere.
 */
function exp(x: number): number {
  const halvings = 10;
  const reduced = x / 2 ** halvings;
  let term = 1;
  let sum = 1;
  for (let n = 1; n <= 14; n++) {
    term *= reduced / n;
    sum += term;
  }
  for (let n = 0; n < halvings; n++) sum *= sum;
  return sum;
}

/** mulberry32: 32 bits of state, the same sequence on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function layer(inputs: number, outputs: number, fill: () => number): Layer {
  const weights = Array.from({ length: inputs }, () => Array.from({ length: outputs }, fill));
  return { weights, bias: new Array<number>(outputs).fill(0) };
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no element ${String(index)} of ${String(values.length)}`);
  return value;
}

function apply({ weights, bias }: Layer, input: readonly number[]): number[] {
  return bias.map((start, o) => input.reduce((sum, value, i) => sum + value * at(at(weights, i), o), start));
}

function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => exp(logit - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

const relu = (values: readonly number[]): number[] => values.map((value) => Math.max(0, value));

/** Class probabilities of one row of raw (not standardised) features. */
export function predict(network: Network, features: readonly number[]): number[] {
  return softmax(apply(network.output, relu(apply(network.hidden, features))));
}

/** The share of rows whose most probable class is the right one. */
export function accuracy(network: Network, rows: readonly IrisRow[]): number {
  const right = rows.filter(({ features, species }) => {
    const probabilities = predict(network, features);
    return probabilities.indexOf(Math.max(...probabilities)) === species;
  });
  return right.length / rows.length;
}

interface Scale {
  readonly mean: number[];
  readonly deviation: number[];
}

function measure(rows: readonly IrisRow[]): Scale {
  const columns = [0, 1, 2, 3].map((column) => rows.map(({ features }) => at(features, column)));
  const mean = columns.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const deviation = columns.map((values, column) => {
    const squares = values.map((value) => (value - at(mean, column)) ** 2);
    return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / values.length);
  });
  return { mean, deviation };
}

/** Moves the standardisation of the inputs into the first layer, so that the network takes centimetres. */
function fold({ weights, bias }: Layer, { mean, deviation }: Scale): Layer {
  const folded = weights.map((row, i) => row.map((weight) => weight / at(deviation, i)));
  return {
    weights: folded,
    bias: bias.map((b, o) => folded.reduce((sum, row, i) => sum - at(mean, i) * at(row, o), b)),
  };
}

const roundLayer = ({ weights, bias }: Layer): Layer => ({
  weights: weights.map((row) => row.map(Math.fround)),
  bias: bias.map(Math.fround),
});

/** Adds the gradient of one row to `sums`: `error` is the derivative by the layer's outputs. */
function accumulate(sums: Layer, input: readonly number[], error: readonly number[]): void {
  error.forEach((slope, o) => {
    sums.bias[o] = at(sums.bias, o) + slope;
    input.forEach((value, i) => {
      const row = at(sums.weights, i);
      row[o] = at(row, o) + value * slope;
    });
  });
}

function step(target: Layer, velocity: Layer, gradient: Layer, options: TrainingOptions): void {
  const { learningRate, momentum, weightDecay, rows } = options;
  const move = (values: number[], speeds: number[], slopes: readonly number[], decay: number): void => {
    values.forEach((value, index) => {
      const speed = momentum * at(speeds, index) - learningRate * (at(slopes, index) / rows.length + decay * value);
      speeds[index] = speed;
      values[index] = value + speed;
    });
  };
  target.weights.forEach((row, i) => {
    move(row, at(velocity.weights, i), at(gradient.weights, i), weightDecay);
  });
  move(target.bias, velocity.bias, gradient.bias, 0);
}

/**
 * Full-batch gradient descent with momentum on the cross-entropy. The result depends on the rows and the options only, and
 * its numbers are exact float32 values.
 */
export function train(options: TrainingOptions): Network {
  const { rows, hiddenUnits, classes, steps, seed } = options;
  const random = randomNumbers(seed);
  const zero = (): number => 0;
  const symmetric = (): number => random() * 1.4 - 0.7;
  const scale = measure(rows);
  const samples = rows.map(({ features, species }) => ({
    input: features.map((value, i) => (value - at(scale.mean, i)) / at(scale.deviation, i)),
    species,
  }));
  const hidden = layer(4, hiddenUnits, symmetric);
  const output = layer(hiddenUnits, classes, symmetric);
  const velocity = { hidden: layer(4, hiddenUnits, zero), output: layer(hiddenUnits, classes, zero) };

  for (let count = 0; count < steps; count++) {
    const gradient = { hidden: layer(4, hiddenUnits, zero), output: layer(hiddenUnits, classes, zero) };
    for (const { input, species } of samples) {
      const activations = relu(apply(hidden, input));
      const error = softmax(apply(output, activations)).map((p, o) => (o === species ? p - 1 : p));
      accumulate(gradient.output, activations, error);
      const back = activations.map((activation, h) =>
        activation > 0 ? error.reduce((sum, slope, o) => sum + slope * at(at(output.weights, h), o), 0) : 0,
      );
      accumulate(gradient.hidden, input, back);
    }
    step(hidden, velocity.hidden, gradient.hidden, options);
    step(output, velocity.output, gradient.output, options);
  }
  return { hidden: roundLayer(fold(hidden, scale)), output: roundLayer(output) };
}
