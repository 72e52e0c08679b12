import { stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ScrimshawError } from "../errors.ts";
import { formatBytes } from "./describe-progress.ts";
import { quoted } from "./text.ts";

/** The largest model that is pulled unless the caller allows more: 1 TiB. */
export const DEFAULT_MAX_SIZE = 2 ** 40;

/** Bytes that are going to be written somewhere under a folder, which need not exist yet. */
export interface Need {
  readonly folder: string;
  readonly bytes: number;
}

export interface RequireModestSizeOptions {
  readonly files: readonly { readonly size: number }[];
  /** In bytes. */
  readonly maxSize: number;
}

/**
 * Bounds what a manifest can make a pull write: all its files, also those with the same bytes.
 * @throws ScrimshawError `models.too-large`
 */
export function requireModestSize({ files, maxSize }: RequireModestSizeOptions): void {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size <= maxSize) return;
  throw new ScrimshawError({
    code: "models.too-large",
    expected: `files of at most ${formatBytes(maxSize)} in all`,
    found: formatBytes(size),
    next: "Allow more with --max-size, or take only some of the files with --include.",
  });
}

/** The folder itself, or the nearest one above it that exists. */
async function existing(folder: string): Promise<string> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isDirectory() === true || path === dirname(path)) return path;
  }
}

/**
 * Makes sure that the disks have room for what is to be written; needs on one disk are added up.
 * @throws ScrimshawError `models.disk-too-full`
 */
export async function requireRoom(needs: readonly Need[]): Promise<void> {
  const disks = new Map<number, { readonly folder: string; readonly bytes: number }>();
  for (const { folder, bytes } of needs) {
    const path = await existing(folder);
    const { dev } = await stat(path);
    disks.set(dev, { folder: path, bytes: bytes + (disks.get(dev)?.bytes ?? 0) });
  }
  for (const { folder, bytes } of disks.values()) {
    const { bavail, bsize } = await statfs(folder);
    if (bytes <= bavail * bsize) continue;
    throw new ScrimshawError({
      code: "models.disk-too-full",
      expected: `${formatBytes(bytes)} free on the disk of ${quoted(folder)}`,
      found: formatBytes(bavail * bsize),
      next: "Free some space, choose another disk for the cache with SCRIMSHAW_CACHE, or take only some of the files with --include.",
    });
  }
}
