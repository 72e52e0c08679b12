import { lstat, readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import { ScrimshawError } from "../../errors.ts";
import type { Tags } from "./bcs.ts";
import type { Patch } from "./patch.ts";

/** Patches are laid out in memory; more bytes than this belong in blobs of their own. */
const MAX_FOLDER_SIZE = 2 ** 30;

function unreadable(path: string, cause: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.file-unreadable",
    expected: `a readable file or folder ${path}`,
    found: (cause as NodeJS.ErrnoException).code ?? "a failure to read",
    next: "Check the path and its permissions.",
    cause,
  });
}

/** Regular files below `folder`, by path. Links and devices are refused: what they lead to is not the folder's. */
async function listFiles(folder: string): Promise<{ readonly path: string; readonly size: number }[]> {
  const files: { readonly path: string; readonly size: number }[] = [];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) continue;
    if (!entry.isFile()) {
      const next = "Take it out of the folder, or put a copy of the file there.";
      throw new ScrimshawError({ code: "walrus.folder-invalid", expected: "regular files", found: path, next });
    }
    files.push({ path, size: (await lstat(path)).size });
  }
  return files;
}

/**
 * The files of a folder as patches, named by their paths in it with forward slashes.
 * @throws ScrimshawError `walrus.file-unreadable`, `walrus.folder-invalid`, `walrus.quilt-too-large`,
 * `walrus.patch-not-found` for tags of a file that is not there
 */
export async function readFolder({
  folder,
  tags = new Map(),
  signal,
}: {
  readonly folder: string;
  /** By path in the folder. */
  readonly tags?: ReadonlyMap<string, Tags>;
  readonly signal?: AbortSignal;
}): Promise<Patch[]> {
  let files: Awaited<ReturnType<typeof listFiles>>;
  try {
    files = await listFiles(folder);
  } catch (error) {
    throw error instanceof ScrimshawError ? error : unreadable(folder, error);
  }
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > MAX_FOLDER_SIZE) {
    throw new ScrimshawError({
      code: "walrus.quilt-too-large",
      expected: `a folder of at most ${MAX_FOLDER_SIZE} bytes`,
      found: `${total} bytes`,
      next: "Publish large files with `npx hardhat model publish`, or store each with `npx hardhat walrus put`.",
    });
  }
  const patches: Patch[] = [];
  for (const { path } of files) {
    signal?.throwIfAborted();
    const identifier = relative(folder, path).split(sep).join("/");
    const bytes = await readFile(path).catch((cause: unknown) => Promise.reject(unreadable(path, cause)));
    patches.push({ identifier, bytes, tags: tags.get(identifier) ?? {} });
  }
  const stray = [...tags.keys()].find((name) => !patches.some(({ identifier }) => identifier === name));
  if (stray === undefined) return patches;
  throw new ScrimshawError({
    code: "walrus.patch-not-found",
    expected: `a file ${JSON.stringify(stray.slice(0, 80))} in the folder, as tags are given for it`,
    found: "none",
    next: "Name files by their paths in the folder, with forward slashes.",
  });
}
