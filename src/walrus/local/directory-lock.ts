import { randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ScrimshawError } from "../../errors.ts";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Keeps a second network out of a directory. The lock of a process that died is taken over.
 * @throws ScrimshawError `walrus.local-directory-in-use`
 */
export async function lockDirectory(directory: string): Promise<{ readonly release: () => Promise<void> }> {
  const path = join(directory, "lock");
  const temporary = `${path}.${randomBytes(6).toString("hex")}.incomplete`;
  await writeFile(temporary, String(process.pid));
  try {
    await acquire({ path, temporary, directory });
  } finally {
    await rm(temporary, { force: true });
  }
  return { release: () => rm(path, { force: true }) };
}

async function acquire({
  path,
  temporary,
  directory,
}: {
  readonly path: string;
  readonly temporary: string;
  readonly directory: string;
}): Promise<void> {
  for (;;) {
    try {
      // A link appears with its content: no one ever reads a lock without a process id.
      await link(temporary, path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(await readFile(path, "utf8").catch(() => "0"));
    if (Number.isInteger(holder) && holder > 0 && isAlive(holder)) {
      throw new ScrimshawError({
        code: "walrus.local-directory-in-use",
        expected: "a directory that no other local Walrus uses",
        found: `${directory}, held by process ${holder}`,
        next: "Stop that network first, or name another directory.",
      });
    }
    await rm(path, { force: true });
  }
}
