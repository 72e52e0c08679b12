import { lstat, mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ScrimshawError } from "../../errors.ts";
import { incompleteName } from "../cache/content-store.ts";
import { isExactCopy } from "../cache/exact-copy.ts";
import type { ModelFile } from "../cache/exact-copy.ts";
import type { ModelCache } from "../cache/model-cache.ts";
import { quoted } from "../text.ts";
import { copyOut } from "./copy-out.ts";
import { isSameModel, readExportRecord, writeExportRecord } from "./export-record.ts";
import type { ExportRecord } from "./export-record.ts";
import { planUpdate } from "./plan-update.ts";
import type { FolderUpdate } from "./plan-update.ts";
import { INCOMPLETE, updateFolder } from "./update-folder.ts";

export interface ExportFolderOptions {
  /** Where the copy shall be; nothing, an empty folder, or what earlier pulls of this model have put there, may be there already. */
  readonly to: string;
  /** Those that are wanted, and all of the version. */
  readonly files: readonly ModelFile[];
  readonly all: readonly ModelFile[];
  /** `<creator>/<name>`, or the name alone. */
  readonly model: string;
  /** Knows what was put into which folder. */
  readonly cache: ModelCache;
  /** Replace files that no pull put there, or that were changed since. */
  readonly overwrite?: boolean;
  /** True if nobody else on this machine is to read them. */
  readonly isPrivate?: boolean;
  readonly signal?: AbortSignal;
}

/** `done`: the very copy is there already. */
export type ExportState =
  | { readonly kind: "free" }
  | { readonly kind: "done" }
  | { readonly kind: "update"; readonly record: ExportRecord; readonly update: FolderUpdate };

/** The longest list of paths in an error. */
const MOST_NAMED = 5;

async function isFree(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return true;
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return false;
    throw error;
  }
}

function taken(to: string, found: string, next: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.destination-taken",
    expected: `nothing, an empty folder or files that a pull of this model has put there at ${quoted(to)}`,
    found,
    next,
  });
}

function named(paths: readonly string[]): string {
  const more = paths.length > MOST_NAMED ? ` and ${String(paths.length - MOST_NAMED)} more` : "";
  return `${paths.slice(0, MOST_NAMED).map(quoted).join(", ")}${more}`;
}

function requireReplaceable({ to, overwrite = false }: ExportFolderOptions, { blocked, foreign }: FolderUpdate): void {
  if (blocked.length > 0) throw taken(to, `in the way: ${named(blocked)}`, "Move that away, or choose another folder.");
  if (foreign.length > 0 && !overwrite)
    throw taken(
      to,
      `files of your own, or changed since they were pulled: ${named(foreign)}`,
      "Move them away, choose another folder, or have them replaced with --overwrite.",
    );
}

/**
 * Whether `to` can take a copy, is one already, or can be made one. To be asked before anything is downloaded.
 * @throws ScrimshawError `models.destination-taken`
 */
export async function stateOfExport(options: ExportFolderOptions): Promise<ExportState> {
  const { to, files, model, cache, overwrite = false, signal } = options;
  if (await isFree(to)) return { kind: "free" };
  const isStopped = await lstat(join(to, INCOMPLETE)).then(
    () => true,
    () => false,
  );
  const known = await readExportRecord(cache, to);
  if (known === undefined && !isStopped && (await isExactCopy({ folder: to, files, ...(signal && { signal }) })))
    return { kind: "done" };
  const isFolder = (await lstat(to)).isDirectory();
  if (!isFolder || (known === undefined && !overwrite))
    throw taken(to, "something else", "Choose another folder, or move away what is there.");
  if (known !== undefined && !overwrite && !isSameModel(known.model, model))
    throw taken(to, `the files of ${quoted(known.model)}`, "Choose another folder, or replace them with --overwrite.");
  const record = known ?? { model, files: new Map<string, readonly string[]>() };
  const update = await planUpdate({ ...options, record });
  requireReplaceable(options, update);
  const isDone = update.write.length + update.remove.length === 0 && !isStopped;
  return isDone ? { kind: "done" } : { kind: "update", record, update };
}

/** Bytes that an export will write. */
export function sizeOfExport(state: ExportState, files: readonly ModelFile[]): number {
  const written = state.kind === "update" ? state.update.write : state.kind === "free" ? files : [];
  return written.reduce((sum, { size }) => sum + size, 0);
}

/**
 * Copies a view to a folder of the user's own. One that was free appears complete or not at all; one that held another version of
 * the model is updated: see `updateFolder`.
 * @param options `state` as `stateOfExport` found it
 */
export async function exportFolder(
  options: ExportFolderOptions & { readonly view: string; readonly state: ExportState },
): Promise<void> {
  const { files, model, cache, state, isPrivate = false } = options;
  const to = resolve(options.to);
  if (state.kind === "update") {
    const { record } = state;
    const plan = async (): Promise<FolderUpdate> => {
      const update = await planUpdate({ ...options, record });
      requireReplaceable(options, update);
      return update;
    };
    await updateFolder({ ...options, to, record, plan, isPrivate });
    return;
  }
  if (state.kind === "free") await makeFolder(options, to);
  const record = { model, files: new Map(files.map(({ path, sha256 }) => [path, [sha256]])) };
  // Without it, in a cache that may only be read, the folder is not updated later on, but refused.
  if (state.kind === "free" || (await readExportRecord(cache, to)) === undefined)
    await writeExportRecord(cache, to, record).catch(() => undefined);
}

async function makeFolder(
  { view, files, isPrivate = false, signal }: ExportFolderOptions & { readonly view: string },
  to: string,
): Promise<void> {
  const incomplete = incompleteName(to);
  try {
    await mkdir(dirname(incomplete), { recursive: true });
    await mkdir(incomplete, { mode: isPrivate ? 0o700 : 0o777 });
    for (const { path } of files) {
      signal?.throwIfAborted();
      const target = join(incomplete, path);
      await mkdir(dirname(target), { recursive: true });
      await copyOut(join(view, path), target, isPrivate);
    }
    await rmdir(to).catch(() => undefined);
    await rename(incomplete, to);
  } catch (error) {
    await rm(incomplete, { recursive: true, force: true });
    throw error;
  }
}
