import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { isScrimshawError, ScrimshawError } from "../../errors.ts";
import { loadProofFile } from "../load-proof-file.ts";
import type { Settler } from "./settler.ts";

export interface WatchFolderOptions {
  readonly settler: Settler;
  /** Files `*.json` in it are proof files. Written elsewhere and renamed into it, none is seen half. */
  readonly folder: string;
  /** Milliseconds between looks. Default 500. */
  readonly pollMs?: number;
}

/** Failures that pass: the file stays where it is, and is tried again. */
const PASSING = ["proofs.queue-full"];

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
export async function takeFromFolder({ settler, folder }: WatchFolderOptions): Promise<number> {
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
    const move = (to: string): Promise<void> =>
      rename(path, join(folder, to, name)).catch((cause: unknown) => {
        throw unusable(folder, cause);
      });
    try {
      await settler.accept(await loadProofFile(path));
      await move("accepted");
      taken += 1;
    } catch (error) {
      if (!isScrimshawError(error) || error.code === "proofs.folder-unusable") throw error;
      if (PASSING.includes(error.code)) break;
      const { code, expected, found, next } = error;
      await writeFile(
        join(folder, "refused", `${name}.reason.txt`),
        `${code}\nexpected ${expected}\nfound ${found}\n${next}\n`,
      );
      await move("refused");
    }
  }
  return taken;
}

/** Does that again and again until `signal`. */
export async function watchFolder(options: WatchFolderOptions & { readonly signal: AbortSignal }): Promise<void> {
  const { signal, pollMs = 500 } = options;
  while (!signal.aborted) {
    await takeFromFolder(options);
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
