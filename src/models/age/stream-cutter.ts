/** Hands out stretches of a stream, one after the other, in rising order. */
export class StreamCutter {
  readonly #source: AsyncGenerator<Uint8Array, void, undefined>;
  #rest: Uint8Array = new Uint8Array();
  #position = 0;

  constructor(source: AsyncGenerator<Uint8Array, void, undefined>) {
    this.#source = source;
  }

  /** The `length` bytes at `offset`, which is not before the end of the last stretch; fewer at the end of the stream. */
  async *cut(offset: number, length: number): AsyncGenerator<Uint8Array, void, undefined> {
    const end = offset + length;
    while (this.#position < end) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#source.next();
        if (done === true) return;
        this.#rest = value;
      }
      const skipped = Math.min(Math.max(offset - this.#position, 0), this.#rest.length);
      const taken = this.#rest.subarray(skipped, skipped + end - this.#position - skipped);
      this.#position += skipped + taken.length;
      this.#rest = this.#rest.subarray(skipped + taken.length);
      if (taken.length > 0) yield taken;
    }
  }
}
