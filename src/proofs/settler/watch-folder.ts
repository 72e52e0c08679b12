import { randomUUID } from "node:crypto";
import { lstat, mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { isScrimshawError, ScrimshawError } from "../../errors.ts";
import { writeFileAtomic } from "../../walrus/atomic-file.ts";
import { loadProofFile } from "../load-proof-file.ts";
import type { Settler } from "./settler.ts";

export interface WatchFolderOptions {
  readonly settler: Settler;
  /** Files `*.json` in it are proof files. Written elsewhere and renamed into it, none is seen half. */
  readonly folder: string;
  /** A file that is no proof file is looked at again until it has not changed for so many milliseconds. Default 2 seconds. */
  readonly halfWrittenMs?: number;
  /** Milliseconds between looks. Default 500. */
  readonly pollMs?: number;
}

/** Failures that pass: the file stays where it is, and is tried again. */
const PASSING = ["proofs.queue-full", "proofs.queue-failed"];
/** File systems allow 255 bytes; a character has at most 4, and the reason's ending and its temporary name take some too. */
const LONGEST_NAME = 48;

function unusable(folder: string, cause: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.folder-unusable",
    expected: `to read and write the folder ${folder}`,
    found: cause instanceof Error && "code" in cause ? String(cause.code) : "a failure",
    next: "Make the folder, or choose another one with --watch.",
    cause,
  });
}

/**
 * Hands the proof files of a folder in, once: each is moved to `accepted/` when the settler has it on disk, or to `refused/` with the reason beside
 * it.
 * @returns how many were handed in
 * @throws ScrimshawError `proofs.folder-unusable`
 */
export async function takeFromFolder({ settler, folder, halfWrittenMs = 2_000 }: WatchFolderOptions): Promise<number> {
  let names: readonly string[];
  try {
    for (const name of ["accepted", "refused"]) await mkdir(join(folder, name), { recursive: true });
    const entries = await readdir(folder, { withFileTypes: true });
    names = entries.flatMap((entry) => (entry.isFile() && entry.name.endsWith(".json") ? [entry.name] : [])).sort();
  } catch (cause) {
    throw unusable(folder, cause);
  }
  let taken = 0;
  for (const name of names) {
    const path = join(folder, name);
    try {
      await settler.accept(await loadProofFile(path, { follow: false }));
      await move(folder, name, "accepted");
      taken += 1;
    } catch (error) {
      if (!isScrimshawError(error) || error.code === "proofs.folder-unusable") throw error;
      if (PASSING.includes(error.code)) break;
      if (error.code === "proofs.file-invalid" && (await isFresh(path, halfWrittenMs))) continue;
      await refuse(folder, name, error);
    }
  }
  return taken;
}

/** What can be seen of a file that is still being written. */
async function isFresh(path: string, ms: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < ms;
}

/** Moves a file, to another name where one cannot take its place. One that is gone was taken away by whoever put it there. */
async function move(folder: string, name: string, to: "accepted" | "refused"): Promise<void> {
  const path = join(folder, name);
  for (const target of [name, `${randomUUID()}.json`]) {
    try {
      return await rename(path, join(folder, to, target));
    } catch (cause) {
      const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
      if (code === "ENOENT" && (await lstat(path).catch(() => undefined)) === undefined) return;
      if (target !== name || (code !== "EISDIR" && code !== "ENOTEMPTY" && code !== "EEXIST"))
        throw unusable(folder, cause);
    }
  }
}

async function refuse(folder: string, name: string, error: ScrimshawError): Promise<void> {
  const { code, expected, found, next } = error;
  const data = `${code}\nexpected ${expected}\nfound ${found}\n${next}\n`;
  const path = join(folder, "refused", `${name.slice(0, LONGEST_NAME)}.reason.txt`);
  try {
    // By a rename, which takes the place of a link instead of following it.
    await writeFileAtomic({ path, data });
  } catch (cause) {
    // Somebody's folder may stand there; the file is set aside all the same.
    if (!(cause instanceof Error && "code" in cause && cause.code === "EISDIR")) throw unusable(folder, cause);
  }
  await move(folder, name, "refused");
}

/** Does that again and again until `signal`. */
export async function watchFolder(options: WatchFolderOptions & { readonly signal: AbortSignal }): Promise<void> {
  const { signal, pollMs = 500 } = options;
  while (!signal.aborted) {
    await takeFromFolder(options);
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
