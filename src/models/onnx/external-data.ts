import { WireType } from "@bufbuild/protobuf/wire";
import { MAX_EXTERNAL_FILES } from "../limits.ts";
import { contentOf, fieldsOf } from "./fields.ts";
import type { Budget, Field } from "./fields.ts";
import { invalidOnnx, RandomBytes } from "./random-bytes.ts";
import type { ReadAt } from "./random-bytes.ts";

type Kind = "model" | "training" | "function" | "graph" | "node" | "attribute" | "sparse" | "tensor";

/** Where tensors may be: the fields of onnx.proto that lead to them. */
const CHILDREN: Readonly<Record<Kind, ReadonlyMap<number, Kind>>> = {
  model: new Map([
    [7, "graph"],
    [20, "training"],
    [25, "function"],
  ]),
  training: new Map([
    [1, "graph"],
    [2, "graph"],
  ]),
  function: new Map([
    [7, "node"],
    [11, "attribute"],
  ]),
  graph: new Map([
    [1, "node"],
    [5, "tensor"],
    [15, "sparse"],
  ]),
  node: new Map([[5, "attribute"]]),
  attribute: new Map([
    [5, "tensor"],
    [6, "graph"],
    [10, "tensor"],
    [11, "graph"],
    [22, "sparse"],
    [23, "sparse"],
  ]),
  sparse: new Map([
    [1, "tensor"],
    [2, "tensor"],
  ]),
  tensor: new Map(),
};
// TensorProto.external_data, its entries' key and value, and TensorProto.data_location.
const EXTERNAL_DATA = 13;
const KEY = 1;
const VALUE = 2;
const DATA_LOCATION = 14;

const MAX_DEPTH = 64;
/** Fields, and bytes of locations, offsets and lengths. A graph of 100,000 nodes has some two million fields. */
const MAX_FIELDS = 10_000_000;
const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const NUMBER = /^[0-9]{1,15}$/;

export interface ReadExternalDataOptions {
  readonly handle: ReadAt;
  /** Bytes of the file. */
  readonly size: number;
  /** What may be read of this file, and of others with it: see `largeBudget`. */
  readonly budget: Budget;
}

/** Enough for all ONNX files of any real model together. */
export function largeBudget(signal?: AbortSignal): Budget {
  return { fields: MAX_FIELDS, text: MAX_TEXT_BYTES, ...(signal && { signal }) };
}

interface Walk {
  readonly bytes: RandomBytes;
  readonly budget: Budget;
  readonly files: Map<string, number>;
}

async function textOf({ bytes, budget }: Walk, field: Field): Promise<string> {
  const content = await contentOf(bytes, field, budget);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (cause) {
    throw invalidOnnx("external data whose place is no text", cause);
  }
}

function wholeNumber(text: string): number {
  if (NUMBER.test(text)) return Number(text);
  throw invalidOnnx("external data whose offset or length is no whole number");
}

async function readEntry(walk: Walk, entry: Field): Promise<{ readonly key: string; readonly value: string }> {
  const found = { key: "", value: "" };
  for await (const field of fieldsOf(walk.bytes, entry, walk.budget)) {
    if (field.wireType !== WireType.LengthDelimited) continue;
    if (field.number === KEY) found.key = await textOf(walk, field);
    else if (field.number === VALUE) found.value = await textOf(walk, field);
  }
  return found;
}

/** Readers differ in when they look at what a tensor says of other files, so all that any tensor says is taken. */
async function readTensor(walk: Walk, tensor: Field): Promise<void> {
  const locations: string[] = [];
  const most = { offset: 0, length: 0 };
  let isExternal = false;
  for await (const field of fieldsOf(walk.bytes, tensor, walk.budget)) {
    if (field.number === DATA_LOCATION && field.wireType === WireType.Varint) {
      isExternal ||= (await walk.bytes.view(field.start, 1))[0] !== 0;
    }
    if (field.number !== EXTERNAL_DATA || field.wireType !== WireType.LengthDelimited) continue;
    const { key, value } = await readEntry(walk, field);
    if (key === "location") locations.push(value);
    else if (key === "offset" || key === "length") most[key] = Math.max(most[key], wholeNumber(value));
  }
  if (isExternal && locations.length === 0) throw invalidOnnx("a tensor in another file, of which no name is given");
  for (const location of locations) {
    walk.files.set(location, Math.max(walk.files.get(location) ?? 0, most.offset + most.length));
  }
  if (walk.files.size > MAX_EXTERNAL_FILES)
    throw invalidOnnx(`tensors in more than ${String(MAX_EXTERNAL_FILES)} files`);
}

async function visit(walk: Walk, message: Pick<Field, "start" | "end">, kind: Kind, depth: number): Promise<void> {
  if (depth > MAX_DEPTH) throw invalidOnnx(`graphs within graphs more than ${String(MAX_DEPTH)} deep`);
  for await (const field of fieldsOf(walk.bytes, message, walk.budget)) {
    const child = CHILDREN[kind].get(field.number);
    if (child === undefined || field.wireType !== WireType.LengthDelimited) continue;
    if (child === "tensor") await readTensor(walk, field);
    else await visit(walk, field, child, depth + 1);
  }
}

/**
 * The files that hold tensors of an ONNX model, as the model names them, and how many bytes it takes each of them to have at
 * least. Looks wherever a tensor may be: weights, attributes of nodes, graphs within them, functions. Time and memory are bounded.
 * @throws ScrimshawError `models.onnx-invalid`
 * @see https://github.com/onnx/onnx/blob/main/docs/ExternalData.md
 */
export async function readExternalData({
  handle,
  size,
  budget,
}: ReadExternalDataOptions): Promise<ReadonlyMap<string, number>> {
  const files = new Map<string, number>();
  await visit({ bytes: new RandomBytes({ handle, size }), budget, files }, { start: 0, end: size }, "model", 0);
  return files;
}
