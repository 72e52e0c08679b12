import { ScrimshawError } from "../errors.ts";
import { quoted } from "./text.ts";

const MORE_SPACE = "Free some space on the disk, or choose another one for the cache with SCRIMSHAW_CACHE.";

/** What an open file can be refused: these errors name no path, and errors of sockets, which have none either, are not among them. */
const OF_OPEN_FILES = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS"]);

const HINTS: Readonly<Record<string, string>> = { ENOSPC: MORE_SPACE, EDQUOT: MORE_SPACE };

/** What the file system refused while files were written, in words; any other error as it is. */
export function asDiskError(error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
  const code = String(error.code);
  const path = "path" in error ? quoted(String(error.path)) : undefined;
  if (path === undefined && !OF_OPEN_FILES.has(code)) return error;
  return new ScrimshawError({
    code: "models.disk-failed",
    expected: `to ${String(error.syscall)} ${path ?? "a file"}`,
    found: code,
    next: HINTS[code] ?? "Check the rights on that folder, or choose another cache with SCRIMSHAW_CACHE.",
    cause: error,
  });
}
