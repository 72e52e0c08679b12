import { readFile } from "node:fs/promises";

import { ScrimshawError } from "../../errors.ts";
import { listFolder, unreadable } from "../list-files.ts";
import type { Tags } from "./bcs.ts";
import type { Patch } from "./patch.ts";

/** Patches are laid out in memory; more bytes than this belong in blobs of their own. */
const MAX_FOLDER_SIZE = 2 ** 30;

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
  const files = await listFolder(folder);
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
  for (const { path: identifier, source } of files) {
    signal?.throwIfAborted();
    const bytes = await readFile(source).catch((cause: unknown) => Promise.reject(unreadable(source, cause)));
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
