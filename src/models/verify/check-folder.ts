import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { hashOfFile } from "../cache/hash-of-file.ts";
import { requireFolder } from "../folder.ts";
import type { Manifest, ManifestFile } from "../manifest.ts";
import { unreadable } from "../regular-file.ts";
import { compareText } from "../text.ts";
import type { ModelCheckList, ModelReport } from "./report.ts";

/** Other files that are named one by one: the folder may be that of all the user's work. */
const MAX_EXTRA = 1000;

export interface CheckFolderOptions {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Those that should be there. */
  readonly files: readonly ManifestFile[];
  /** True if others may be there too. */
  readonly allowExtra: boolean;
  readonly list: ModelCheckList;
  readonly signal?: AbortSignal | undefined;
  readonly onHashed: (path: string, bytes: number) => void;
}

/** Why a file is not the model's; undefined if it is. */
async function differenceOf(
  { folder, signal, onHashed }: CheckFolderOptions,
  { path, size, sha256 }: ManifestFile,
): Promise<string | undefined> {
  const source = join(folder, path);
  try {
    const stats = await lstat(source);
    if (!stats.isFile()) return stats.isSymbolicLink() ? "is a symbolic link" : "is no file";
    if (stats.size !== size) return `has ${String(stats.size)} bytes, not ${String(size)}`;
    const found = await hashOfFile(source, signal);
    onHashed(path, size);
    return found === sha256 ? undefined : `has SHA-256 ${found}, not ${sha256}`;
  } catch (error) {
    signal?.throwIfAborted();
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return "is missing";
    throw unreadable(path, error);
  }
}

/** What a folder holds beside the known paths; links and pipes too. */
async function* extraIn(folder: string, known: ReadonlySet<string>, prefix = ""): AsyncGenerator<string, void> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(prefix === "" ? folder : prefix, error);
  });
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) yield* extraIn(folder, known, `${path}/`);
    else if (!known.has(path)) yield path;
  }
}

/**
 * Compares a folder with a manifest: each file's presence, size and hash, and that there is no other.
 * @throws ScrimshawError `models.folder-missing`, `models.folder-unreadable`
 */
export async function checkFolder(
  options: CheckFolderOptions,
): Promise<Pick<ModelReport, "missing" | "changed" | "extra">> {
  const { manifest, files, allowExtra, list, signal } = options;
  const folder = await requireFolder(options.folder);
  const [missing, changed, extra]: [string[], string[], string[]] = [[], [], []];
  for (const file of files) {
    signal?.throwIfAborted();
    const difference = await differenceOf({ ...options, folder }, file);
    list.expect({ check: "folder-file", about: file.path }, difference === undefined, {
      passed: `${String(file.size)} bytes with SHA-256 ${file.sha256}`,
      failed: difference ?? "",
    });
    if (difference !== undefined) (difference === "is missing" ? missing : changed).push(file.path);
  }
  if (allowExtra) return { missing, changed, extra };
  for await (const path of extraIn(folder, new Set(manifest.files.map((file) => file.path)))) {
    signal?.throwIfAborted();
    extra.push(path);
    list.add({ check: "folder-extra", status: "failed", about: path, detail: "is no file of this version" });
    if (extra.length === MAX_EXTRA) {
      list.add({ check: "folder-extra", status: "failed", detail: "more were not looked for" });
      break;
    }
  }
  if (extra.length === 0)
    list.add({ check: "folder-extra", status: "passed", detail: "nothing else is in the folder" });
  return { missing, changed, extra };
}
