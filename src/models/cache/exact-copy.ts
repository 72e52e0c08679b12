import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Content } from "./content-store.ts";
import { hashOfFile } from "./hash-of-file.ts";

/** A file of a model: where it belongs and what it holds. */
export interface ModelFile extends Content {
  readonly path: string;
}

async function sizesOf(folder: string, prefix: string, sizes: Map<string, number>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`;
    const source = join(folder, entry.name);
    if (entry.isDirectory()) await sizesOf(source, `${path}/`, sizes);
    else sizes.set(path, entry.isFile() ? (await lstat(source)).size : NaN);
  }
}

export interface IsExactCopyOptions {
  readonly folder: string;
  readonly files: readonly ModelFile[];
  readonly signal?: AbortSignal;
}

/** True if a folder holds exactly these files: no other, none missing, no link, every byte right. */
export async function isExactCopy(options: IsExactCopyOptions): Promise<boolean> {
  try {
    return await compare(options);
  } catch (error) {
    // Another process removes or replaces it while it is read.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

async function compare({ folder, files, signal }: IsExactCopyOptions): Promise<boolean> {
  const stats = await lstat(folder).catch(() => undefined);
  if (!stats?.isDirectory()) return false;
  const sizes = new Map<string, number>();
  await sizesOf(folder, "", sizes);
  if (sizes.size !== files.length || files.some(({ path, size }) => sizes.get(path) !== size)) return false;
  for (const { path, sha256 } of files) {
    if ((await hashOfFile(join(folder, path), signal)) !== sha256) return false;
  }
  return true;
}
