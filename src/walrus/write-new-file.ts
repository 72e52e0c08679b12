import { randomBytes } from "node:crypto";
import { link, open, rm } from "node:fs/promises";

import { ScrimshawError } from "../errors.ts";

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
  const temporary = `${path}.${randomBytes(6).toString("hex")}.incomplete`;
  try {
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Unlike a rename, a link never replaces a file that someone else made meanwhile.
    await link(temporary, path);
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
  } finally {
    await rm(temporary, { force: true });
  }
}
