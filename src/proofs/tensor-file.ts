import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import { DTYPE_BYTES, sortTensors } from "./tensors.ts";
import type { Dtype, Tensor } from "./tensors.ts";

const number = z.union([z.number(), z.boolean(), z.string().regex(/^-?[0-9]{1,20}$/)]);
const tensorFileSchema = z.record(
  z.string().min(1).max(256),
  z.strictObject({
    dtype: z.enum(Object.keys(DTYPE_BYTES) as [Dtype, ...Dtype[]]),
    shape: z.array(z.int().nonnegative()).max(32),
    values: z.array(number),
  }),
);

type Writer = (view: DataView, at: number, value: number | bigint) => void;
const WRITERS: Readonly<Record<Exclude<Dtype, "float16">, Writer>> = {
  float32: (view, at, value) => view.setFloat32(at, Number(value), true),
  float64: (view, at, value) => view.setFloat64(at, Number(value), true),
  int8: (view, at, value) => view.setInt8(at, Number(value)),
  int16: (view, at, value) => view.setInt16(at, Number(value), true),
  int32: (view, at, value) => view.setInt32(at, Number(value), true),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  uint8: (view, at, value) => view.setUint8(at, Number(value)),
  uint16: (view, at, value) => view.setUint16(at, Number(value), true),
  uint32: (view, at, value) => view.setUint32(at, Number(value), true),
  uint64: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  bool: (view, at, value) => view.setUint8(at, Number(value)),
};

/** Inclusive bounds of the integer types; a value outside is refused instead of wrapped. */
const BOUNDS: Readonly<Partial<Record<Dtype, readonly [bigint, bigint]>>> = {
  int8: [-(1n << 7n), (1n << 7n) - 1n],
  int16: [-(1n << 15n), (1n << 15n) - 1n],
  int32: [-(1n << 31n), (1n << 31n) - 1n],
  int64: [-(1n << 63n), (1n << 63n) - 1n],
  uint8: [0n, (1n << 8n) - 1n],
  uint16: [0n, (1n << 16n) - 1n],
  uint32: [0n, (1n << 32n) - 1n],
  uint64: [0n, (1n << 64n) - 1n],
  bool: [0n, 1n],
};

function invalid(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.tensor-file-invalid",
    expected:
      'JSON of named tensors: {"<name>": {"dtype": "float32", "shape": [1, 4], "values": [5.1, 3.5, 1.4, 0.2]}}',
    found,
    next: "Compare names, types and shapes with `npx hardhat model show`; write integers beyond 2^53 as strings.",
    cause,
  });
}

function exact(name: string, dtype: Dtype, value: number | boolean | string): number | bigint {
  const bounds = BOUNDS[dtype];
  if (bounds === undefined) {
    if (typeof value !== "number")
      throw invalid(`${JSON.stringify(value)} in tensor ${JSON.stringify(name)} of ${dtype}`);
    return value;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw invalid(`${value} where ${dtype} is stated`);
  const integer = BigInt(value);
  if (integer < bounds[0] || integer > bounds[1]) throw invalid(`${integer}, which ${dtype} cannot hold`);
  return integer;
}

/**
 * Reads input tensors as people write them, row-major.
 * @throws ScrimshawError `proofs.tensor-file-invalid`, `proofs.tensor-invalid`
 */
export function readTensorFile(text: string): readonly Tensor[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("text that is not JSON", cause);
  }
  const parsed = tensorFileSchema.safeParse(value);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error).slice(0, 300));
  const tensors = Object.entries(parsed.data).map(([name, { dtype, shape, values }]): Tensor => {
    if (dtype === "float16") throw invalid("float16, which JSON numbers do not write exactly");
    const width = DTYPE_BYTES[dtype];
    const data = new Uint8Array(values.length * width);
    const view = new DataView(data.buffer);
    values.forEach((item, i) => WRITERS[dtype](view, i * width, exact(name, dtype, item)));
    return { name, dtype, shape, data };
  });
  return sortTensors(tensors);
}
