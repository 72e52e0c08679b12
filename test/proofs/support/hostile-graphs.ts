import type { Tensor } from "../../../src/proofs/tensors.ts";
import { bytesOf, message } from "../../models/support/protobuf.ts";
import type { Write } from "../../models/support/protobuf.ts";

const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;
/** Opset of the graphs below. */
const VERSION = message([1, ""], [2, 13]);

/** A value of a graph, of any shape where none is given. */
function value(name: string, type: number, ...sizes: readonly number[]): Write {
  const shape = message(...sizes.map((size) => [1, message([1, size])] as const));
  return message([1, name], [2, message([1, message([1, type], [2, shape])])]);
}

const node = (kind: string, inputs: readonly string[], output: readonly string[], ...rest: [number, Write][]): Write =>
  message(...inputs.map((name) => [1, name] as const), ...output.map((name) => [2, name] as const), [4, kind], ...rest);

/** Doubles `x` as many times as `n` says. */
export function endless(): Uint8Array {
  const body = message(
    [1, node("Identity", ["go"], ["on"])],
    [1, node("Add", ["v", "v"], ["w"])],
    [2, "body"],
    [11, value("i", INT64)],
    [11, value("go", BOOL)],
    [11, value("v", FLOAT, 1)],
    [12, value("on", BOOL)],
    [12, value("w", FLOAT, 1)],
  );
  const loop = node("Loop", ["n", "", "x"], ["y"], [5, message([1, "body"], [6, body], [20, 5])]);
  const inputs = [[11, value("n", INT64)] as const, [11, value("x", FLOAT, 1)] as const];
  return bytesOf(
    message([1, 8], [7, message([1, loop], [2, "g"], ...inputs, [12, value("y", FLOAT, 1)])], [8, VERSION]),
  );
}

/** Makes a tensor of as many zeros as `n` says. */
export function huge(): Uint8Array {
  const fill = node("ConstantOfShape", ["n"], ["z"]);
  const sum = node("ReduceSum", ["z"], ["y"]);
  const graph = message([1, fill], [1, sum], [2, "g"], [11, value("n", INT64, 1)], [12, value("y", FLOAT, 1)]);
  return bytesOf(message([1, 8], [7, graph], [8, VERSION]));
}

export const int64 = (name: string, shape: readonly number[], number: bigint): Tensor => ({
  name,
  dtype: "int64",
  shape: [...shape],
  data: new Uint8Array(BigInt64Array.of(number).buffer),
});
export const one: Tensor = { name: "x", dtype: "float32", shape: [1], data: new Uint8Array(Float32Array.of(1).buffer) };
