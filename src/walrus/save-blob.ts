import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, lstat, mkdir, open, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";

import { isScrimshawError, ScrimshawError } from "../errors.ts";
import type { BlobId } from "./blob-id.ts";
import type { BlobStore, LongWork } from "./blob-store.ts";
import { computeBlobId } from "./compute-blob-id.ts";
import type { EncoderPool } from "./encoder-pool.ts";
import { badRead } from "./open-read.ts";
import { incompletePath } from "./place-file.ts";

export interface SaveBlobOptions extends LongWork {
  readonly store: BlobStore;
  readonly blobId: BlobId;
  /** A path at which nothing is yet, or, with `contentHash`, the right bytes. Folders on the way are made. */
  readonly path: string;
  /** Without it the file is checked against the Blob ID, which takes an encoding. */
  readonly contentHash?: `0x${string}`;
  readonly size?: number;
  /** Largest blob to accept when no size is known. Default 2 GiB. */
  readonly maxSize?: number;
  readonly nShards: number;
  readonly pool?: EncoderPool;
}

const LARGEST = 2 ** 31 - 1;

/**
 * Reads a blob into a file piece by piece. The file appears once it is whole, checked and durable, or not at all. One that an earlier call
 * left is not read again, if its hash is right.
 * @returns its size in bytes
 * @throws ScrimshawError `walrus.file-exists`, `walrus.file-unwritable`, `walrus.blob-id-mismatch`, and those of the store
 */
export async function saveBlob(options: SaveBlobOptions): Promise<{ readonly size: number }> {
  const { path, contentHash, signal } = options;
  const temporary = incompletePath(path);
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined) {
    if (contentHash === undefined || !found.isFile() || (options.size ?? found.size) !== found.size)
      throw unwritable(path, "EEXIST");
    if ((await writing(path, () => hashOf({ path, signal }))) !== contentHash) throw unwritable(path, "EEXIST");
    return { size: found.size };
  }
  try {
    let size = await writing(path, async () => {
      await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
        const { code = "" } = cause as NodeJS.ErrnoException;
        throw unwritable(path, code === "EEXIST" ? "a file where a folder should be" : code, cause);
      });
      return receive({ ...options, temporary });
    });
    signal?.throwIfAborted();
    if (contentHash === undefined) {
      const work = { ...options, temporary };
      size = await checkBlobId(work).catch((wrong: unknown) => readAgain({ ...work, wrong }));
    }
    // Unlike a rename, a link never replaces a file that someone else made meanwhile.
    await writing(path, () => link(temporary, path));
    return { size };
  } finally {
    // What cannot be removed was not made.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function hashOf({
  path,
  signal,
}: {
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
  return `0x${hash.digest("hex")}`;
}

async function receive({
  store,
  blobId,
  contentHash,
  size,
  maxSize = LARGEST,
  temporary,
  signal,
  onProgress,
}: SaveBlobOptions & { readonly temporary: string }): Promise<number> {
  let received = 0;
  await using file = await open(temporary, "wx");
  const check = contentHash === undefined ? { unverified: true } : { contentHash };
  const work = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(size === undefined ? {} : { size }),
  };
  for await (const piece of store.stream({ blobId, maxSize, ...check, ...work })) {
    await file.writeFile(piece);
    received += piece.length;
  }
  await file.sync();
  return received;
}

async function checkBlobId({
  blobId,
  temporary,
  nShards,
  pool,
  signal,
}: SaveBlobOptions & { readonly temporary: string }): Promise<number> {
  const pooled = pool === undefined ? {} : { pool };
  const abort = signal === undefined ? {} : { signal };
  const computed = await computeBlobId({ path: temporary, nShards, ...pooled, ...abort });
  if (computed.blobId === blobId) return computed.size;
  const expected = `bytes of Blob ID ${blobId} at ${nShards} shards`;
  throw badRead("walrus.blob-id-mismatch", expected, `bytes of Blob ID ${computed.blobId}`);
}

/** Which server sent wrong bytes is not known after a stream; `get` checks each server's bytes by themselves. */
async function readAgain({
  store,
  blobId,
  temporary,
  signal,
  wrong,
}: SaveBlobOptions & { readonly temporary: string; readonly wrong: unknown }): Promise<number> {
  if (!isScrimshawError(wrong) || wrong.code !== "walrus.blob-id-mismatch") throw wrong;
  const bytes = await store.get({ blobId, ...(signal === undefined ? {} : { signal }) });
  await writeFile(temporary, bytes, { flush: true });
  return bytes.length;
}

function unwritable(path: string, code: string, cause?: unknown): ScrimshawError {
  const exists = code === "EEXIST";
  return new ScrimshawError({
    code: exists ? "walrus.file-exists" : "walrus.file-unwritable",
    expected: exists ? `no file at ${path} yet` : `to write ${path}`,
    found: exists ? "one" : code,
    next: exists ? "Remove it, or choose another path." : "Choose a path in a folder that can be written to.",
    cause,
  });
}

/** Turns the file system's failures into the family's. */
async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && "syscall" in cause ? (cause as NodeJS.ErrnoException).code : undefined;
    throw code === undefined ? cause : unwritable(path, code, cause);
  }
}
