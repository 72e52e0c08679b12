import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { isScrimshawError } from "../errors.ts";
import type { BlobStore } from "../walrus/blob-store.ts";
import type { FilePart, ManifestBlob } from "./manifest.ts";
import { partMismatch } from "./part-source.ts";
import { PositionedWriter } from "./positioned-writer.ts";

const BUFFER = 1024 * 1024;
/** Times that a part is fetched whose bytes turn out wrong: the store takes another server each time, if it has one. */
const ATTEMPTS = 3;

/** Where and how bytes are gathered. */
export interface Gathering {
  readonly handle: FileHandle;
  readonly store: BlobStore;
  readonly signal: AbortSignal;
  /** Called with the bytes that came from Walrus since the last call. */
  readonly onReceived: (bytes: number) => void;
}

export interface PlacedPart {
  readonly part: FilePart;
  /** The blob of which it is a range. */
  readonly blob: ManifestBlob;
  /** Where it begins in the gathered file. */
  readonly start: number;
}

type OnBytes = (bytes: Uint8Array) => void;

/** True for errors that say that the bytes are wrong, and not that they are not to be had just now. */
export function saysWrong(error: unknown): boolean {
  return isScrimshawError(error) && (error.code.endsWith("-mismatch") || error.code === "models.ciphertext-invalid");
}

/** Hands out a stretch of the gathered file piece by piece; a piece is gone with the next one. */
export async function* reread(
  { handle, signal }: Pick<Gathering, "handle" | "signal">,
  from: number,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = Buffer.allocUnsafe(BUFFER);
  for (let done = 0; done < length;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(BUFFER, length - done), from + done);
    if (bytesRead === 0) throw new RangeError("the gathered file became shorter");
    yield buffer.subarray(0, bytesRead);
    done += bytesRead;
  }
}

/** Feeds a stretch of the gathered file to a hash. */
export async function rehash(gathering: Gathering, from: number, length: number, hash: Hash): Promise<void> {
  for await (const piece of reread(gathering, from, length)) hash.update(piece);
}

/**
 * Brings a part whose first `have` bytes are there already, from an earlier run, and checks it as a whole. The store knows only the hash
 * of the whole part: it checks what comes of one that is brought from its beginning, and what is continued is checked here.
 */
async function bring(
  gathering: Gathering,
  { part, blob, start }: PlacedPart,
  have: number,
  onBytes: OnBytes,
): Promise<void> {
  const { store, handle, signal, onReceived } = gathering;
  const continued = have > 0 ? createHash("sha256") : undefined;
  for await (const piece of reread(gathering, start, have)) {
    continued?.update(piece);
    onBytes(piece);
  }
  let filled = have;
  if (filled < part.length) {
    const stream = store.stream({
      blobId: blob.id,
      size: blob.size,
      range: { offset: part.offset + have, length: part.length - have },
      ...(continued === undefined ? { contentHash: `0x${part.sha256}` as const } : { unverified: true }),
      signal,
    });
    const writer = new PositionedWriter({ handle, position: start + have });
    try {
      for await (const piece of stream) {
        filled += piece.length;
        if (filled > part.length) throw partMismatch(part, blob, "more bytes");
        await writer.write(piece);
        continued?.update(piece);
        onBytes(piece);
        onReceived(piece.length);
      }
    } finally {
      // Of a download that breaks off as well: the next run goes on from there.
      await writer.end();
    }
  }
  if (filled !== part.length) throw partMismatch(part, blob, `${String(filled)} bytes`);
  const found = continued?.digest("hex") ?? part.sha256;
  if (found !== part.sha256) throw partMismatch(part, blob, found);
}

/**
 * Brings a part of a blob into a file, going on after the `have` bytes that an earlier run left. They may be what is wrong, or one
 * server of several: then it is brought again from its beginning.
 * @param whole the hash of all that comes before the part
 * @returns the hash of that and the part
 * @throws ScrimshawError `models.part-mismatch`, errors of the store
 */
export async function gatherPart(
  gathering: Gathering,
  placed: PlacedPart,
  { have, whole }: { readonly have: number; readonly whole?: Hash | undefined },
): Promise<Hash | undefined> {
  for (let attempt = have === 0 ? 1 : 0; ; attempt++) {
    const extended = whole?.copy();
    try {
      await bring(gathering, placed, attempt === 0 ? have : 0, (bytes) => extended?.update(bytes));
      return extended;
    } catch (error) {
      if (!saysWrong(error) || attempt >= ATTEMPTS) throw error;
    }
  }
}
