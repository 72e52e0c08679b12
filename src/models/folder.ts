import { lstat, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { ScrimshawError } from "../errors.ts";
import { MAX_FILES } from "./limits.ts";
import { requireSafePaths } from "./paths.ts";
import { notRegular, symlinkRefused, unreadable } from "./regular-file.ts";
import { compareText, quoted } from "./text.ts";

/** What never belongs to a model: version control, and what desktops leave behind. */
const IGNORED = new Set([".git", ".hg", ".svn", ".DS_Store", "Thumbs.db", "desktop.ini"]);

/** A file of a folder that is to be published. */
export interface FolderFile {
  /** Its place in the model: '/' between names, Unicode NFC. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly source: string;
}

export interface ScanFolderOptions {
  readonly folder: string;
  readonly signal?: AbortSignal;
}

async function requireFolder(folder: string): Promise<string> {
  let found = "no such folder";
  let cause: unknown;
  try {
    const path = await realpath(folder);
    if ((await lstat(path)).isDirectory()) return path;
    found = "a file";
  } catch (error) {
    cause = error;
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw unreadable(folder, error);
  }
  throw new ScrimshawError({
    code: "models.folder-missing",
    expected: `a folder at ${quoted(folder)}`,
    found,
    next: "Give the path of the folder that holds the model's files.",
    cause,
  });
}

async function scan(
  folder: string,
  prefix: string,
  files: FolderFile[],
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(prefix === "" ? folder : prefix, error);
  });
  for (const entry of entries) {
    if (IGNORED.has(entry.name)) continue;
    const path = `${prefix}${entry.name}`.normalize("NFC");
    const source = join(folder, entry.name);
    if (entry.isSymbolicLink()) throw symlinkRefused(path);
    if (entry.isDirectory()) await scan(source, `${path}/`, files, signal);
    else if (entry.isFile()) files.push({ path, source });
    else throw notRegular(path);
    if (files.length > MAX_FILES) {
      throw new ScrimshawError({
        code: "models.folder-too-many-files",
        expected: `at most ${String(MAX_FILES)} files`,
        found: `more in ${quoted(folder)}`,
        next: "Put many small files into an archive, or publish a smaller folder.",
      });
    }
  }
}

/**
 * Lists the files of a folder that make up a model, sorted by path. The folders of version control, and what desktops leave behind, are left out.
 * @throws ScrimshawError `models.folder-missing`, `models.folder-empty`, `models.folder-unreadable`, `models.symlink`,
 *   `models.not-a-file`, `models.folder-too-many-files`, `models.path-invalid`, `models.path-collision`
 */
export async function scanFolder({ folder, signal }: ScanFolderOptions): Promise<readonly FolderFile[]> {
  const files: FolderFile[] = [];
  await scan(await requireFolder(folder), "", files, signal);
  if (files.length === 0) {
    throw new ScrimshawError({
      code: "models.folder-empty",
      expected: `files in ${quoted(folder)}`,
      found: "none",
      next: "Put the model's files there, for example model.onnx and README.md, and run the command again.",
    });
  }
  files.sort((a, b) => compareText(a.path, b.path));
  requireSafePaths(files.map(({ path }) => path));
  return files;
}
