import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

import type { FilePiece } from "./blob-store.ts";
import { PIECE_FLAGS } from "./read-pieces.ts";
import type { EncoderMessage, EncoderRequest, StagedSource } from "./encoder-job.ts";

const PIECE = 2 ** 22;

/** Fills `target` with the blob's bytes from `offset` on. */
type ReadInto = (target: Uint8Array, offset: number) => void;

export interface Fed<T> {
  readonly value: T;
  readonly contentHash: `0x${string}`;
}

/**
 * Runs `work` with a stand-in for the blob's bytes. When the encoder copies them into its own memory, they are read straight into it
 * and hashed on the way, so that a worker holds a blob once. The encoder copies through `Uint8Array.prototype.set`, which is replaced
 * for the length of this one synchronous call; an encoder that copies otherwise is noticed.
 */
export function feed<T>({
  source,
  work,
  send,
}: {
  readonly source: EncoderRequest["source"];
  readonly work: (standIn: Uint8Array) => T;
  readonly send: (message: EncoderMessage) => void;
}): Fed<T> {
  const { size } = source;
  const hash = createHash("sha256");
  const standIn = { length: size } as unknown as Uint8Array;
  let fed = 0;
  const fill = (memory: Uint8Array, read: ReadInto): void => {
    for (let at = 0; at < size; at += PIECE) {
      const piece = memory.subarray(at, Math.min(at + PIECE, size));
      read(piece, at);
      hash.update(piece);
      fed = at + piece.length;
      send({ kind: "hashed", bytes: fed });
    }
  };
  const { read, close } = readerOf(source, send);
  const original: unknown = Reflect.get(Uint8Array.prototype, "set");
  if (typeof original !== "function") throw new Error("typed arrays cannot be copied");
  Object.defineProperty(Uint8Array.prototype, "set", {
    configurable: true,
    value(this: Uint8Array, from: ArrayLike<number>, offset?: number): void {
      if (from === standIn) fill(this, read);
      else Reflect.apply(original, this, [from, offset]);
    },
  });
  try {
    const value = work(standIn);
    if (fed !== size) throw new Error("the encoder did not read its input");
    return { value, contentHash: `0x${hash.digest("hex")}` };
  } finally {
    // What was defined hides the inherited one; without it everything is as before.
    Reflect.deleteProperty(Uint8Array.prototype, "set");
    close();
  }
}

interface Reader {
  readonly read: ReadInto;
  readonly close: () => void;
}

function readerOf(source: EncoderRequest["source"], send: (message: EncoderMessage) => void): Reader {
  if ("path" in source) return fileReader(source);
  return "pieces" in source ? pieceReader(source.pieces) : windowReader({ source, send });
}

function readFully(file: number, target: Uint8Array, offset: number): void {
  for (let done = 0; done < target.length;) {
    const count = readSync(file, target, done, target.length - done, offset + done);
    if (count === 0) throw new Error(`the file ended at ${offset + done} bytes instead of ${offset + target.length}`);
    done += count;
  }
}

function fileReader({ path, size }: { readonly path: string; readonly size: number }): Reader {
  const file = openSync(path, "r");
  const found = fstatSync(file).size;
  if (found !== size) {
    closeSync(file);
    throw new Error(`the file holds ${found} bytes instead of ${size}`);
  }
  return { read: (target, offset) => readFully(file, target, offset), close: () => closeSync(file) };
}

/** Reads pieces of files in their order, from the first byte of the first to the last of the last. */
function pieceReader(pieces: readonly FilePiece[]): Reader {
  const rest = pieces[Symbol.iterator]();
  let open: { readonly file: number; readonly piece: FilePiece; done: number } | undefined;
  const close = (): void => {
    if (open !== undefined) closeSync(open.file);
    open = undefined;
  };
  const current = (): NonNullable<typeof open> => {
    while (open === undefined || open.done === open.piece.length) {
      close();
      const next = rest.next();
      if (next.done === true) throw new Error("the pieces are shorter than the blob");
      open = { file: openSync(next.value.path, PIECE_FLAGS), piece: next.value, done: 0 };
    }
    return open;
  };
  const read: ReadInto = (target) => {
    for (let done = 0; done < target.length;) {
      const at = current();
      const length = Math.min(target.length - done, at.piece.length - at.done);
      readFully(at.file, target.subarray(done, done + length), at.piece.offset + at.done);
      at.done += length;
      done += length;
    }
  };
  return { read, close };
}

function windowReader({
  source,
  send,
}: {
  readonly source: StagedSource;
  readonly send: (message: EncoderMessage) => void;
}): Reader {
  const window = new Uint8Array(source.window);
  const filled = new Int32Array(source.filled);
  const read: ReadInto = (target, offset) => {
    for (let done = 0; done < target.length;) {
      const length = Math.min(window.length, target.length - done);
      const before = Atomics.load(filled, 0);
      send({ kind: "need", offset: offset + done, length });
      Atomics.wait(filled, 0, before);
      target.set(window.subarray(0, length), done);
      done += length;
    }
  };
  return { read, close: () => undefined };
}
