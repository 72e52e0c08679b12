import type { BlobProgress } from "../walrus/blob-store.ts";
import { describeProgress } from "./describe-progress.ts";

/** Bytes that move are told of once in so many milliseconds. */
const PACE_MS = 1_000;

/** Progress of blobs as lines: everything that happened, and how far bytes have come now and then. */
export function blobProgress(
  progress: (line: string) => void,
  { about, now = () => performance.now() }: { readonly about?: string; readonly now?: () => number } = {},
): (event: BlobProgress) => void {
  let last = -Infinity;
  return (event) => {
    const moves = event.kind !== "stored" && event.kind !== "price";
    if (moves && now() - last < PACE_MS) return;
    if (moves) last = now();
    progress(about === undefined ? describeProgress(event) : `${about}: ${describeProgress(event)}`);
  };
}
