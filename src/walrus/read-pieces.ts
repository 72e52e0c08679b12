import { constants } from "node:fs";
import { open } from "node:fs/promises";

import type { FilePiece } from "./blob-store.ts";

/** How pieces are opened. Without O_NONBLOCK, opening a named pipe would wait for a writer. */
export const PIECE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The bytes of pieces of files, one after the other, in buffers of `size` bytes; the last may be shorter. Throws where a file ends early. */
export async function* readPieces({
  pieces,
  size,
}: {
  readonly pieces: readonly FilePiece[];
  readonly size: number;
}): AsyncGenerator<Uint8Array, void, undefined> {
  let left = pieces.reduce((sum, { length }) => sum + length, 0);
  let buffer = new Uint8Array(Math.min(size, left));
  let filled = 0;
  for (const { path, offset, length } of pieces) {
    const file = await open(path, PIECE_FLAGS);
    try {
      for (let done = 0; done < length;) {
        const wanted = Math.min(length - done, buffer.length - filled);
        const { bytesRead } = await file.read(buffer, filled, wanted, offset + done);
        if (bytesRead === 0) throw new Error(`the file ended at ${offset + done} bytes instead of ${offset + length}`);
        done += bytesRead;
        filled += bytesRead;
        if (filled < buffer.length) continue;
        yield buffer;
        left -= filled;
        // Handed out, so it is another's now.
        buffer = new Uint8Array(Math.min(size, left));
        filled = 0;
      }
    } finally {
      await file.close();
    }
  }
}
