import type { FileHandle } from "node:fs/promises";
import { isScrimshawError, ScrimshawError } from "../errors.ts";
import type { FileNeeds } from "./file-needs.ts";
import type { ModelGraph, ModelWeights } from "./manifest.ts";
import type { Budget } from "./onnx/fields.ts";
import { largeBudget, readExternalData } from "./onnx/external-data.ts";
import { readOnnxGraph } from "./onnx/graph.ts";
import { isShardIndex, readShardNames } from "./safetensors/shard-index.ts";
import { readWeights } from "./safetensors/weights.ts";
import { quoted } from "./text.ts";

const LFS_POINTER = Buffer.from("version https://git-lfs.github.com/spec/");
const MAX_LFS_POINTER = 1024;

const isOnnx = (path: string): boolean => path.toLowerCase().endsWith(".onnx");

async function readShardNeeds(options: { readonly handle: FileHandle; readonly size: number }): Promise<FileNeeds> {
  return new Map([...(await readShardNames(options))].map((shard) => [shard, 0]));
}

/** What the formats that this library knows tell of a file. */
export interface FileDetails {
  readonly graph?: ModelGraph;
  readonly weights?: ModelWeights;
  readonly needs?: FileNeeds;
}

export interface ReadFileDetailsOptions {
  readonly handle: FileHandle;
  /** Bytes of the file. */
  readonly size: number;
  /** Its name decides what it is read as. */
  readonly path: string;
  readonly signal?: AbortSignal;
}

async function requireNoPointer({ handle, size }: ReadFileDetailsOptions): Promise<void> {
  if (size > MAX_LFS_POINTER) return;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(LFS_POINTER.length), 0, LFS_POINTER.length, 0);
  if (bytesRead < LFS_POINTER.length || !buffer.equals(LFS_POINTER)) return;
  throw new ScrimshawError({
    code: "models.lfs-pointer",
    expected: "the file itself",
    found: "a pointer of Git LFS, which stands for a file that was not fetched",
    next: "Run `git lfs pull` in the folder, or download the model anew.",
  });
}

async function read(options: ReadFileDetailsOptions): Promise<FileDetails> {
  await requireNoPointer(options);
  const { handle, size, path, signal } = options;
  if (path.toLowerCase().endsWith(".safetensors")) return { weights: await readWeights({ handle, size }) };
  if (isShardIndex(path)) return { needs: await readShardNeeds({ handle, size }) };
  if (!isOnnx(path)) return {};
  const graph = await readOnnxGraph({ handle, size, ...(signal && { signal }) });
  const needs = await readExternalData({ handle, size, budget: largeBudget(signal) });
  return needs.size === 0 ? { graph } : { graph, needs };
}

/** The same failure, with the file's name. */
function naming(path: string, error: unknown): unknown {
  if (!isScrimshawError(error)) return error;
  const { code, expected, found, next, cause } = error;
  return new ScrimshawError({ code, expected: `${expected}, at ${quoted(path)}`, found, next, cause });
}

/**
 * Reads the headers of ONNX and safetensors files and the indexes of shards, no weights. Other formats are taken as they are, but
 * what Git LFS leaves in a file's place is refused.
 * @throws ScrimshawError `models.onnx-invalid`, `models.safetensors-invalid`, `models.lfs-pointer`
 */
export async function readFileDetails(options: ReadFileDetailsOptions): Promise<FileDetails> {
  try {
    return await read(options);
  } catch (error) {
    throw naming(options.path, error);
  }
}

export interface ReadFileNeedsOptions extends Omit<ReadFileDetailsOptions, "signal"> {
  /** True if it is an ONNX graph whatever its name. */
  readonly isGraph: boolean;
  /** Shared by all files of a version. */
  readonly budget: Budget;
}

/**
 * What a file from outside names beside itself. Nothing else of it is read.
 * @throws ScrimshawError `models.onnx-invalid`, `models.safetensors-invalid`
 */
export async function readFileNeeds({
  handle,
  size,
  path,
  isGraph,
  budget,
}: ReadFileNeedsOptions): Promise<FileNeeds | undefined> {
  try {
    if (isGraph || isOnnx(path)) return await readExternalData({ handle, size, budget });
    return isShardIndex(path) ? await readShardNeeds({ handle, size }) : undefined;
  } catch (error) {
    throw naming(path, error);
  }
}
