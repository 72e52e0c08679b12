import { readPages } from "../../chain/read-pages.ts";
import type { BlobStore } from "../../walrus/blob-store.ts";
import { MAX_EPOCHS_AHEAD } from "../../walrus/epochs.ts";
import { readVersions } from "../records.ts";
import type { ResolvedVersion } from "../resolve.ts";
import { ownedModels } from "./owned-models.ts";
import type { OwnedModelsOptions } from "./owned-models.ts";
import { firstEnd, readLeases } from "./read-leases.ts";
import { findVersionBlobs } from "./version-blobs.ts";

const PAGE = 100;

export interface ExpiringVersionsOptions extends OwnedModelsOptions {
  readonly store: BlobStore;
  /** The current epoch. */
  readonly epoch: number;
  /** Versions that end in this epoch or before are wanted. */
  readonly lastEnd: number;
  /** Ask storage nodes about every version, whatever is claimed of its end. Default: only where the claim cannot be true. */
  readonly thorough?: boolean;
}

async function endsSoon(resolved: ResolvedVersion, options: ExpiringVersionsOptions): Promise<boolean> {
  const { registry, store, epoch, lastEnd, thorough = false, signal } = options;
  const { endEpoch } = resolved.version;
  if (endEpoch <= lastEnd) return true;
  if (!thorough && endEpoch <= epoch + MAX_EPOCHS_AHEAD) return false;
  const { blobs, problem } = await findVersionBlobs({ resolved, registry, store, signal });
  const leases = await readLeases({ blobs, store, signal });
  const end = problem === undefined ? firstEnd(leases.map(({ status }) => status?.endEpoch)) : undefined;
  return end === undefined || end <= lastEnd;
}

/**
 * The active versions of an account's models whose leases end soon, the newest of each model first. Deprecated and revoked ones may lapse.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function* expiringVersions(options: ExpiringVersionsOptions): AsyncGenerator<ResolvedVersion> {
  const { registry, signal } = options;
  for await (const model of ownedModels(options)) {
    const { modelId, versionCount } = model;
    const read = async (from: number, limit: number) => {
      const offset = versionCount - from - limit;
      return (await readVersions(registry, modelId, { offset, limit })).toReversed();
    };
    for await (const version of readPages({ from: 0, end: versionCount, pageSize: PAGE, read, signal })) {
      if (version.status !== "active") continue;
      const resolved = { model, version };
      if (await endsSoon(resolved, options)) yield resolved;
    }
  }
}
