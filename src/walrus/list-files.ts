import { readdir, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";

import { ScrimshawError } from "../errors.ts";

/** A file that is to be stored. */
export interface ListedFile {
  /** Its place in the folder, with forward slashes; a single file's own name. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly source: string;
  readonly size: number;
}

function unreadable(path: string, cause: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.file-unreadable",
    expected: `a readable file or folder ${path}`,
    found: (cause as NodeJS.ErrnoException).code ?? "a failure to read",
    next: "Check the path and its permissions.",
    cause,
  });
}

/**
 * The regular files below a folder, sorted by path, or the one file at `path`. Links and devices in a folder are refused: what they
 * lead to is not the folder's.
 * @throws ScrimshawError `walrus.file-unreadable`, `walrus.folder-invalid`
 */
export async function listFiles(
  path: string,
): Promise<{ readonly folder: boolean; readonly files: readonly ListedFile[] }> {
  const root = resolve(path);
  try {
    const found = await stat(root);
    if (!found.isDirectory()) {
      return { folder: false, files: [{ path: root.split(sep).at(-1) ?? root, source: root, size: found.size }] };
    }
    const files: ListedFile[] = [];
    for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
      if (entry.isDirectory()) continue;
      const source = join(entry.parentPath, entry.name);
      if (!entry.isFile()) {
        const next = "Take it out of the folder, or put a copy of the file there.";
        throw new ScrimshawError({ code: "walrus.folder-invalid", expected: "regular files", found: source, next });
      }
      files.push({ path: relative(root, source).split(sep).join("/"), source, size: (await stat(source)).size });
    }
    if (files.length === 0) {
      const next = "Name a folder that holds files.";
      throw new ScrimshawError({
        code: "walrus.folder-invalid",
        expected: "a file in the folder",
        found: "none",
        next,
      });
    }
    return { folder: true, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
  } catch (error) {
    throw error instanceof ScrimshawError ? error : unreadable(path, error);
  }
}
