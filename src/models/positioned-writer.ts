import type { FileHandle } from "node:fs/promises";

/** Bytes written at once: a call for each piece of a download costs more than its bytes. */
const BATCH = 2 ** 20;

/**
 * Writes pieces one after the other from a position on, a batch at a time, while the next ones are on their way. A piece that was
 * handed over must not be changed any more.
 */
export class PositionedWriter {
  readonly #handle: FileHandle;
  #position: number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor({ handle, position }: { readonly handle: FileHandle; readonly position: number }) {
    this.#handle = handle;
    this.#position = position;
  }

  /** Takes a piece over. Resolves as soon as more may come: at most two batches are held. */
  async write(piece: Uint8Array): Promise<void> {
    this.#waiting.push(piece);
    this.#waitingBytes += piece.length;
    if (this.#waitingBytes >= BATCH) await this.#flush();
  }

  /** Resolves when all is written. */
  async end(): Promise<void> {
    await this.#flush();
    await this.#writing;
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const pieces = this.#waiting;
    const position = this.#position;
    this.#position += this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#writing = writeFully(this.#handle, pieces, position);
    // Whoever waits for it next is told; until then nobody is.
    this.#writing.catch(() => undefined);
  }
}

/** Goes on where the system wrote less than it was given, as it does on a disk that becomes full, until it says why. */
async function writeFully(handle: FileHandle, pieces: readonly Uint8Array[], start: number): Promise<void> {
  let left = pieces.filter(({ length }) => length > 0);
  let position = start;
  while (left.length > 0) {
    const { bytesWritten } = await handle.writev(left, position);
    position += bytesWritten;
    left = without(left, bytesWritten);
  }
}

function without(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  let skipped = count;
  return pieces.flatMap((piece) => {
    const rest = piece.subarray(skipped);
    skipped = Math.max(0, skipped - piece.length);
    return rest.length === 0 ? [] : [rest];
  });
}
