import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { readVersions } from "./records.ts";
import type { ModelRecord, VersionRecord, VersionStatus } from "./records.ts";

const PAGE = 100;
/** A node that invents versions must not keep the search going. */
export const MOST_SEARCHED = 10_000;

export interface NewestVersionOptions {
  readonly registry: ModelRegistry;
  readonly model: ModelRecord;
  readonly status: VersionStatus;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The newest version of a model that has a status, among its newest 10,000.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function newestVersion(options: NewestVersionOptions): Promise<VersionRecord | undefined> {
  const { registry, model, status, signal } = options;
  const last = Math.max(model.versionCount - MOST_SEARCHED, 0);
  for (let end = model.versionCount; end > last; end -= PAGE) {
    signal?.throwIfAborted();
    const offset = Math.max(end - PAGE, 0);
    const page = await readVersions(registry, model.modelId, { offset, limit: end - offset });
    const newest = page.findLast((version) => version.status === status);
    if (newest) return newest;
  }
  return undefined;
}
