import { createHash } from "node:crypto";

import { ScrimshawError } from "../errors.ts";

/** SHA-256 of pieces that come one after the other, here or in a thread beside. */
export interface RunningHash extends Disposable {
  /** Takes a piece over: nobody may touch it until `take` gives it back. */
  readonly add: (piece: Uint8Array) => void;
  /** What to await before more is added, so that memory stays bounded. */
  readonly room: () => Promise<void> | undefined;
  /** The pieces hashed since the last call, in their order. */
  readonly take: () => readonly Uint8Array[];
  /** The hash of all pieces, which begins anew; `take` then gives back the rest of them. */
  readonly end: () => Promise<`0x${string}`>;
  /** Forgets all pieces. */
  readonly restart: () => void;
}

export function hasherFailed(cause: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.hasher-failed",
    expected: "a thread that hashes what is read",
    found: String(cause).slice(0, 300),
    next: "Free memory, then try again.",
    cause,
  });
}

/** Hashes each piece as it is added. */
export function inlineHash(): RunningHash {
  let hash = createHash("sha256");
  let ready: Uint8Array[] = [];
  const restart = (): void => {
    hash = createHash("sha256");
    ready = [];
  };
  return {
    add: (piece) => {
      hash.update(piece);
      ready.push(piece);
    },
    room: () => undefined,
    take: () => ready.splice(0),
    end: () => {
      const digest: `0x${string}` = `0x${hash.digest("hex")}`;
      hash = createHash("sha256");
      return Promise.resolve(digest);
    },
    restart,
    [Symbol.dispose]: () => undefined,
  };
}
