import type { BlobReference } from "../walrus/blob-store.ts";
import { MANIFEST_SCHEMA } from "./manifest.ts";
import type { BlobAge, FilePart, Manifest, ManifestBlob, ModelMetadata } from "./manifest.ts";
import type { PublishPlan } from "./plan.ts";

export interface BuildManifestOptions {
  readonly name: string;
  readonly metadata: ModelMetadata;
  readonly plan: PublishPlan;
  /** Where each blob of the plan is stored, in the plan's order. */
  readonly stored: readonly (BlobReference & { readonly age?: BlobAge })[];
  /** Of a private model, whose blobs are age files. */
  readonly encryption?: Manifest["encryption"] | undefined;
}

const rawId = (blobId: string): Buffer => Buffer.from(blobId, "base64url");

/** The manifest of a plan whose blobs are stored: blobs sorted by raw ID, files in the plan's order. */
export function buildManifest({ name, metadata, plan, stored, encryption }: BuildManifestOptions): Manifest {
  const byId = new Map(stored.map((blob) => [blob.blobId, blob]));
  const sorted = [...byId.values()].sort((a, b) => Buffer.compare(rawId(a.blobId), rawId(b.blobId)));
  const indexOf = new Map(sorted.map(({ blobId }, index) => [blobId, index]));
  const place = (part: FilePart): FilePart => {
    const index = indexOf.get(stored[part.blob]?.blobId ?? "");
    if (index === undefined) throw new RangeError(`blob ${String(part.blob)} of the plan was not stored`);
    return { ...part, blob: index };
  };
  return {
    schema: MANIFEST_SCHEMA,
    name,
    metadata,
    ...(encryption && { encryption }),
    blobs: sorted.map(({ blobId, contentHash, size, age }): ManifestBlob => ({
      id: blobId,
      sha256: contentHash.slice(2),
      size,
      ...(age && { age }),
    })),
    files: plan.files.map(({ facts: { path, size, sha256, graph, weights }, parts }) => ({
      path,
      size,
      sha256,
      parts: parts.map(place),
      ...(graph && { graph }),
      ...(weights && { weights }),
    })),
  };
}
