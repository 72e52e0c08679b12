import type { FileHandle } from "node:fs/promises";
import { ScrimshawError } from "../../errors.ts";
import { MAX_DTYPES, MAX_SAFETENSORS_HEADER } from "../limits.ts";
import type { ModelWeights } from "../manifest.ts";
import { compareText } from "../text.ts";
import { JsonFault, parseBoundedJson } from "./bounded-json.ts";
import { listTensors } from "./tensor-list.ts";
import type { TensorPlace } from "./tensor-list.ts";

const LENGTH = 8;
const OPENING_BRACE = 0x7b;
const BOUNDS = { depth: 3, values: 4_000_000 };

/** The error for a file that is no safetensors file: `models.safetensors-invalid`. */
export function invalidSafetensors(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "models.safetensors-invalid",
    expected: "a file as the safetensors library writes it: a header whose tensors fill the rest of the file",
    found,
    next: "Save or download it again, or give it another ending if it is something else.",
    cause,
  });
}

export interface ReadWeightsOptions {
  readonly handle: FileHandle;
  /** Bytes of the file. */
  readonly size: number;
}

async function readExactly(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw invalidSafetensors("a file that became shorter");
    done += bytesRead;
  }
  return bytes;
}

async function readHeader({ handle, size }: ReadWeightsOptions): Promise<Buffer> {
  if (size < LENGTH) throw invalidSafetensors(`${String(size)} bytes`);
  const length = (await readExactly(handle, 0, LENGTH)).readBigUInt64LE();
  if (length > BigInt(size - LENGTH)) {
    throw invalidSafetensors(`a header of ${String(length)} bytes in a file of ${String(size)}`);
  }
  if (length > BigInt(MAX_SAFETENSORS_HEADER)) {
    throw invalidSafetensors(`a header of ${String(length)} bytes, where ${String(MAX_SAFETENSORS_HEADER)} are read`);
  }
  const header = await readExactly(handle, LENGTH, Number(length));
  if (header[0] !== OPENING_BRACE) throw invalidSafetensors("a header that is no JSON object");
  return header;
}

function summarise(tensors: readonly TensorPlace[]): ModelWeights {
  const counts = new Map<string, number>();
  for (const { dtype, elements } of tensors) counts.set(dtype, (counts.get(dtype) ?? 0) + elements);
  if (counts.size > MAX_DTYPES) throw new JsonFault(`more than ${String(MAX_DTYPES)} element types`);
  const parameters = Object.fromEntries([...counts].sort(([a], [b]) => compareText(a, b)));
  return { format: "safetensors", tensors: tensors.length, parameters };
}

/**
 * What a safetensors file says of its tensors, from its header alone. The header is held to all that the reference reader asks:
 * tensors of the size that their shape and type give, without gap or overlap, up to the end of the file. Time and memory are
 * bounded for hostile files.
 * @throws ScrimshawError `models.safetensors-invalid`
 * @see https://github.com/huggingface/safetensors#format
 */
export async function readWeights(options: ReadWeightsOptions): Promise<ModelWeights> {
  const header = await readHeader(options);
  try {
    return summarise(listTensors(parseBoundedJson(header, BOUNDS), options.size - LENGTH - header.length));
  } catch (error) {
    throw error instanceof JsonFault ? invalidSafetensors(error.message, error) : error;
  }
}
