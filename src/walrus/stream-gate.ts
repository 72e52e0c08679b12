import type { StreamOptions } from "./blob-store.ts";
import { badRead } from "./open-read.ts";
import type { RunningHash } from "./running-hash.ts";

/** What happens to each piece of a stream on its way out. */
export interface Gate {
  /** Bytes, from the beginning, that need not be read again when another server takes over. */
  readonly kept: () => number;
  /** Drops what was read since `kept`. */
  readonly rewind: () => void;
  /** Begins anew after wrong bytes, if none of them was handed out. */
  readonly restart: () => boolean;
  readonly push: (piece: Uint8Array, url: string) => readonly Uint8Array[] | AsyncIterable<Uint8Array>;
  readonly end: (url: string) => Promise<readonly Uint8Array[]>;
}

function mismatch(expected: string, found: string, url: string): Error {
  return badRead("walrus.content-hash-mismatch", `SHA-256 ${expected}`, `${found} of the bytes from ${url}`);
}

/** Lets everything pass as it comes. */
export function openGate(): Gate {
  let received = 0;
  return {
    kept: () => received,
    rewind: () => undefined,
    restart: () => received === 0,
    push: (piece) => {
      received += piece.length;
      return [piece];
    },
    end: () => Promise.resolve([]),
  };
}

/** Lets bytes pass once they are part of the hash; keeps the last piece back until the hash of all is right. */
export function wholeGate({
  contentHash,
  hash,
}: {
  readonly contentHash: `0x${string}`;
  readonly hash: RunningHash;
}): Gate {
  let received = 0;
  let given = 0;
  let held: readonly Uint8Array[] = [];
  return {
    kept: () => received,
    rewind: () => undefined,
    restart: () => {
      if (given > 0) return false;
      hash.restart();
      [received, held] = [0, []];
      return true;
    },
    push: (piece) => {
      received += piece.length;
      hash.add(piece);
      const ready = [...held, ...hash.take()];
      held = ready.splice(-1);
      for (const { length } of ready) given += length;
      return ready;
    },
    end: async (url) => {
      const found = await hash.end();
      if (found !== contentHash) throw mismatch(contentHash, found, url);
      return [...held, ...hash.take()];
    },
  };
}

/** Lets a part pass once its hash is right. */
export function partsGate({
  parts,
  hash,
}: {
  readonly parts: NonNullable<StreamOptions["parts"]>;
  readonly hash: RunningHash;
}): Gate {
  let index = 0;
  let passed = 0;
  let filled = 0;
  let buffer: Uint8Array | undefined;
  return {
    kept: () => passed,
    rewind: () => {
      filled = 0;
      hash.restart();
    },
    restart: () => true,
    push: async function* (piece, url) {
      let rest = piece;
      while (rest.length > 0) {
        const part = parts[index];
        if (part === undefined) break;
        buffer ??= new Uint8Array(part.length);
        const taken = rest.subarray(0, part.length - filled);
        rest = rest.subarray(taken.length);
        buffer.set(taken, filled);
        filled += taken.length;
        hash.add(taken);
        await hash.room();
        // The part has its own copy.
        hash.take();
        if (filled < part.length) break;
        const found = await hash.end();
        if (found !== part.contentHash) throw mismatch(part.contentHash, found, url);
        const ready = buffer;
        index += 1;
        passed += part.length;
        filled = 0;
        buffer = undefined;
        yield ready;
      }
    },
    end: () => Promise.resolve([]),
  };
}
