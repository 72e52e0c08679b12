import { constants } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";

/** Copies a file of the cache for its user. No link, since writing to it must not reach the cache. */
export async function copyOut(source: string, target: string, isPrivate: boolean): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, isPrivate ? 0o600 : 0o644);
}
