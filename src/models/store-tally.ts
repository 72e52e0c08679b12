import type { BlobProgress } from "../walrus/blob-store.ts";

/** How far the blobs of a publish have come, in bytes. What Walrus held already counts nowhere, once that is known. */
export interface StoreProgress {
  /** Of blobs that are stored now. */
  readonly stored: number;
  /** Of blobs that are under way, as far as they have left this machine. */
  readonly sent: number;
  /** Of all blobs. */
  readonly total: number;
}

interface UnderWay {
  hashed: number;
  sent: number;
}

/** Adds up how far single blobs have come. */
export class StoreTally {
  readonly #underWay = new Map<number, UnderWay>();
  readonly #onProgress: ((event: StoreProgress) => void) | undefined;
  #stored = 0;
  #total: number;

  constructor({
    total,
    onProgress,
  }: {
    readonly total: number;
    readonly onProgress: ((event: StoreProgress) => void) | undefined;
  }) {
    this.#total = total;
    this.#onProgress = onProgress;
  }

  /** Takes in what the store says of the blob with this number. */
  heard(index: number, event: BlobProgress): void {
    const blob = this.#underWay.get(index) ?? { hashed: 0, sent: 0 };
    if (event.kind === "encode") blob.hashed = event.hashed;
    else if (event.kind === "upload") blob.sent = event.sent;
    else return;
    this.#underWay.set(index, blob);
    this.#tell();
  }

  placed(index: number, { size, sent }: { readonly size: number; readonly sent: boolean }): void {
    this.#underWay.delete(index);
    if (sent) this.#stored += size;
    else this.#total -= size;
    this.#tell();
  }

  #tell(): void {
    // A blob that the encoder has not read cannot be stored yet, however much of it was sent.
    const sent = [...this.#underWay.values()].reduce((sum, blob) => sum + Math.min(blob.hashed, blob.sent), 0);
    this.#onProgress?.({ stored: this.#stored, sent, total: this.#total });
  }
}
