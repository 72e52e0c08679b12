import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { readFileDetails } from "./file-details.ts";
import type { FileDetails } from "./file-details.ts";
import type { FolderFile } from "./folder.ts";
import { MAX_PART } from "./limits.ts";
import { openRegularFile } from "./regular-file.ts";

const BUFFER = 1024 * 1024;

/** A range of a file and the SHA-256 of its bytes, in hex. */
export interface Chunk {
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
}

/** What publishing needs to know of a file. */
export interface FileFacts extends FolderFile, FileDetails {
  readonly size: number;
  readonly sha256: string;
  /** How the file looked to the file system before it was hashed; see `OpenedFile`. */
  readonly mark: string;
  /** The file in order: one chunk for a small file, none for an empty one. */
  readonly chunks: readonly Chunk[];
}

export interface ReadFileFactsOptions {
  readonly file: Pick<FolderFile, "path" | "source">;
  /** The most bytes of a chunk. Default 256 MiB. */
  readonly chunkSize?: number;
  readonly signal?: AbortSignal;
  /** Called with the bytes read since the last call. */
  readonly onRead?: (bytes: number) => void;
}

interface Reading {
  readonly chunkSize: number;
  readonly signal: AbortSignal | undefined;
  readonly onRead: ((bytes: number) => void) | undefined;
}

type Hashes = Pick<FileFacts, "size" | "sha256" | "chunks">;

async function hashFile(handle: FileHandle, { chunkSize, signal, onRead }: Reading): Promise<Hashes> {
  const buffer = Buffer.allocUnsafe(BUFFER);
  const whole = createHash("sha256");
  const chunks: Chunk[] = [];
  let chunk = createHash("sha256");
  let size = 0;
  let offset = 0;
  const closeChunk = (): void => {
    chunks.push({ offset, length: size - offset, sha256: chunk.digest("hex") });
    chunk = createHash("sha256");
    offset = size;
  };
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(BUFFER, offset + chunkSize - size), size);
    if (bytesRead === 0) break;
    const bytes = buffer.subarray(0, bytesRead);
    whole.update(bytes);
    chunk.update(bytes);
    size += bytesRead;
    onRead?.(bytesRead);
    if (size - offset === chunkSize) closeChunk();
  }
  if (size > offset) closeChunk();
  return { size, sha256: whole.digest("hex"), chunks };
}

/**
 * Hashes a file in one pass with bounded memory, and reads what `readFileDetails` can tell of it.
 * @throws ScrimshawError `models.folder-unreadable`, `models.symlink`, `models.not-a-file`, errors of `readFileDetails`
 */
export async function readFileFacts(options: ReadFileFactsOptions): Promise<FileFacts> {
  const { file, chunkSize = MAX_PART, signal, onRead } = options;
  const { handle, mark } = await openRegularFile(file.source, file.path);
  try {
    const hashes = await hashFile(handle, { chunkSize, signal, onRead });
    const { size } = hashes;
    const details = await readFileDetails({ handle, size, path: file.path, ...(signal && { signal }) });
    return { ...file, ...hashes, mark, ...details };
  } finally {
    await handle.close();
  }
}
