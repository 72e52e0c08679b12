import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { invalidOnnx } from "./random-bytes.ts";
import type { RandomBytes } from "./random-bytes.ts";

/** A tag and a length or number take at most 5 and 10 bytes. */
const HEAD = 20;
const MAX_VALUE_BYTES = 64 * 1024;

/** One field of a message inside a file; `start` and `end` are positions of its content in the file. */
export interface Field {
  readonly number: number;
  readonly wireType: WireType;
  readonly start: number;
  readonly end: number;
}

/** Counts what is read, so that a hostile file cannot keep the reader busy. */
export interface Budget {
  fields: number;
  text: number;
  readonly signal?: AbortSignal;
}

function contentLength(reader: BinaryReader, wireType: WireType): number {
  const before = reader.pos;
  switch (wireType) {
    case WireType.Varint:
      reader.uint64();
      return reader.pos - before;
    case WireType.Bit64:
      return 8;
    case WireType.Bit32:
      return 4;
    case WireType.LengthDelimited:
      return Number(reader.uint64());
    default:
      throw invalidOnnx(`wire type ${String(wireType)}`);
  }
}

function readHead(head: Uint8Array, offset: number): Field {
  try {
    const reader = new BinaryReader(head);
    const [number, wireType] = reader.tag();
    const before = reader.pos;
    const length = contentLength(reader, wireType);
    const start = offset + (wireType === WireType.LengthDelimited ? reader.pos : before);
    return { number, wireType, start, end: start + length };
  } catch (cause) {
    throw invalidOnnx(`no protobuf field at byte ${String(offset)}`, cause);
  }
}

/**
 * Walks over the fields of the message between `start` and `end` and reads their heads only: contents are skipped, so weights
 * of any size cost nothing.
 * @throws ScrimshawError `models.onnx-invalid`
 */
export async function* fieldsOf(
  bytes: RandomBytes,
  { start, end }: { readonly start: number; readonly end: number },
  budget: Budget,
): AsyncGenerator<Field> {
  let position = start;
  while (position < end) {
    if (--budget.fields < 0) throw invalidOnnx("more fields than any real model has");
    budget.signal?.throwIfAborted();
    const field = readHead(await bytes.view(position, Math.min(HEAD, end - position)), position);
    if (!(field.end <= end)) throw invalidOnnx(`a field at byte ${String(position)} that is longer than its message`);
    yield field;
    position = field.end;
  }
}

/**
 * The bytes of a field that holds a name or the like. The view is valid until the next one.
 * @throws ScrimshawError `models.onnx-invalid`
 */
export async function contentOf(bytes: RandomBytes, { start, end }: Field, budget: Budget): Promise<Uint8Array> {
  budget.text -= end - start;
  if (budget.text < 0) throw invalidOnnx("names that are longer than any real model's");
  if (end - start > MAX_VALUE_BYTES) throw invalidOnnx(`a name or value of ${String(end - start)} bytes`);
  const view = await bytes.view(start, end - start);
  if (view.length !== end - start) throw invalidOnnx("a file that ends too early");
  return view;
}
