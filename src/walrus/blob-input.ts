import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";

import { ScrimshawError } from "../errors.ts";
import type { BlobSource, FilePiece } from "./blob-store.ts";
import type { EncoderSource } from "./encoder-job.ts";
import { readPieces } from "./read-pieces.ts";

/** Bytes handed to the network at once. */
const PIECE = 2 ** 20;

/** What is to be stored: read as often as it is sent, never held as a second copy. */
export interface BlobInput {
  readonly size: number;
  readonly source: EncoderSource;
  /** A request body; `onSent` hears how many bytes were taken so far. */
  readonly body: (onSent: (sent: number) => void) => ReadableStream<Uint8Array>;
  /** True if a file is no longer what it was. */
  readonly changed: () => Promise<boolean>;
}

function unreadable(path: string, cause: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.file-unreadable",
    expected: `a readable file ${path}`,
    found: (cause as NodeJS.ErrnoException | undefined)?.code ?? "something else than a regular file",
    next: "Check the path.",
    cause,
  });
}

async function fileState(path: string): Promise<{ readonly size: number; readonly mark: string }> {
  const { size, mtimeMs, ino, isFile } = await stat(path).then(
    (found) => ({ size: found.size, mtimeMs: found.mtimeMs, ino: found.ino, isFile: found.isFile() }),
    (cause: unknown) => {
      throw unreadable(path, cause);
    },
  );
  if (!isFile) throw unreadable(path, undefined);
  return { size, mark: `${size} ${mtimeMs} ${ino}` };
}

function counted(
  pieces: Iterator<Uint8Array> | AsyncIterator<Uint8Array>,
  onSent: (sent: number) => void,
): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await pieces.next();
        if (next.done === true) {
          controller.close();
          return;
        }
        sent += next.value.length;
        controller.enqueue(next.value);
        onSent(sent);
      },
      cancel: async () => {
        await pieces.return?.();
      },
    },
    { highWaterMark: 1 },
  );
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

async function marksOf(pieces: readonly FilePiece[]): Promise<string> {
  const marks: string[] = [];
  for (const path of new Set(pieces.map((piece) => piece.path))) marks.push((await fileState(path)).mark);
  return marks.join();
}

async function openPieces(pieces: readonly FilePiece[]): Promise<BlobInput> {
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  const marks = await marksOf(pieces);
  return {
    size,
    source: { pieces, size },
    body: (onSent) => counted(readPieces({ pieces, size: PIECE }), onSent),
    changed: async () => (await marksOf(pieces)) !== marks,
  };
}

/**
 * @throws ScrimshawError `walrus.file-unreadable`
 */
export async function openBlobInput(source: BlobSource): Promise<BlobInput> {
  if ("bytes" in source) {
    const { bytes } = source;
    return {
      size: bytes.length,
      source: { bytes },
      body: (onSent) => counted(cut(bytes), onSent),
      changed: () => Promise.resolve(false),
    };
  }
  if ("pieces" in source) return openPieces(source.pieces);
  const { path } = source;
  const { size, mark } = await fileState(path);
  return {
    size,
    source: { path, size },
    body: (onSent) => {
      // One byte more than expected is asked for, so that a file that grew fails here and not at the server.
      const file = createReadStream(path, { highWaterMark: PIECE, end: size });
      return counted((Readable.from(file) as AsyncIterable<Uint8Array>)[Symbol.asyncIterator](), onSent);
    },
    changed: async () => (await fileState(path)).mark !== mark,
  };
}
