import { z } from "zod";
import { MAX_DIMENSIONS } from "../limits.ts";
import { quoted } from "../text.ts";
import { JsonFault } from "./bounded-json.ts";

/** Bits of one element, as the reference reader has them. */
const BITS: Readonly<Record<string, number>> = {
  ...{ F4: 4, F6_E2M3: 6, F6_E3M2: 6, BOOL: 8, U8: 8, I8: 8, F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8 },
  ...{ F16: 16, BF16: 16, U16: 16, I16: 16, F32: 32, U32: 32, I32: 32, F64: 64, U64: 64, I64: 64, C64: 64 },
};

/** The key of a header that holds no tensor. */
const METADATA = "__metadata__";

const metadataSchema = z.record(z.string(), z.string());

/** Other entries are left alone, as the reference reader does. */
const tensorSchema = z.object({
  dtype: z.string().regex(/^[A-Z][A-Z0-9_]{0,31}$/),
  shape: z.array(z.int().min(0)).max(MAX_DIMENSIONS),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** A tensor of a safetensors file; `begin` and `end` count from the end of the header. */
export interface TensorPlace {
  readonly name: string;
  readonly dtype: string;
  readonly elements: number;
  readonly begin: number;
  readonly end: number;
}

function countElements(name: string, shape: readonly number[]): number {
  const elements = shape.reduce((product, size) => product * BigInt(size), 1n);
  if (elements > BigInt(Number.MAX_SAFE_INTEGER))
    throw new JsonFault(`a shape of ${quoted(name)} that no file can hold`);
  return Number(elements);
}

function placeOf(name: string, value: unknown): TensorPlace {
  const { success, data } = tensorSchema.safeParse(value);
  if (!success) throw new JsonFault(`no dtype, shape and data_offsets of ${quoted(name)}`);
  const { dtype, shape } = data;
  const [begin, end] = data.data_offsets;
  const elements = countElements(name, shape);
  const bits = BITS[dtype];
  const wanted = BigInt(elements) * BigInt(bits ?? 1);
  const there = BigInt(end - begin) * 8n;
  // Of an element type that is newer than the list above nobody here knows the size, but it is no less than a bit.
  if (bits === undefined ? wanted > there : wanted !== there) {
    throw new JsonFault(`${String(end - begin)} bytes for ${String(elements)} elements ${dtype} of ${quoted(name)}`);
  }
  return { name, dtype, elements, begin, end };
}

/**
 * The tensors that a safetensors header lists, in the order of their bytes, which they must fill without gap or overlap.
 * @param dataSize bytes after the header
 * @throws JsonFault
 */
export function listTensors(header: unknown, dataSize: number): readonly TensorPlace[] {
  if (header === null || typeof header !== "object" || Array.isArray(header)) throw new JsonFault("no JSON object");
  const tensors: TensorPlace[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== METADATA) tensors.push(placeOf(name, value));
    else if (!metadataSchema.safeParse(value).success) throw new JsonFault(`${METADATA} that is no list of texts`);
  }
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of tensors) {
    if (begin !== position || end < begin) {
      throw new JsonFault(
        `${quoted(name)} at ${String(begin)} to ${String(end)} where byte ${String(position)} comes next`,
      );
    }
    position = end;
  }
  if (position !== dataSize) {
    throw new JsonFault(
      `tensors of ${String(position)} bytes in all before the ${String(dataSize)} bytes of the file's data`,
    );
  }
  return tensors;
}
