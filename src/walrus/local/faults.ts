import { Transform } from "node:stream";

import type { BlobId } from "../blob-id.ts";

/** Faults that a local network shows on demand, so that clients' checks can be seen to work. Nothing on disk changes. */
export class Faults {
  readonly #flipped = new Map<BlobId, Set<number>>();

  /** Makes the aggregator serve one byte of a blob with all its bits flipped. */
  flipByte({ blobId, offset }: { readonly blobId: BlobId; readonly offset: number }): void {
    const offsets = this.#flipped.get(blobId) ?? new Set();
    this.#flipped.set(blobId, offsets.add(offset));
  }

  clear(): void {
    this.#flipped.clear();
  }

  /** Bends the bytes of a blob that begin at `start`; undefined if this blob is served as it is. */
  bend({ blobId, start }: { readonly blobId: BlobId; readonly start: number }): Transform | undefined {
    const offsets = this.#flipped.get(blobId);
    if (offsets === undefined) return undefined;
    let position = start;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const bent = Buffer.from(chunk);
        for (const offset of offsets) {
          const place = offset - position;
          const byte = bent[place];
          if (byte !== undefined) bent[place] = byte ^ 0xff;
        }
        position += chunk.length;
        done(undefined, bent);
      },
    });
  }
}
