/** How long a server that failed is asked last: at first, and at most, in milliseconds. */
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 300_000;

/**
 * One server and what is remembered of it. After a failure it rests: others are asked first. When the rest is over it is asked again
 * in its place, by one call at a time, until it has answered.
 */
export class EndpointHealth {
  readonly url: string;
  #failures = 0;
  #restsUntil = -Infinity;
  #heldUntil = -Infinity;
  #trials = 0;

  constructor(url: string) {
    this.url = url;
  }

  /** 0: ask in turn; 1: ask only after all others. */
  rank(now: number): 0 | 1 {
    if (this.#failures === 0) return 0;
    return now >= this.#restsUntil && this.#trials === 0 ? 0 : 1;
  }

  /** Until when the server itself asked to be left alone. */
  get heldUntil(): number {
    return this.#heldUntil;
  }

  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until);
  }

  /** Runs one request at it, so that others know it is being tried. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#trials += 1;
    try {
      return await work();
    } finally {
      this.#trials -= 1;
    }
  }

  succeeded(): void {
    this.#failures = 0;
    this.#restsUntil = -Infinity;
  }

  /** @param grave true for wrong bytes: nothing that passes by itself */
  failed({ now, grave }: { readonly now: number; readonly grave: boolean }): void {
    this.#failures += 1;
    const rest = grave ? LONGEST_REST_MS : Math.min(FIRST_REST_MS * 2 ** (this.#failures - 1), LONGEST_REST_MS);
    this.#restsUntil = now + rest;
  }
}
