import { createHash } from "node:crypto";
import { posix } from "node:path";
import { ScrimshawError } from "../errors.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { quoted } from "./text.ts";

/** Some files of a model, and a name for this choice among others of the same version; undefined for all files. */
export interface SelectedFiles {
  readonly files: readonly ManifestFile[];
  readonly choice: string | undefined;
}

/**
 * The files that match one of the patterns; all of them without any. A pattern is a path in which `*` stands for any characters
 * within a name and `**` for any folders.
 * @throws ScrimshawError `models.nothing-included`
 */
export function selectFiles({ files }: Manifest, include: readonly string[] = []): SelectedFiles {
  if (include.length === 0) return { files, choice: undefined };
  const chosen = files.filter(({ path }) => include.some((pattern) => posix.matchesGlob(path, pattern)));
  if (chosen.length === 0) {
    throw new ScrimshawError({
      code: "models.nothing-included",
      expected: `files of the model that match ${include.map(quoted).join(" or ")}`,
      found: "none",
      next: "Write patterns as *.json or weights/**; `npx hardhat model show <reference>` lists the files.",
    });
  }
  if (chosen.length === files.length) return { files, choice: undefined };
  const choice = createHash("sha256")
    .update(chosen.map(({ path }) => path).join("\n"))
    .digest("hex")
    .slice(0, 32);
  return { files: chosen, choice };
}
