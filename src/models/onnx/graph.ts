import { WireType } from "@bufbuild/protobuf/wire";
import type { FileHandle } from "node:fs/promises";
import { MAX_GRAPH_VALUES } from "../limits.ts";
import type { GraphValue, ModelGraph } from "../manifest.ts";
import { contentOf, fieldsOf } from "./fields.ts";
import type { Budget, Field } from "./fields.ts";
import { RandomBytes, invalidOnnx } from "./random-bytes.ts";
import { readValueInfo } from "./value-info.ts";

// Field numbers of onnx.proto: ModelProto.graph, GraphProto.initializer / input / output, TensorProto.name.
const GRAPH = 7;
const INITIALIZER = 5;
const INPUT = 11;
const OUTPUT = 12;
const TENSOR_NAME = 8;

const MAX_FIELDS = 1_000_000;
/** Names, inputs and outputs in all. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
/** Old exporters list every weight among the inputs. */
const MAX_LISTED_INPUTS = 50_000;

export interface ReadOnnxGraphOptions {
  readonly handle: FileHandle;
  /** Bytes of the file. */
  readonly size: number;
  readonly signal?: AbortSignal;
}

const isMessage = ({ wireType }: Field): boolean => wireType === WireType.LengthDelimited;

async function tensorName(bytes: RandomBytes, tensor: Field, budget: Budget): Promise<string | undefined> {
  for await (const field of fieldsOf(bytes, tensor, budget)) {
    if (field.number === TENSOR_NAME && isMessage(field))
      return new TextDecoder().decode(await contentOf(bytes, field, budget));
  }
  return undefined;
}

/**
 * Inputs and outputs of an ONNX graph, read from the field heads around the weights; no weights are loaded. Inputs that are
 * only names of weights (as old exporters list them) are left out. Time and memory are bounded for hostile files.
 * @throws ScrimshawError `models.onnx-invalid`
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export async function readOnnxGraph({ handle, size, signal }: ReadOnnxGraphOptions): Promise<ModelGraph> {
  const bytes = new RandomBytes({ handle, size });
  const budget: Budget = { fields: MAX_FIELDS, text: MAX_TEXT_BYTES, ...(signal && { signal }) };
  const inputs: GraphValue[] = [];
  const outputs: GraphValue[] = [];
  const weights = new Set<string>();
  for await (const outer of fieldsOf(bytes, { start: 0, end: size }, budget)) {
    if (outer.number !== GRAPH || !isMessage(outer)) continue;
    for await (const field of fieldsOf(bytes, outer, budget)) {
      if (!isMessage(field)) continue;
      if (field.number === INITIALIZER) {
        const name = await tensorName(bytes, field, budget);
        if (name !== undefined) weights.add(name);
      } else if (field.number === INPUT || field.number === OUTPUT) {
        const values = field.number === INPUT ? inputs : outputs;
        values.push(readValueInfo(await contentOf(bytes, field, budget)));
        if (inputs.length > MAX_LISTED_INPUTS || outputs.length > MAX_GRAPH_VALUES)
          throw invalidOnnx("too many inputs or outputs");
      }
    }
  }
  const free = inputs.filter(({ name }) => !weights.has(name));
  if (outputs.length === 0) throw invalidOnnx("no graph with outputs");
  if (free.length > MAX_GRAPH_VALUES) throw invalidOnnx("too many inputs");
  return { format: "onnx", inputs: free, outputs };
}
