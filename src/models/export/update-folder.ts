import { lstat, mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ModelCache } from "../cache/model-cache.ts";
import { copyOut } from "./copy-out.ts";
import { exportKey, writeExportRecord } from "./export-record.ts";
import type { ExportRecord } from "./export-record.ts";
import type { FolderUpdate, PlanUpdateOptions } from "./plan-update.ts";

/** A folder in which this is was not brought to an end: it says so to people, to `model verify`, and to `model publish`. */
export const INCOMPLETE = ".scrimshaw-incomplete";

export interface UpdateFolderOptions extends PlanUpdateOptions {
  readonly cache: ModelCache;
  /** The folder of the cache that holds the wanted files. */
  readonly view: string;
  readonly model: string;
  /** Made under the lock, just before. */
  readonly plan: () => Promise<FolderUpdate>;
  readonly isPrivate: boolean;
}

/** Removes a file, and the folders that are empty without it. */
async function removeFile(to: string, path: string): Promise<void> {
  await rm(join(to, path), { force: true });
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    const isGone = await rmdir(join(to, folder)).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

/** Removes what is a folder in a file's place. It holds no files; if it does after all, this fails. */
async function removeEmptyFolders(path: string): Promise<void> {
  const isFolder = await lstat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) return;
  for (const name of await readdir(path)) await removeEmptyFolders(join(path, name));
  await rmdir(path);
}

/**
 * Makes a folder that of another version. All files are copied first, into a folder within it that says that it is not complete; then
 * they are put in place, which takes moments. One that is stopped is brought to its end by the next pull, which knows both versions'
 * files for its own.
 */
export async function updateFolder(options: UpdateFolderOptions): Promise<void> {
  const { to, files, record, cache, view, model, isPrivate, signal } = options;
  using locks = new DisposableStack();
  locks.use(await cache.lock(`export-${exportKey(to)}`, "exclusive", signal));
  const { write, remove, kept } = await options.plan();
  const after: ExportRecord = {
    model,
    files: new Map([...files, ...kept].map(({ path, sha256 }) => [path, [sha256]])),
  };
  const staging = join(to, INCOMPLETE);
  await rm(staging, { recursive: true, force: true });
  if (write.length > 0 || remove.length > 0) {
    await mkdir(staging, { mode: isPrivate ? 0o700 : 0o777 });
    for (const [index, { path }] of write.entries()) {
      signal?.throwIfAborted();
      await copyOut(join(view, path), join(staging, String(index)), isPrivate);
    }
    const both = new Map(record.files);
    for (const [path, hashes] of after.files) both.set(path, [...new Set([...(both.get(path) ?? []), ...hashes])]);
    await writeExportRecord(cache, to, { model, files: both });
    for (const path of remove) await removeFile(to, path);
    for (const [index, { path }] of write.entries()) {
      await mkdir(dirname(join(to, path)), { recursive: true });
      await removeEmptyFolders(join(to, path));
      await rename(join(staging, String(index)), join(to, path));
    }
  }
  await writeExportRecord(cache, to, after);
  await rm(staging, { recursive: true, force: true });
}
