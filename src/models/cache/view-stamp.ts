import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ModelFile } from "./exact-copy.ts";

const AT_ONCE = 64;

const stampSchema = z.strictObject({
  manifestHash: z.string().regex(/^[0-9a-f]{64}$/),
  /** When the files were hashed last, in ISO 8601. */
  checkedAt: z.string(),
  files: z.array(
    z.strictObject({ path: z.string(), size: z.number(), sha256: z.string(), ino: z.string(), mtime: z.string() }),
  ),
  folders: z.array(z.strictObject({ path: z.string(), mtime: z.string() })),
});

/** How the files of a view looked to the file system when they were hashed. */
export type ViewStamp = z.infer<typeof stampSchema>;

export interface StampViewOptions {
  readonly folder: string;
  readonly manifestHash: string;
  readonly files: readonly ModelFile[];
}

function foldersOf(files: readonly { readonly path: string }[]): readonly string[] {
  const folders = new Set([""]);
  for (const { path } of files) {
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) folders.add(path.slice(0, end));
  }
  return [...folders].sort();
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  }
  return done;
}

/** Notes how a view looks whose files were hashed just now. */
export async function stampView({ folder, manifestHash, files }: StampViewOptions): Promise<ViewStamp> {
  return {
    manifestHash,
    checkedAt: new Date().toISOString(),
    files: await inOrder(files, async ({ path, size, sha256 }) => {
      const { ino, mtimeNs } = await lstat(join(folder, path), { bigint: true });
      return { path, size, sha256, ino: String(ino), mtime: String(mtimeNs) };
    }),
    folders: await inOrder(foldersOf(files), async (path) => {
      const { mtimeNs } = await lstat(join(folder, path), { bigint: true });
      return { path, mtime: String(mtimeNs) };
    }),
  };
}

/** True if a view still looks as it did: nothing was written, added, taken away or put in a file's place. */
export async function looksUntouched(folder: string, { files, folders }: ViewStamp): Promise<boolean> {
  try {
    const right = await inOrder(files, async ({ path, size, ino, mtime }) => {
      const stats = await lstat(join(folder, path), { bigint: true });
      return (
        stats.isFile() && stats.size === BigInt(size) && String(stats.ino) === ino && String(stats.mtimeNs) === mtime
      );
    });
    if (right.includes(false)) return false;
    const same = await inOrder(folders, async ({ path, mtime }) => {
      const stats = await lstat(join(folder, path), { bigint: true });
      return stats.isDirectory() && String(stats.mtimeNs) === mtime;
    });
    return !same.includes(false);
  } catch {
    // What cannot be looked at is not untouched.
    return false;
  }
}

/** Undefined for text that is no stamp. */
export function parseStamp(text: string): ViewStamp | undefined {
  try {
    return stampSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
