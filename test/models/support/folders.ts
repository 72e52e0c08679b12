import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export type Contents = Readonly<Record<string, string | Uint8Array>>;

/** Temporary folders that are removed together. */
export class Folders {
  readonly #made: string[] = [];

  async empty(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "scrimshaw-models-"));
    this.#made.push(folder);
    return folder;
  }

  async with(contents: Contents): Promise<string> {
    const folder = await this.empty();
    for (const [path, bytes] of Object.entries(contents)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    return folder;
  }

  async remove(): Promise<void> {
    for (const folder of this.#made.splice(0)) await rm(folder, { recursive: true, force: true });
  }
}
