import ignore from "ignore";
import { join, posix } from "node:path";
import { ScrimshawError } from "../errors.ts";
import { readSmallFile } from "./regular-file.ts";

/** The file of a model's folder that says what does not belong to the model, in the language of `.gitignore`. */
export const IGNORE_FILE = ".scrimshawignore";

/** What never belongs to a model: version control, what desktops leave behind, and the list of what to leave out. */
const NEVER = new Set([".git", ".hg", ".svn", ".DS_Store", "Thumbs.db", "desktop.ini", IGNORE_FILE]);

const MAX_IGNORE = 64 * 1024;

export interface FolderRulesOptions {
  /** Only files that match one of these patterns. */
  readonly include?: readonly string[];
  /** No files that match one of these patterns, nor what is in folders that do. */
  readonly exclude?: readonly string[];
}

/** What of a folder belongs to the model; paths are relative to it, with '/' between names. */
export interface FolderRules {
  readonly takesFile: (path: string) => boolean;
  /** False if nothing in the folder can belong to the model. */
  readonly entersFolder: (path: string) => boolean;
  /** True for a link that, followed, could be such a file or lead to one. */
  readonly meetsLink: (path: string) => boolean;
}

const matches = (path: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => posix.matchesGlob(path, pattern));

/** Whether a pattern can match something in a folder. Alternatives in braces may hold a '/', so they are not looked into. */
function reachesInto(folder: string, pattern: string): boolean {
  if (pattern.includes("{")) return true;
  const wanted = pattern.split("/");
  const names = folder.split("/");
  for (const [index, name] of names.entries()) {
    const segment = wanted[index];
    if (segment === "**") return true;
    if (segment === undefined || !posix.matchesGlob(name, segment)) return false;
  }
  return wanted.length > names.length;
}

async function readIgnored(folder: string): Promise<(path: string) => boolean> {
  const tooLarge = (size: number): ScrimshawError =>
    new ScrimshawError({
      code: "models.ignore-file-too-large",
      expected: `at most ${String(MAX_IGNORE)} bytes in ${IGNORE_FILE}`,
      found: `${String(size)} bytes`,
      next: "Name folders or patterns instead of single files.",
    });
  const text = await readSmallFile({
    source: join(folder, IGNORE_FILE),
    path: IGNORE_FILE,
    limit: MAX_IGNORE,
    tooLarge,
  });
  if (text === undefined) return () => false;
  // The same on every system, whatever its file system thinks of case.
  const rules = ignore({ ignorecase: false, allowRelativePaths: true }).add(text.replace(/^\uFEFF/, ""));
  return (path) => rules.ignores(path);
}

/**
 * What of a folder belongs to the model: not what its `.scrimshawignore` names, in the language of `.gitignore`; of the rest
 * what `include` matches, unless `exclude` matches it too.
 * @throws ScrimshawError `models.ignore-file-too-large`, `models.folder-unreadable`, `models.symlink`
 */
export async function readFolderRules(
  folder: string,
  { include = [], exclude = [] }: FolderRulesOptions,
): Promise<FolderRules> {
  const isIgnored = await readIgnored(folder);
  // `folder/**` leaves out the folder with all that is in it, names with a dot too, which no star matches.
  const excluded = [...exclude, ...exclude.filter((glob) => glob.endsWith("/**")).map((glob) => glob.slice(0, -3))];
  const isLeftOut = (path: string, ending = ""): boolean =>
    NEVER.has(posix.basename(path)) || isIgnored(`${path}${ending}`) || matches(path, excluded);
  const isWanted = (path: string): boolean => include.length === 0 || matches(path, include);
  const reaches = (path: string): boolean =>
    include.length === 0 || include.some((pattern) => reachesInto(path, pattern));
  const takesFile = (path: string): boolean => !isLeftOut(path) && isWanted(path);
  const entersFolder = (path: string): boolean => !isLeftOut(path, "/") && reaches(path);
  const meetsLink = (path: string): boolean => !isLeftOut(path) && (isWanted(path) || reaches(path));
  return { takesFile, entersFolder, meetsLink };
}
