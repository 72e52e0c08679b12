import { open } from "node:fs/promises";
import { ScrimshawError } from "../../errors.ts";
import { quoted } from "../text.ts";

const MAX_BYTES = 64 * 1024;

export interface ReadKeyFileOptions {
  readonly path: string;
  /** How errors name what should be there. */
  readonly what: string;
}

function unreadable(expected: string, found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "models.key-file-unreadable",
    expected,
    found,
    next: "Give the path of such a file, as `age-keygen -o key.txt` writes it; the keys themselves do not belong on a command line.",
    cause,
  });
}

/**
 * The text of a small file, which may be a pipe. A key that was given in the path's place is not repeated.
 * @throws ScrimshawError `models.key-file-unreadable`
 */
export async function readKeyFile({ path, what }: ReadKeyFileOptions): Promise<string> {
  if (/AGE-SECRET-KEY|AGE-PLUGIN/i.test(path)) throw unreadable(`the path of ${what}`, "a key");
  const expected = `${what} at ${quoted(path)}`;
  try {
    const handle = await open(path);
    try {
      const buffer = Buffer.alloc(MAX_BYTES + 1);
      let size = 0;
      for (let read = -1; read !== 0 && size < buffer.length; size += read) {
        read = (await handle.read(buffer, size, buffer.length - size)).bytesRead;
      }
      if (size > MAX_BYTES) throw unreadable(expected, `more than ${String(MAX_BYTES)} bytes`);
      return buffer.toString("utf8", 0, size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && "syscall" in error)) throw error;
    throw unreadable(expected, String(error.code), error);
  }
}
