import { bytesOf, message } from "./protobuf.ts";
import type { Write } from "./protobuf.ts";

/** What a tensor says of its bytes in another file. */
export type External = Readonly<Record<string, string>>;

/** A tensor `w` whose bytes are elsewhere. */
export function externalTensor(entries: External): Write {
  const data = Object.entries(entries).map(([key, value]) => [13, message([1, key], [2, value])] as const);
  return message([8, "w"], ...data, [14, 1]);
}

/** A model with one input and one output, and whatever else is put into its graph, or beside it. */
export function onnxModel(
  inGraph: readonly (readonly [number, Write])[] = [],
  beside: typeof inGraph = [],
): Uint8Array {
  const type = message([1, message([1, 1], [2, message([1, message([1, 2])])])]);
  const value = (name: string): Write => message([1, name], [2, type]);
  return bytesOf(message([1, 8], [7, message(...inGraph, [11, value("x")], [12, value("y")])], ...beside));
}
