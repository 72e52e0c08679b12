import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { GraphValue } from "../manifest.ts";
import { MAX_DIMENSIONS } from "../limits.ts";
import { invalidOnnx } from "./random-bytes.ts";

// TensorProto.DataType of onnx.proto, by value.
const ELEMENT_TYPES = [
  "undefined",
  "float32",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "int64",
  "string",
  "bool",
  "float16",
  "float64",
  "uint32",
  "uint64",
  "complex64",
  "complex128",
  "bfloat16",
  "float8e4m3fn",
  "float8e4m3fnuz",
  "float8e5m2",
  "float8e5m2fnuz",
  "uint4",
  "int4",
  "float4e2m1",
];

const OTHER_TYPES = new Map([
  [4, "sequence"],
  [5, "map"],
  [8, "sparse"],
  [9, "optional"],
]);

const MAX_NAME = 512;
const MAX_SYMBOL = 256;

type Dimension = NonNullable<GraphValue["shape"]>[number];

interface ValueType {
  readonly type: string;
  readonly shape: Dimension[] | null;
}

/** Calls `read` for every field; a field that it leaves alone is skipped. */
function eachField(bytes: Uint8Array, read: (reader: BinaryReader, field: number, wireType: WireType) => void): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const before = reader.pos;
    read(reader, field, wireType);
    if (reader.pos === before) reader.skip(wireType, field);
  }
}

const isBytes = (wireType: WireType): boolean => wireType === WireType.LengthDelimited;

function readDimension(bytes: Uint8Array): Dimension {
  let dimension: Dimension = null;
  eachField(bytes, (reader, field, wireType) => {
    if (field === 1 && wireType === WireType.Varint) {
      const size = Number(reader.int64());
      // Exporters write -1 or 0 for "not known".
      dimension = size > 0 && Number.isSafeInteger(size) ? size : null;
    } else if (field === 2 && isBytes(wireType)) {
      const symbol = reader.string();
      if (symbol.length > MAX_SYMBOL) throw invalidOnnx("a dimension with a name that is too long");
      dimension = symbol === "" ? null : symbol;
    }
  });
  return dimension;
}

function readTensorType(bytes: Uint8Array): ValueType {
  let element = 0;
  let shape: Dimension[] | null = null;
  eachField(bytes, (reader, field, wireType) => {
    if (field === 1 && wireType === WireType.Varint) {
      element = reader.int32();
    } else if (field === 2 && isBytes(wireType)) {
      const dimensions: Dimension[] = [];
      eachField(reader.bytes(), (inner, innerField, innerType) => {
        if (innerField !== 1 || !isBytes(innerType)) return;
        dimensions.push(readDimension(inner.bytes()));
        if (dimensions.length > MAX_DIMENSIONS) throw invalidOnnx(`more than ${String(MAX_DIMENSIONS)} dimensions`);
      });
      shape = dimensions;
    }
  });
  return { type: ELEMENT_TYPES[element] ?? `element-type-${String(element)}`, shape };
}

function readType(bytes: Uint8Array): ValueType {
  let found: ValueType = { type: "undefined", shape: null };
  eachField(bytes, (reader, field, wireType) => {
    if (!isBytes(wireType)) return;
    const other = OTHER_TYPES.get(field);
    if (field === 1) found = readTensorType(reader.bytes());
    else if (other !== undefined) found = { type: other, shape: null };
  });
  return found;
}

/**
 * Reads a `ValueInfoProto`: an input or output of a graph. Types that are no tensor are named without their parts.
 * @throws ScrimshawError `models.onnx-invalid`
 */
export function readValueInfo(bytes: Uint8Array): GraphValue {
  let name = "";
  let type: ValueType = { type: "undefined", shape: null };
  try {
    eachField(bytes, (reader, field, wireType) => {
      if (field === 1 && isBytes(wireType)) name = reader.string();
      else if (field === 2 && isBytes(wireType)) type = readType(reader.bytes());
    });
  } catch (cause) {
    throw invalidOnnx("an input or output that cannot be read", cause);
  }
  if (name === "" || name.length > MAX_NAME) throw invalidOnnx("an input or output without a usable name");
  return { name, type: type.type, shape: type.shape };
}
