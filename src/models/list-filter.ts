import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { isScrimshawError } from "../errors.ts";
import type { ScrimshawError } from "../errors.ts";
import type { BlobStore } from "../walrus/blob-store.ts";
import type { ModelCache } from "./cache/model-cache.ts";
import { fetchManifest } from "./fetch-manifest.ts";
import { newestVersion } from "./newest-version.ts";
import { findVersion } from "./records.ts";
import type { ModelRecord, VersionRecord, VersionStatus } from "./records.ts";
import { versionOf } from "./version-of.ts";

/** Manifests that were read to find models. */
export interface ManifestRead {
  readonly bytes: number;
  /** True if it had to be fetched from Walrus. */
  readonly fetched: boolean;
}

/** Which models are wanted. Of each one version counts: the tagged one, else the newest with the status, else the newest active one. */
export interface ListFilter {
  /** Only models with this tag. */
  readonly tag?: string | undefined;
  /** Only models with such a version. */
  readonly status?: VersionStatus | undefined;
  /** Only models whose manifest names this task; manifests are kept in the cache, which tells them by their hash. */
  readonly task?:
    | {
        readonly name: string;
        readonly store: BlobStore;
        readonly cache: ModelCache;
        readonly onManifest?: (read: ManifestRead) => void;
      }
    | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface UnreadManifest {
  readonly model: ModelRecord;
  readonly version: VersionRecord;
  readonly problem: ScrimshawError;
}

export function isFilter({ tag, status, task }: ListFilter): boolean {
  return tag !== undefined || status !== undefined || task !== undefined;
}

async function wantedVersion({
  registry,
  model,
  tag,
  status,
  signal,
}: FindListedVersionOptions): Promise<VersionRecord | undefined> {
  if (tag === undefined) return newestVersion({ registry, model, status: status ?? "active", signal });
  const { modelId } = model;
  const number = await versionOf("tag", { registry, modelId, text: tag });
  const version = number === undefined ? undefined : await findVersion(registry, modelId, number);
  return status === undefined || version?.status === status ? version : undefined;
}

export interface FindListedVersionOptions extends ListFilter {
  readonly registry: ModelRegistry;
  readonly model: ModelRecord;
}

/**
 * The version by which a filter finds a model; undefined if it does not. Without a filter no version is looked for.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function findListedVersion(
  options: FindListedVersionOptions,
): Promise<{ readonly model: ModelRecord; readonly version: VersionRecord | undefined } | UnreadManifest | undefined> {
  const { model, task, signal } = options;
  if (!isFilter(options)) return { model, version: undefined };
  const version = await wantedVersion(options);
  if (version === undefined) return undefined;
  if (task === undefined) return { model, version };
  const { name, store, cache, onManifest } = task;
  const { manifest } = version;
  let fetched = false;
  try {
    const read = await fetchManifest({
      manifest,
      version: { model, version },
      store,
      cache,
      ...(signal && { signal }),
      onFetched: () => (fetched = true),
    });
    onManifest?.({ bytes: manifest.size, fetched });
    return read.metadata.task === name ? { model, version } : undefined;
  } catch (error) {
    if (!isScrimshawError(error) || error.code.startsWith("chain.")) throw error;
    return { model, version, problem: error };
  }
}
