import type { FileHandle } from "node:fs/promises";
import { z } from "zod";
import { MAX_FILES, MAX_SAFETENSORS_HEADER } from "../limits.ts";
import { JsonFault, parseBoundedJson } from "./bounded-json.ts";
import { invalidSafetensors } from "./weights.ts";

const BOUNDS = { depth: 4, values: 4_000_000 };

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string().min(1).max(1024)) });

export interface ReadShardIndexOptions {
  readonly handle: FileHandle;
  /** Bytes of the file. */
  readonly size: number;
}

/** True for names like `model.safetensors.index.json`, also with a variant: `model.safetensors.index.fp16.json`. */
export function isShardIndex(path: string): boolean {
  return /\.safetensors\.index(?:\.[^./]+)?\.json$/i.test(path);
}

/**
 * The names of the files over which an index spreads a model's tensors, as it writes them.
 * @throws ScrimshawError `models.safetensors-invalid`
 */
export async function readShardNames({ handle, size }: ReadShardIndexOptions): Promise<ReadonlySet<string>> {
  if (size > MAX_SAFETENSORS_HEADER) throw invalidSafetensors(`an index of ${String(size)} bytes`);
  try {
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await handle.read(buffer, 0, size, 0);
    const { success, data } = indexSchema.safeParse(parseBoundedJson(buffer.subarray(0, bytesRead), BOUNDS));
    if (!success) throw new JsonFault("an index without a weight_map from tensors to files");
    const names = new Set(Object.values(data.weight_map));
    if (names.size > MAX_FILES) throw new JsonFault(`more than ${String(MAX_FILES)} files in an index`);
    return names;
  } catch (error) {
    throw error instanceof JsonFault ? invalidSafetensors(error.message, error) : error;
  }
}
