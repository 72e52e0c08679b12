import type { IModelRegistry, ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { callChain } from "../chain/revert.ts";
import { revertedWith } from "../chain/reverted-with.ts";
import { blobIdFromHex } from "../walrus/blob-id.ts";
import type { BlobReference } from "../walrus/blob-store.ts";

/** What the owner says about a version; `revoked` is final. */
export type VersionStatus = "active" | "deprecated" | "revoked";

/** In the order of the contract. */
export const STATUSES: readonly VersionStatus[] = ["active", "deprecated", "revoked"];

/** A model as the registry holds it. */
export interface ModelRecord {
  readonly modelId: `0x${string}`;
  readonly owner: string;
  readonly creator: string;
  readonly name: string;
  readonly versionCount: number;
  /** Unix seconds. */
  readonly registeredAt: number;
}

/** A version as the registry holds it. */
export interface VersionRecord {
  readonly version: number;
  readonly status: VersionStatus;
  readonly manifest: BlobReference;
  /** keccak256 of the concatenated sorted raw IDs of the blobs that hold the files. */
  readonly blobsHash: `0x${string}`;
  /** First Walrus epoch that is no longer paid for, as the publisher claims. */
  readonly endEpoch: number;
  /** Unix seconds. */
  readonly publishedAt: number;
}

/** A version as the contract returns it, in the library's words. @throws RangeError for a status that no contract of ours has */
export function toVersionRecord(version: number, record: IModelRegistry.ReleaseRecordStructOutput): VersionRecord {
  const status = STATUSES[Number(record.status)];
  if (status === undefined) throw new RangeError(`status ${String(record.status)} of version ${String(version)}`);
  const { blobId, contentHash, size } = record.manifest;
  return {
    version,
    status,
    manifest: { blobId: blobIdFromHex(blobId), contentHash: contentHash as `0x${string}`, size: Number(size) },
    blobsHash: record.blobsHash as `0x${string}`,
    endEpoch: Number(record.endEpoch),
    publishedAt: Number(record.publishedAt),
  };
}

/** What `read` gives, or undefined if the registry says with one of `errors` that there is none. */
async function unlessUnknown<T>(
  registry: ModelRegistry,
  errors: readonly string[],
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (errors.some((name) => revertedWith(registry.interface, error, name))) return undefined;
    throw error;
  }
}

/**
 * The model with an id, if it is registered.
 * @throws ScrimshawError `chain.unreachable`, `chain.reverted`, `chain.request-failed`
 */
export function findModel(registry: ModelRegistry, modelId: `0x${string}`): Promise<ModelRecord | undefined> {
  return callChain({
    what: "read a model",
    interfaces: [registry.interface],
    call: async () => {
      const record = await unlessUnknown(registry, ["ModelRegistryUnknownModel"], () => registry.model(modelId));
      return (
        record && {
          modelId,
          owner: record.owner,
          creator: record.creator,
          name: record.name,
          versionCount: Number(record.versionCount),
          registeredAt: Number(record.registeredAt),
        }
      );
    },
  });
}

/**
 * A version of a model, if it exists.
 * @throws ScrimshawError `chain.unreachable`, `chain.reverted`, `chain.request-failed`
 */
export function findVersion(
  registry: ModelRegistry,
  modelId: `0x${string}`,
  version: number,
): Promise<VersionRecord | undefined> {
  const errors = ["ModelRegistryUnknownModel", "ModelRegistryUnknownVersion"];
  return callChain({
    what: "read a version of a model",
    interfaces: [registry.interface],
    call: async () => {
      const record = await unlessUnknown(registry, errors, () => registry.releaseOf(modelId, version));
      return record && toVersionRecord(version, record);
    },
  });
}

/** A page of versions in rising order; the first is `offset + 1`. */
export async function readVersions(
  registry: ModelRegistry,
  modelId: `0x${string}`,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<readonly VersionRecord[]> {
  const records = await callChain({
    what: "read the versions of a model",
    interfaces: [registry.interface],
    call: () => registry.versions(modelId, offset, limit),
  });
  return records.map((record, index) => toVersionRecord(offset + index + 1, record));
}
