import { ScrimshawError } from "../../errors.ts";

const WINDOW = 64 * 1024;

/** The error for a file that is no usable ONNX: `models.onnx-invalid`. */
export function invalidOnnx(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "models.onnx-invalid",
    expected: "an ONNX file: a protobuf message with a graph that names its inputs and outputs",
    found,
    next: "Export the model again, or give the file another ending than .onnx if it is none.",
    cause,
  });
}

/** What is read of an open file, or of something like one. */
export interface ReadAt {
  readonly read: (
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesRead: number }>;
}

/** Bytes of an open file at any position, through one window of 64 KiB. */
export class RandomBytes {
  readonly size: number;
  readonly #handle: ReadAt;
  readonly #window = Buffer.alloc(WINDOW);
  #start = 0;
  #length = 0;

  constructor({ handle, size }: { readonly handle: ReadAt; readonly size: number }) {
    this.#handle = handle;
    this.size = size;
  }

  /**
   * The `length` bytes at `offset`, fewer at the end of the file. The view is valid until the next call.
   * @throws RangeError for more than one window
   */
  async view(offset: number, length: number): Promise<Uint8Array> {
    if (length > WINDOW) throw new RangeError(`at most ${String(WINDOW)} bytes at once`);
    const wanted = Math.min(length, this.size - offset);
    if (offset < this.#start || offset + wanted > this.#start + this.#length) await this.#load(offset);
    const from = offset - this.#start;
    return this.#window.subarray(from, Math.min(from + wanted, this.#length));
  }

  async #load(offset: number): Promise<void> {
    this.#start = offset;
    this.#length = 0;
    while (this.#length < WINDOW) {
      const { bytesRead } = await this.#handle.read(
        this.#window,
        this.#length,
        WINDOW - this.#length,
        offset + this.#length,
      );
      if (bytesRead === 0) return;
      this.#length += bytesRead;
    }
  }
}
