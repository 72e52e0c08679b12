import { DTYPE_BYTES } from "./tensors.ts";
import type { Dtype, Tensor } from "./tensors.ts";

/** Elements that are shown of a tensor. */
const SHOWN = 8;

type Reader = (view: DataView, at: number) => number | bigint;
const READERS: Readonly<Record<Dtype, Reader | undefined>> = {
  float16: undefined,
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  int8: (view, at) => view.getInt8(at),
  int16: (view, at) => view.getInt16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  int64: (view, at) => view.getBigInt64(at, true),
  uint8: (view, at) => view.getUint8(at),
  uint16: (view, at) => view.getUint16(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  uint64: (view, at) => view.getBigUint64(at, true),
  bool: (view, at) => view.getUint8(at),
};

/** The first elements of a tensor, as numbers; none of a type that JavaScript cannot read. */
export function firstValues({ dtype, data }: Tensor): readonly (number | bigint)[] {
  const read = READERS[dtype];
  if (read === undefined) return [];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = Math.min(SHOWN, data.length / DTYPE_BYTES[dtype]);
  return Array.from({ length: count }, (_, i) => read(view, i * DTYPE_BYTES[dtype]));
}

/** One line about a tensor for people: name, type, shape and its first elements. */
export function describeTensor(tensor: Tensor): string {
  const { name, dtype, shape, data } = tensor;
  const values = firstValues(tensor).map((value) =>
    typeof value === "bigint" ? `${value}` : `${Number(value.toPrecision(6))}`,
  );
  const more = data.length / DTYPE_BYTES[dtype] > values.length ? " ..." : "";
  return `${name} ${dtype} [${shape.join(", ")}] ${values.join(" ")}${more}`.trimEnd();
}
