import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface FirstTimeOptions {
  /** Folder of the cache. */
  readonly cache: string;
  /** What happens, as a file name. */
  readonly what: string;
}

/** True once for each cache, which is what a machine usually has one of; and always where nothing can be noted. */
export async function isFirstTime({ cache, what }: FirstTimeOptions): Promise<boolean> {
  const folder = join(cache, "told");
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, what), "", { flag: "wx" });
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "EEXIST");
  }
}
