import { lstat, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { ScrimshawError } from "../errors.ts";
import { INCOMPLETE } from "./export/update-folder.ts";
import { readFolderRules } from "./folder-rules.ts";
import type { FolderRules, FolderRulesOptions } from "./folder-rules.ts";
import { MAX_FILES } from "./limits.ts";
import { requireSafePaths } from "./paths.ts";
import { notRegular, symlinksRefused, unreadable } from "./regular-file.ts";
import { compareText, quoted } from "./text.ts";

/** A file of a folder that is to be published. */
export interface FolderFile {
  /** Its place in the model: '/' between names, Unicode NFC. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly source: string;
  /** In bytes, when it was last looked at. */
  readonly size: number;
}

export interface ScanFolderOptions extends FolderRulesOptions {
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/** The real path of a folder. @throws ScrimshawError `models.folder-missing`, `models.folder-unreadable` */
export async function requireFolder(folder: string): Promise<string> {
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

async function sizeOf(source: string, path: string): Promise<number> {
  const stats = await lstat(source).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return stats.size;
}

interface Scan {
  readonly rules: FolderRules;
  readonly files: FolderFile[];
  readonly links: string[];
  readonly signal: AbortSignal | undefined;
}

async function scan(folder: string, prefix: string, found: Scan): Promise<void> {
  const { rules, files, links, signal } = found;
  signal?.throwIfAborted();
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(prefix === "" ? folder : prefix, error);
  });
  for (const entry of entries) {
    const path = `${prefix}${entry.name}`.normalize("NFC");
    const source = join(folder, entry.name);
    if (entry.isSymbolicLink()) {
      if (rules.meetsLink(path)) links.push(path);
    } else if (entry.isDirectory()) {
      if (rules.entersFolder(path)) await scan(source, `${path}/`, found);
    } else if (rules.takesFile(path)) {
      if (!entry.isFile()) throw notRegular(path);
      files.push({ path, source, size: await sizeOf(source, path) });
    }
    if (files.length + links.length > MAX_FILES) {
      throw new ScrimshawError({
        code: "models.folder-too-many-files",
        expected: `at most ${String(MAX_FILES)} files`,
        found: `more in ${quoted(folder)}`,
        next: "Put many small files into an archive, or leave some out with --exclude or in .scrimshawignore.",
      });
    }
  }
}

/** A pull that was stopped leaves a mixture of two versions. */
async function requireComplete(root: string): Promise<void> {
  const isStopped = await lstat(join(root, INCOMPLETE)).then(
    () => true,
    () => false,
  );
  if (!isStopped) return;
  throw new ScrimshawError({
    code: "models.folder-incomplete",
    expected: "a folder that is complete",
    found: `${quoted(INCOMPLETE)} in it, which a pull left that was stopped`,
    next: "Run the pull again to its end. If the folder is as you want it, remove that one.",
  });
}

function requireFiles(files: readonly FolderFile[], { folder, include = [] }: ScanFolderOptions): void {
  if (files.length > 0) return;
  if (include.length > 0) {
    throw new ScrimshawError({
      code: "models.nothing-included",
      expected: `files in ${quoted(folder)} that match ${include.map(quoted).join(" or ")}`,
      found: "none, or only such that are left out",
      next: "Write patterns as *.json or weights/**, relative to the folder, and see what .scrimshawignore leaves out.",
    });
  }
  throw new ScrimshawError({
    code: "models.folder-empty",
    expected: `files in ${quoted(folder)}`,
    found: "none, or only such that are left out",
    next: "Put the model's files there, for example model.onnx and README.md, and run the command again.",
  });
}

/**
 * Lists the files of a folder that make up a model, sorted by path. The folders of version control, what desktops leave behind and what
 * `readFolderRules` leaves out are no part of it. Symbolic links are refused, all at once.
 * @throws ScrimshawError `models.folder-missing`, `models.folder-empty`, `models.nothing-included`, `models.folder-unreadable`,
 *   `models.folder-incomplete`, `models.symlink`, `models.not-a-file`, `models.folder-too-many-files`, `models.path-invalid`, `models.path-collision`
 */
export async function scanFolder(options: ScanFolderOptions): Promise<readonly FolderFile[]> {
  const { folder, signal } = options;
  const root = await requireFolder(folder);
  await requireComplete(root);
  const found: Scan = { rules: await readFolderRules(root, options), files: [], links: [], signal };
  await scan(root, "", found);
  const { files, links } = found;
  if (links.length > 0) throw symlinksRefused(links.sort(compareText));
  requireFiles(files, options);
  files.sort((a, b) => compareText(a.path, b.path));
  requireSafePaths(files.map(({ path }) => path));
  return files;
}
