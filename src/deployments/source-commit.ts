import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The commit that the contracts under `root` are of; undefined if they were changed since, or are in no repository of their own. */
export async function sourceCommit(root: string): Promise<string | undefined> {
  if (!existsSync(join(root, ".git"))) return undefined;
  try {
    const { stdout: changes } = await run("git", ["-C", root, "status", "--porcelain", "--", "contracts"]);
    if (changes.trim() !== "") return undefined;
    const { stdout } = await run("git", ["-C", root, "rev-parse", "HEAD"]);
    const commit = stdout.trim();
    return /^[0-9a-f]{40}$/.test(commit) ? commit : undefined;
  } catch {
    return undefined;
  }
}
