import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";

/** The name under which a file is written until it is whole. */
export function incompletePath(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}.incomplete`;
}

/** Writes a durable file beside `path`, has `place` give it its name, and leaves nothing else behind. */
export async function placeFile({
  path,
  data,
  mode,
  place,
}: {
  readonly path: string;
  readonly data: string | Uint8Array;
  /** Permissions before the process's umask. */
  readonly mode: number;
  readonly place: (temporary: string, path: string) => Promise<void>;
}): Promise<void> {
  const temporary = incompletePath(path);
  try {
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
