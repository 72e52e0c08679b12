import { posix } from "node:path";
import { ScrimshawError } from "../errors.ts";
import { quoted } from "./text.ts";

/** What a file names beside itself: path as the file writes it, from its own folder, and the fewest bytes that it takes. */
export type FileNeeds = ReadonlyMap<string, number>;

export interface RequireNeedsOptions {
  /** All files of the model. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly needing: readonly { readonly path: string; readonly needs?: FileNeeds }[];
}

function missing(path: string, needed: string, least: number, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.needed-file-missing",
    expected: `${least > 0 ? `at least ${String(least)} bytes` : "a file"} at ${quoted(needed)} in the folder of ${quoted(path)}, which names it`,
    found,
    next: "Publishers: add the file, or export the model again. Others: do not use this version, and tell its publisher.",
  });
}

/**
 * Makes sure that what files name beside themselves is in the model: ONNX runtimes and loaders of shards open those paths, also
 * such as lead out of the folder, to whatever is there.
 * @throws ScrimshawError `models.needed-file-missing`
 */
export function requireNeeds({ files, needing }: RequireNeedsOptions): void {
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  for (const { path, needs = new Map<string, number>() } of needing) {
    const folder = posix.dirname(path);
    for (const [needed, least] of needs) {
      const plain = needed.replace(/^(?:\.\/)+/, "");
      // Paths of a model's files have no '..' and no empty name, so joining them plainly leads nowhere else.
      const size = sizes.get(folder === "." ? plain : `${folder}/${plain}`);
      if (size === undefined) throw missing(path, needed, least, "no such file of the model");
      if (size < least) throw missing(path, needed, least, `${String(size)} bytes`);
    }
  }
}
