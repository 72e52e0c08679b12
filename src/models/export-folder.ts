import { constants } from "node:fs";
import { chmod, copyFile, mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ScrimshawError } from "../errors.ts";
import { incompleteName } from "./cache/content-store.ts";
import { isExactCopy } from "./cache/exact-copy.ts";
import type { ModelFile } from "./cache/exact-copy.ts";
import { quoted } from "./text.ts";

export interface ExportFolderOptions {
  /** Where the copy shall be; nothing, an empty folder or an exact copy may be there already. */
  readonly to: string;
  readonly files: readonly ModelFile[];
  /** True if nobody else on this machine is to read them. */
  readonly isPrivate?: boolean;
  readonly signal?: AbortSignal;
}

/** `done`: the very copy is there already. */
export type ExportState = "free" | "done";

async function isFree(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return true;
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return false;
    throw error;
  }
}

/**
 * Whether `to` can take a copy, or is one already. To be asked before anything is downloaded.
 * @throws ScrimshawError `models.destination-taken`
 */
export async function stateOfExport({ to, files, signal }: ExportFolderOptions): Promise<ExportState> {
  if (await isFree(to)) return "free";
  if (await isExactCopy({ folder: to, files, ...(signal && { signal }) })) return "done";
  throw new ScrimshawError({
    code: "models.destination-taken",
    expected: `nothing, an empty folder or this very version at ${quoted(to)}`,
    found: "something else",
    next: "Choose another folder, or move away what is there.",
  });
}

/** Copies a view to a folder of the user's own, which appears complete or not at all. */
export async function exportFolder(options: ExportFolderOptions & { readonly view: string }): Promise<string> {
  const { view, files, isPrivate = false, signal } = options;
  const to = resolve(options.to);
  if ((await stateOfExport(options)) === "done") return to;
  const incomplete = incompleteName(to);
  try {
    await mkdir(dirname(incomplete), { recursive: true });
    await mkdir(incomplete, { mode: isPrivate ? 0o700 : 0o777 });
    for (const { path } of files) {
      signal?.throwIfAborted();
      const target = join(incomplete, path);
      await mkdir(dirname(target), { recursive: true });
      // A copy and no link: writing to it must not reach the cache.
      await copyFile(join(view, path), target, constants.COPYFILE_FICLONE);
      await chmod(target, isPrivate ? 0o600 : 0o644);
    }
    await rmdir(to).catch(() => undefined);
    await rename(incomplete, to);
    return to;
  } catch (error) {
    await rm(incomplete, { recursive: true, force: true });
    throw error;
  }
}
