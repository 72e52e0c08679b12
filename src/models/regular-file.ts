import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { ScrimshawError } from "../errors.ts";
import { quoted } from "./text.ts";

// Without O_NONBLOCK, opening a named pipe waits for a writer; O_NOFOLLOW refuses a link that was put in a file's place.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** An error of the file system about something inside a model's folder, in words for its publisher. */
export function unreadable(path: string, cause: unknown): ScrimshawError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "an unknown error";
  if (code === "ELOOP") return symlinksRefused([path]);
  return new ScrimshawError({
    code: "models.folder-unreadable",
    expected: `to read ${quoted(path)}`,
    found: code,
    next: "Give yourself the right to read it (chmod +r), or move it out of the folder.",
    cause,
  });
}

/** The longest list of names in an error. */
const MAX_NAMES = 700;

/** The error for symbolic links, which are all named, as far as that fits a screen: `models.symlink`. */
export function symlinksRefused(paths: readonly string[]): ScrimshawError {
  let named = "";
  let count = 0;
  for (const path of paths) {
    const name = quoted(path);
    if (named.length + name.length > MAX_NAMES) break;
    named += `${count === 0 ? "" : ", "}${name}`;
    count += 1;
  }
  const more = paths.length > count ? ` and ${String(paths.length - count)} more` : "";
  return new ScrimshawError({
    code: "models.symlink",
    expected: "plain files and folders: a symbolic link may leave the folder, and not every system has them",
    found:
      paths.length === 1 ? `the symbolic link ${named}` : `${String(paths.length)} symbolic links: ${named}${more}`,
    next:
      "Publish a copy with what they point to (`cp -rL <folder> <copy>`), or leave them out with --exclude or in " +
      ".scrimshawignore.",
  });
}

/** The error for what is neither file nor folder: `models.not-a-file`. */
export function notRegular(path: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.not-a-file",
    expected: "plain files and folders",
    found: `${quoted(path)}, which is a pipe, socket or device`,
    next: "Move it out of the folder.",
  });
}

/** A file open for reading, to be closed by whoever asked for it; size in bytes. */
export interface OpenedFile {
  readonly handle: FileHandle;
  readonly size: number;
  /** Differs if the file was written to, or another was put in its place. */
  readonly mark: string;
}

/**
 * Opens a regular file for reading, never through a symbolic link in its last segment.
 * @param source where the file is
 * @param path how errors name it
 * @throws ScrimshawError `models.folder-unreadable`, `models.symlink`, `models.not-a-file`
 */
export async function openRegularFile(source: string, path: string): Promise<OpenedFile> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(source, FLAGS);
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw notRegular(path);
    const mark = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join();
    return { handle, size: Number(stats.size), mark };
  } catch (error) {
    await handle?.close();
    throw error instanceof ScrimshawError ? error : unreadable(path, error);
  }
}

export interface ReadSmallFileOptions {
  readonly source: string;
  /** How errors name it. */
  readonly path: string;
  /** The most bytes of it. */
  readonly limit: number;
  readonly tooLarge: (size: number) => ScrimshawError;
}

/**
 * The text of a small regular file; undefined if there is none.
 * @throws ScrimshawError `models.folder-unreadable`, `models.symlink`, `models.not-a-file`, and that of `tooLarge`
 */
export async function readSmallFile({
  source,
  path,
  limit,
  tooLarge,
}: ReadSmallFileOptions): Promise<string | undefined> {
  const exists = await lstat(source).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const { handle, size } = await openRegularFile(source, path);
  try {
    if (size > limit) throw tooLarge(size);
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}
