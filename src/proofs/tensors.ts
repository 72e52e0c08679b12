import { encode } from "cborg";
import { createHash } from "node:crypto";

import { ScrimshawError } from "../errors.ts";
import type { Hex } from "./statement.ts";

/** Bytes an element takes, little-endian. Strings and packed 4-bit types have no canonical form here and are refused. */
export const DTYPE_BYTES = {
  float16: 2,
  float32: 4,
  float64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
} as const;

export type Dtype = keyof typeof DTYPE_BYTES;

export interface Tensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Row-major elements, little-endian; `product(shape) * DTYPE_BYTES[dtype]` bytes. */
  readonly data: Uint8Array;
}

export interface HashTensorsOptions {
  readonly tensors: readonly Tensor[];
  /** 32 random bytes where the values could be guessed; kept with the values, given only to those who may re-run. */
  readonly salt?: Uint8Array;
}

function invalid(expected: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.tensor-invalid",
    expected,
    found,
    next: "Give every tensor a distinct name, a known dtype, a shape and exactly that many little-endian bytes.",
  });
}

/** @throws ScrimshawError `proofs.tensor-invalid` */
function checkTensor(tensor: Tensor): void {
  if (!Object.hasOwn(DTYPE_BYTES, tensor.dtype)) {
    throw invalid(`a dtype of ${Object.keys(DTYPE_BYTES).join(", ")}`, JSON.stringify(tensor.dtype));
  }
  for (const dimension of tensor.shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0)
      throw invalid("whole dimensions of 0 or more", `${dimension}`);
  }
  const elements = tensor.shape.reduce((product, dimension) => product * dimension, 1);
  const bytes = elements * DTYPE_BYTES[tensor.dtype];
  if (tensor.data.length !== bytes) {
    throw invalid(`${bytes} bytes for ${tensor.dtype} [${tensor.shape.join(", ")}]`, `${tensor.data.length} bytes`);
  }
}

/** Sorted by name (UTF-8 bytes), each name once. */
export function sortTensors(tensors: readonly Tensor[]): readonly Tensor[] {
  const sorted = [...tensors].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  sorted.forEach((tensor, i) => {
    checkTensor(tensor);
    if (i > 0 && sorted[i - 1]?.name === tensor.name)
      throw invalid("distinct names", `two of ${JSON.stringify(tensor.name)}`);
  });
  return sorted;
}

/**
 * The bytes that are hashed: the deterministic CBOR (RFC 8949, 4.2) of `["scrimshaw.tensors/1", salt, [[name, dtype, shape, data], ...]]`,
 * tensors sorted by name, salt empty or 32 bytes.
 * @throws ScrimshawError `proofs.tensor-invalid`
 */
export function encodeTensors({ tensors, salt = new Uint8Array() }: HashTensorsOptions): Uint8Array {
  if (salt.length !== 0 && salt.length !== 32) throw invalid("a salt of 32 bytes, or none", `${salt.length} bytes`);
  const rows = sortTensors(tensors).map(({ name, dtype, shape, data }) => [name, dtype, [...shape], data]);
  return encode(["scrimshaw.tensors/1", salt, rows]);
}

/**
 * The input or output hash of a statement: SHA-256 over `encodeTensors`.
 * @throws ScrimshawError `proofs.tensor-invalid`
 */
export function hashTensors(options: HashTensorsOptions): Hex {
  return `0x${createHash("sha256").update(encodeTensors(options)).digest("hex")}`;
}
