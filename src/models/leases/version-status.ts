import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import type { ScrimshawError } from "../../errors.ts";
import type { BlobStore } from "../../walrus/blob-store.ts";
import type { ModelCache } from "../cache/model-cache.ts";
import type { ModelReference } from "../reference.ts";
import { resolveVersion } from "../resolve.ts";
import type { ResolvedVersion } from "../resolve.ts";
import { firstEnd, isSafe, readLeases } from "./read-leases.ts";
import type { BlobLease } from "./read-leases.ts";
import { findVersionBlobs } from "./version-blobs.ts";

export interface VersionStatusOptions {
  readonly reference: ModelReference;
  readonly registry: ModelRegistry;
  readonly store: BlobStore;
  readonly cache?: ModelCache;
  /** Also the documents that anybody added and did not revoke. Default false. */
  readonly documents?: boolean;
  readonly signal?: AbortSignal;
  readonly onLease?: (lease: BlobLease, index: number) => void;
}

/** How long a version's bytes are there. */
export interface VersionLeases extends ResolvedVersion {
  readonly leases: readonly BlobLease[];
  /** Why only the manifest's blob, and documents, could be looked at. */
  readonly problem: ScrimshawError | undefined;
  /** The first end epoch of manifest and files; undefined if one is unknown. */
  readonly endEpoch: number | undefined;
  /** True if every blob is certified, and nobody can delete it before its end. */
  readonly safe: boolean;
}

/**
 * Asks Walrus about every blob of a version. What the chain says of its end is a publisher's claim; this is what storage nodes agree on, where
 * the store knows them.
 * @throws ScrimshawError errors of `resolveVersion` and of the room `chain`
 */
export async function versionStatus(options: VersionStatusOptions): Promise<VersionLeases> {
  const { registry, store, cache, documents = false, signal, onLease } = options;
  const resolved = await resolveVersion(options);
  const taken = documents ? () => true : undefined;
  const { blobs, problem } = await findVersionBlobs({ resolved, registry, store, cache, documents: taken, signal });
  const leases = await readLeases({ blobs, store, signal, onLease });
  const own = leases.filter(({ role }) => role !== "document");
  const endEpoch = problem === undefined ? firstEnd(own.map(({ status }) => status?.endEpoch)) : undefined;
  return { ...resolved, leases, problem, endEpoch, safe: problem === undefined && leases.every(isSafe) };
}
