import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { Turns } from "./turns.ts";

/** Files that can be made again, kept up to a number of bytes; what was used longest ago goes first. */
export class DiskCache {
  readonly #directory: string;
  readonly #limit: number;
  readonly #turns = new Turns();
  /** Bytes of each file, in the order of use. */
  readonly #sizes = new Map<string, number>();

  private constructor(directory: string, limit: number) {
    this.#directory = directory;
    this.#limit = limit;
  }

  static async open({ directory, limit }: { readonly directory: string; readonly limit: number }): Promise<DiskCache> {
    const cache = new DiskCache(directory, limit);
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(directory)) {
      const path = join(directory, name);
      if (name.endsWith(".incomplete")) await rm(path, { force: true });
      else cache.#sizes.set(name, (await stat(path)).size);
    }
    return cache;
  }

  /** The path of a file, which `make` writes when there is none. It stays at least until the next call for another one. */
  async path(name: string, make: (target: string) => Promise<void>): Promise<string> {
    const path = join(this.#directory, name);
    return this.#turns.take(name, async () => {
      const known = this.#sizes.get(name);
      if (known !== undefined) {
        this.#sizes.delete(name);
        this.#sizes.set(name, known);
        return path;
      }
      const target = `${path}.incomplete`;
      await rm(target, { force: true });
      try {
        await make(target);
        const { size } = await stat(target);
        await rename(target, path);
        this.#sizes.set(name, size);
      } finally {
        await rm(target, { force: true });
      }
      await this.#shrink(name);
      return path;
    });
  }

  async remove(name: string): Promise<void> {
    this.#sizes.delete(name);
    await rm(join(this.#directory, name), { force: true });
  }

  async clear(): Promise<void> {
    for (const name of [...this.#sizes.keys()]) await this.remove(name);
  }

  async #shrink(newest: string): Promise<void> {
    let total = [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const [name, size] of [...this.#sizes]) {
      if (total <= this.#limit) return;
      if (name === newest) continue;
      total -= size;
      await this.remove(name);
    }
  }
}
