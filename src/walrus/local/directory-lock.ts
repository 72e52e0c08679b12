import { open, readFile, rm } from "node:fs/promises";
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
  for (;;) {
    try {
      const handle = await open(path, "wx");
      await handle.writeFile(String(process.pid));
      await handle.close();
      return { release: () => rm(path, { force: true }) };
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
