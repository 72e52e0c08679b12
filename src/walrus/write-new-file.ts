import { link, lstat } from "node:fs/promises";

import { ScrimshawError } from "../errors.ts";
import { placeFile } from "./place-file.ts";

function exists(path: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.file-exists",
    expected: `no file at ${path} yet`,
    found: "one",
    next: "Remove it, or choose another path.",
    cause,
  });
}

/**
 * Tells before long or paid work that its result could not be written.
 * @throws ScrimshawError `walrus.file-exists`
 */
export async function requireNoFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined) throw exists(path);
}

/**
 * Writes a file that must not exist yet; it appears whole or not at all.
 * @throws ScrimshawError `walrus.file-exists`, `walrus.file-unwritable`
 */
export async function writeNewFile({
  path,
  data,
  mode = 0o666,
}: {
  readonly path: string;
  readonly data: Uint8Array;
  /** Permissions before the process's umask; 0o600 for what nobody else may read. */
  readonly mode?: number;
}): Promise<void> {
  try {
    // Unlike a rename, a link never replaces a file that someone else made meanwhile.
    await placeFile({ path, data, mode, place: link });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") throw exists(path, cause);
    throw new ScrimshawError({
      code: "walrus.file-unwritable",
      expected: `to write ${path}`,
      found: code ?? "a failure to write",
      next: "Choose a path in a folder that can be written to.",
      cause,
    });
  }
}
