import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ModelFile } from "../cache/exact-copy.ts";
import { hashOfFile } from "../cache/hash-of-file.ts";
import type { ExportRecord } from "./export-record.ts";

/** How a folder becomes that of another version. Paths are relative to it. */
export interface FolderUpdate {
  /** Files to put in place. */
  readonly write: readonly ModelFile[];
  /** Files of the version before that this one does not have so. */
  readonly remove: readonly string[];
  /** Files and links in the way that no pull put there, or that were changed since. */
  readonly foreign: readonly string[];
  /** Folders, or links to such, in the place of files, and the other way round. */
  readonly blocked: readonly string[];
  /** Files of the version before that stay, since this one has them too. */
  readonly kept: readonly ModelFile[];
}

export interface PlanUpdateOptions {
  readonly to: string;
  /** Those that are wanted. */
  readonly files: readonly ModelFile[];
  /** All files of the version. */
  readonly all: readonly ModelFile[];
  readonly record: ExportRecord;
  readonly signal?: AbortSignal | undefined;
}

type Entry =
  | { readonly kind: "absent" | "file" | "link" | "folder" }
  /** Something that is no folder stands where a folder should. */
  | { readonly kind: "behind"; readonly at: string };

async function kindOf(path: string): Promise<"absent" | "file" | "link" | "folder"> {
  const stats = await lstat(path).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (stats === undefined) return "absent";
  if (stats.isDirectory()) return "folder";
  return stats.isFile() ? "file" : "link";
}

/** What is at a path, never looked for through a link. */
async function entryAt(to: string, path: string): Promise<Entry> {
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
    const at = path.slice(0, end);
    const kind = await kindOf(join(to, at));
    if (kind === "absent") return { kind };
    if (kind !== "folder") return { kind: "behind", at };
  }
  return { kind: await kindOf(join(to, path)) };
}

/** True if there is nothing in a folder but what will be removed. */
async function willBeEmpty(to: string, path: string, removed: ReadonlySet<string>): Promise<boolean> {
  for (const entry of await readdir(join(to, path), { withFileTypes: true })) {
    const inner = `${path}/${entry.name}`;
    const goes = entry.isDirectory() ? await willBeEmpty(to, inner, removed) : removed.has(inner);
    if (!goes) return false;
  }
  return true;
}

/** Compares a folder with the version that shall be there and with what pulls have put there before. Changes nothing. */
export async function planUpdate({ to, files, all, record, signal }: PlanUpdateOptions): Promise<FolderUpdate> {
  const wanted = new Map(files.map((file) => [file.path, file]));
  const ofVersion = new Map(all.map((file) => [file.path, file]));
  const hashAt = (path: string): Promise<string> => hashOfFile(join(to, path), signal);
  const isOurs = (path: string, sha256: string): boolean => record.files.get(path)?.includes(sha256) === true;

  const remove = new Set<string>();
  const kept: ModelFile[] = [];
  for (const path of record.files.keys()) {
    signal?.throwIfAborted();
    if (wanted.has(path) || (await entryAt(to, path)).kind !== "file") continue;
    const found = await hashAt(path);
    const same = ofVersion.get(path);
    if (same?.sha256 === found) kept.push(same);
    else if (isOurs(path, found)) remove.add(path);
  }

  const [write, foreign, blocked]: [ModelFile[], string[], string[]] = [[], [], []];
  for (const file of files) {
    signal?.throwIfAborted();
    const { path, sha256 } = file;
    const entry = await entryAt(to, path);
    const found = entry.kind === "file" ? await hashAt(path) : undefined;
    if (found === sha256) continue;
    write.push(file);
    if (entry.kind === "behind" && !remove.has(entry.at)) blocked.push(entry.at);
    else if (entry.kind === "folder" && !(await willBeEmpty(to, path, remove))) blocked.push(path);
    else if (entry.kind === "link" || (found !== undefined && !isOurs(path, found))) foreign.push(path);
  }
  return { write, remove: [...remove], foreign, blocked, kept };
}
