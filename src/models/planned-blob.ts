import { createHash } from "node:crypto";
import { ScrimshawError, isScrimshawError } from "../errors.ts";
import type { BlobStore, PutOptions, StoredBlob } from "../walrus/blob-store.ts";
import type { Content } from "./cache/content-store.ts";
import type { Piece, PlannedBlob } from "./plan.ts";
import { openRegularFile } from "./regular-file.ts";
import { quoted } from "./text.ts";

const BUFFER = 1024 * 1024;

function folderChanged(path: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "models.folder-changed",
    expected: `${quoted(path)} as it was when publishing began`,
    found: "other bytes",
    next: "Let nothing write to the folder and run the command again.",
    cause,
  });
}

async function requireUnchanged({ pieces }: PlannedBlob): Promise<void> {
  for (const file of new Set(pieces.map((piece) => piece.file))) {
    const { handle, mark } = await openRegularFile(file.source, file.path);
    await handle.close();
    if (mark !== file.mark) throw folderChanged(file.path);
  }
}

async function* readPiece({ file, offset, length, sha256 }: Piece): AsyncGenerator<Buffer, void, undefined> {
  const { handle } = await openRegularFile(file.source, file.path);
  const hash = createHash("sha256");
  let done = 0;
  try {
    while (done < length) {
      const buffer = Buffer.allocUnsafe(Math.min(BUFFER, length - done));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset + done);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      yield buffer.subarray(0, bytesRead);
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  if (done !== length || hash.digest("hex") !== sha256) throw folderChanged(file.path);
}

/**
 * The bytes of a planned blob, read again from the folder's files, one after the other.
 * @throws ScrimshawError `models.folder-changed`, `models.folder-unreadable`
 */
export async function* readPlannedBlob(
  { pieces }: PlannedBlob,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  for (const piece of pieces) {
    signal?.throwIfAborted();
    yield* readPiece(piece);
  }
}

/**
 * Hash and size of a planned blob. One that is a single chunk has the chunk's; of a pack nobody knows the hash until its files were
 * read one after the other.
 * @throws ScrimshawError `models.folder-changed`, `models.folder-unreadable`
 */
export async function contentOf(blob: PlannedBlob, signal?: AbortSignal): Promise<Content> {
  const { size, pieces } = blob;
  const [only, second] = pieces;
  if (only !== undefined && second === undefined) return { sha256: only.sha256, size };
  const hash = createHash("sha256");
  for await (const piece of readPlannedBlob(blob, signal)) hash.update(piece);
  return { sha256: hash.digest("hex"), size };
}

/**
 * Stores a planned blob straight from the folder's files. What was changed since they were hashed is noticed before anything is sent;
 * what is changed while it is sent, by the content hash of what was sent.
 * @throws ScrimshawError `models.folder-changed`, `models.folder-unreadable`, errors of the store
 */
export async function putPlannedBlob(
  blob: PlannedBlob,
  {
    store,
    terms,
    sha256,
  }: {
    readonly store: BlobStore;
    readonly terms: Pick<PutOptions, "epochs" | "signal" | "onProgress">;
    readonly sha256: string;
  },
): Promise<StoredBlob> {
  await requireUnchanged(blob);
  const pieces = blob.pieces.map(({ file, offset, length }) => ({ path: file.source, offset, length }));
  try {
    const stored = await store.put({ ...terms, pieces });
    // A store that took other bytes is none of the folder's doing unless the folder was changed.
    if (stored.contentHash !== `0x${sha256}`) await requireUnchanged(blob);
    return stored;
  } catch (error) {
    terms.signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    if (error.code === "walrus.source-changed") throw folderChanged(blob.pieces[0]?.file.path ?? "", error);
    await requireUnchanged(blob);
    throw error;
  }
}
