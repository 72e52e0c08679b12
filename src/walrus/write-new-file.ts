import { link } from "node:fs/promises";

import { ScrimshawError } from "../errors.ts";
import { placeFile } from "./place-file.ts";

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
    const exists = code === "EEXIST";
    throw new ScrimshawError({
      code: exists ? "walrus.file-exists" : "walrus.file-unwritable",
      expected: exists ? `no file at ${path} yet` : `to write ${path}`,
      found: exists ? "one" : (code ?? "a failure to write"),
      next: exists ? "Remove it, or choose another path." : "Choose a path in a folder that can be written to.",
      cause,
    });
  }
}
