import { lstat, readdir, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";

import { ScrimshawError } from "../errors.ts";
import { serverText } from "./server-text.ts";

/** A file that is to be stored. */
export interface ListedFile {
  /** Its place in the folder, with forward slashes; a single file's own name. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly source: string;
  readonly size: number;
}

/** The most names in an error. */
const MAX_NAMES = 10;

export function unreadable(path: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.file-unreadable",
    expected: `a readable file or folder ${path}`,
    found: (cause as NodeJS.ErrnoException | undefined)?.code ?? "something else than a regular file",
    next: "Check the path and its permissions.",
    cause,
  });
}

function folderInvalid(found: string, next: string): ScrimshawError {
  return new ScrimshawError({ code: "walrus.folder-invalid", expected: "a folder with regular files", found, next });
}

/** What a folder holds that is no file of its own, all of it. */
function notFiles(kind: string, paths: readonly string[], next: string): ScrimshawError {
  const named = paths
    .toSorted()
    .slice(0, MAX_NAMES)
    .map((path) => JSON.stringify(serverText(path)));
  const more = paths.length > MAX_NAMES ? ` and ${paths.length - MAX_NAMES} more` : "";
  return folderInvalid(`${paths.length} ${kind}${paths.length === 1 ? "" : "s"}: ${named.join(", ")}${more}`, next);
}

/**
 * The regular files below a folder, sorted by path. Links and devices are refused, all at once: what they lead to is not the folder's.
 * @throws ScrimshawError `walrus.file-unreadable`, `walrus.folder-invalid`
 */
export async function listFolder(folder: string): Promise<readonly ListedFile[]> {
  const root = resolve(folder);
  try {
    const files: ListedFile[] = [];
    const links: string[] = [];
    const others: string[] = [];
    for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
      if (entry.isDirectory()) continue;
      const source = join(entry.parentPath, entry.name);
      const path = relative(root, source).split(sep).join("/");
      if (entry.isSymbolicLink()) links.push(path);
      else if (entry.isFile()) files.push({ path, source, size: (await lstat(source)).size });
      else others.push(path);
    }
    if (links.length > 0) {
      throw notFiles("symbolic link", links, "Store a copy with what they point to: `cp -rL <folder> <copy>`.");
    }
    if (others.length > 0) throw notFiles("pipe, socket or device", others, "Move them out of the folder.");
    if (files.length === 0) throw folderInvalid("no file", "Name a folder that holds files.");
    return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  } catch (error) {
    throw error instanceof ScrimshawError ? error : unreadable(folder, error);
  }
}

/**
 * The files of a folder as `listFolder` gives them, or the one file at `path`, which may be a link to one.
 * @throws ScrimshawError `walrus.file-unreadable`, `walrus.folder-invalid`
 */
export async function listFiles(
  path: string,
): Promise<{ readonly folder: boolean; readonly files: readonly ListedFile[] }> {
  const source = resolve(path);
  const found = await stat(source).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (found.isDirectory()) return { folder: true, files: await listFolder(path) };
  if (!found.isFile()) throw unreadable(path);
  return { folder: false, files: [{ path: source.split(sep).at(-1) ?? source, source, size: found.size }] };
}
