import { createHash } from "node:crypto";
import { ScrimshawError } from "../errors.ts";
import type { Piece, PlannedBlob } from "./plan.ts";
import { openRegularFile } from "./regular-file.ts";
import { quoted } from "./text.ts";

async function readPiece(piece: Piece, target: Uint8Array): Promise<void> {
  const { file, offset, sha256 } = piece;
  const { handle } = await openRegularFile(file.source, file.path);
  let filled = 0;
  try {
    while (filled < target.length) {
      const { bytesRead } = await handle.read(target, filled, target.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
  } finally {
    await handle.close();
  }
  const found = createHash("sha256").update(target).digest("hex");
  if (filled === target.length && found === sha256) return;
  throw new ScrimshawError({
    code: "models.folder-changed",
    expected: `${quoted(file.path)} as it was when publishing began`,
    found: "other bytes",
    next: "Let nothing write to the folder and run the command again.",
  });
}

/**
 * The bytes of a planned blob, read again from the folder and compared with what was planned.
 * @throws ScrimshawError `models.folder-changed`, `models.folder-unreadable`
 */
export async function readPlannedBlob(blob: PlannedBlob, signal?: AbortSignal): Promise<Uint8Array> {
  const bytes = new Uint8Array(blob.size);
  let position = 0;
  for (const piece of blob.pieces) {
    signal?.throwIfAborted();
    await readPiece(piece, bytes.subarray(position, position + piece.length));
    position += piece.length;
  }
  return bytes;
}
