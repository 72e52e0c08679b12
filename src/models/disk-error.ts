import { ScrimshawError } from "../errors.ts";
import { quoted } from "./text.ts";

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: "Free some space on the disk, or choose another one for the cache with SCRIMSHAW_CACHE.",
  EDQUOT: "Free some space on the disk, or choose another one for the cache with SCRIMSHAW_CACHE.",
};

/** What the file system refused while files were written, in words; any other error as it is. */
export function asDiskError(error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error) || !("path" in error)) return error;
  const code = String(error.code);
  return new ScrimshawError({
    code: "models.disk-failed",
    expected: `to ${String(error.syscall)} ${quoted(String(error.path))}`,
    found: code,
    next: HINTS[code] ?? "Check the rights on that folder, or choose another cache with SCRIMSHAW_CACHE.",
    cause: error,
  });
}
