import { open } from "node:fs/promises";
import type { ModelCache } from "./cache/model-cache.ts";
import { readFileNeeds } from "./file-details.ts";
import { requireNeeds } from "./file-needs.ts";
import type { RequireNeedsOptions } from "./file-needs.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { largeBudget } from "./onnx/external-data.ts";

export interface RequirePulledNeedsOptions {
  readonly manifest: Manifest;
  /** Those that were asked for. Their contents are in the cache. */
  readonly files: readonly ManifestFile[];
  readonly cache: ModelCache;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes sure, before a folder appears, that its files name no others than those of the model: a publisher may have used other tools,
 * and an ONNX runtime opens what a graph names.
 * @throws ScrimshawError `models.needed-file-missing`, `models.onnx-invalid`, `models.safetensors-invalid`
 */
export async function requirePulledNeeds(options: RequirePulledNeedsOptions): Promise<void> {
  const { manifest, files, cache, signal } = options;
  const budget = largeBudget(signal);
  const needing: RequireNeedsOptions["needing"][number][] = [];
  for (const file of files) {
    const { path, size, graph } = file;
    const handle = await open(cache.blobs.pathOf(file));
    try {
      const needs = await readFileNeeds({ handle, size, path, isGraph: graph !== undefined, budget });
      if (needs) needing.push({ path, needs });
    } finally {
      await handle.close();
    }
  }
  requireNeeds({ files: manifest.files, needing });
}
