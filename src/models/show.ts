import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { isScrimshawError } from "../errors.ts";
import type { ScrimshawError } from "../errors.ts";
import type { BlobStore } from "../walrus/blob-store.ts";
import type { ModelCache } from "./cache/model-cache.ts";
import { countDocuments, readDocuments } from "./documents/read-documents.ts";
import type { DocumentRecord } from "./documents/read-documents.ts";
import { fetchManifest } from "./fetch-manifest.ts";
import type { Manifest } from "./manifest.ts";
import { readVersions } from "./records.ts";
import type { ModelRecord, VersionRecord } from "./records.ts";
import type { ModelReference } from "./reference.ts";
import { resolveModel, resolveVersion } from "./resolve.ts";

const MOST_VERSIONS = 100;
const MOST_DOCUMENTS = 100;

export interface ShowModelOptions {
  readonly reference: ModelReference;
  readonly registry: ModelRegistry;
  readonly store: BlobStore;
  readonly cache?: ModelCache;
  readonly signal?: AbortSignal;
}

/** What the chain holds of a model, and what one of its versions holds. */
export interface ShownModel {
  readonly model: ModelRecord;
  /** The newest 100 in rising order. */
  readonly versions: readonly VersionRecord[];
  /** The version that the reference names; undefined if it names none and none is active. */
  readonly version: VersionRecord | undefined;
  /** What that version holds, checked against the chain; undefined without a version, or if it is not to be had. */
  readonly manifest: Manifest | undefined;
  /** The newest 100 documents of that version, whoever added them, and how many it has. */
  readonly documents: readonly DocumentRecord[];
  readonly documentCount: number;
  /** Why the version's manifest is not to be had. */
  readonly problem: ScrimshawError | undefined;
}

/**
 * Reads a model, its versions and the manifest of one of them. Revoked versions are shown too, and what the chain holds is
 * also given when the manifest is missing or wrong.
 * @throws ScrimshawError errors of `resolveVersion`
 */
export async function showModel(options: ShowModelOptions): Promise<ShownModel> {
  const { reference, registry, store, cache, signal } = options;
  const model = await resolveModel(options);
  const offset = Math.max(model.versionCount - MOST_VERSIONS, 0);
  const versions = await readVersions(registry, model.modelId, { offset, limit: MOST_VERSIONS });
  const isNamed = reference.selector.kind !== "newest";
  if (!isNamed && versions.every(({ status }) => status !== "active") && offset === 0) {
    const nothing = { version: undefined, manifest: undefined, documents: [], documentCount: 0, problem: undefined };
    return { model, versions, ...nothing };
  }
  const resolved = await resolveVersion(options);
  const { version } = resolved;
  const where = { registry, modelId: model.modelId, version: version.version, signal };
  const documentCount = await countDocuments(where);
  const newest = Math.max(documentCount - MOST_DOCUMENTS, 0);
  const documents: DocumentRecord[] = [];
  for await (const one of readDocuments({ ...where, offset: newest, count: MOST_DOCUMENTS })) documents.push(one);
  const shown = { model, versions, version, documents, documentCount };
  try {
    const manifest = await fetchManifest({
      manifest: version.manifest,
      version: resolved,
      store,
      ...(cache && { cache }),
      ...(signal && { signal }),
    });
    return { ...shown, manifest, problem: undefined };
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    return { ...shown, manifest: undefined, problem: error };
  }
}
