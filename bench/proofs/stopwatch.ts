/** Adds up the time in which at least one of the things that it watches is going on. */
export class Stopwatch {
  #running = 0;
  #began = 0;
  #total = 0;

  get seconds(): number {
    return this.#total / 1000;
  }

  async run<T>(work: () => T | Promise<T>): Promise<T> {
    this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** The same of something that ends before it returns. */
  runSync<T>(work: () => T): T {
    this.#enter();
    try {
      return work();
    } finally {
      this.#leave();
    }
  }

  #enter(): void {
    if (this.#running === 0) this.#began = performance.now();
    this.#running += 1;
  }

  #leave(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#total += performance.now() - this.#began;
  }
}
