import type { BlobId } from "./blob-id.ts";

/** How long caches in front of aggregators may keep a 404 from before the upload. */
const FRESH_MS = 600_000;
const MAX_REMEMBERED = 10_000;

/** Remembers for a while which blobs were just stored. */
export class FreshBlobs {
  readonly #storedAt = new Map<BlobId, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(blobId: BlobId): void {
    this.#storedAt.delete(blobId);
    this.#storedAt.set(blobId, this.#now());
    const [oldest] = this.#storedAt.keys();
    if (this.#storedAt.size > MAX_REMEMBERED && oldest !== undefined) this.#storedAt.delete(oldest);
  }

  has(blobId: BlobId): boolean {
    const storedAt = this.#storedAt.get(blobId);
    return storedAt !== undefined && this.#now() - storedAt < FRESH_MS;
  }
}
