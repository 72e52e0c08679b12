import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

import { placeFile } from "./place-file.ts";

/** Makes a rename or removal in `directory` durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The text of a file; undefined if there is none. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a file that is whole or absent: temporary name, fsync, rename, fsync of the directory. */
export async function writeFileAtomic({
  path,
  data,
  mode = 0o644,
}: {
  readonly path: string;
  readonly data: string | Uint8Array;
  readonly mode?: number;
}): Promise<void> {
  await placeFile({ path, data, mode, place: rename });
  await syncDirectory(dirname(path));
}
