import type { BlobId } from "../blob-id.ts";
import type { BlobStore, GetOptions, LongWork } from "../blob-store.ts";
import { parsePatchId } from "./patch-id.ts";
import { type ListedPatch, Quilt, type QuiltPatch } from "./quilt.ts";

export interface ReadQuiltOptions extends LongWork {
  readonly store: Pick<BlobStore, "get">;
  readonly quiltId: BlobId;
  /** Shards of the network, on which the layout of a quilt depends. Default 1000. */
  readonly nShards?: number;
  /** SHA-256 of the whole quilt, as its blob reference has it. Without it the Blob ID is computed from the bytes. */
  readonly contentHash?: `0x${string}`;
  /** Length of the whole quilt in bytes. */
  readonly size?: number;
  /** Upper bound of bytes to accept when no size is known. Default 1 GiB. */
  readonly maxSize?: number;
}

/**
 * Reads a whole quilt and checks it against its content hash or Blob ID. Walrus keeps no hash of a patch, and a patch's bytes are spread
 * over all rows of the quilt, so nothing smaller can be checked.
 * @throws ScrimshawError `walrus.quilt-invalid`, `walrus.shard-count-invalid`, and those of the store's `get`
 * @example
 * const quilt = await readQuilt({ store, quiltId, contentHash });
 * const { bytes } = await quilt.patch({ identifier: "card.md" });
 */
export async function readQuilt(options: ReadQuiltOptions): Promise<Quilt> {
  const { store, quiltId, nShards = 1000, ...rest } = options;
  const wanted: GetOptions = { ...rest, blobId: quiltId };
  return Quilt.fromBytes({ quiltId, bytes: await store.get(wanted), nShards });
}

/**
 * The patches of a quilt, or those that bear a tag, from its checked bytes.
 * @throws ScrimshawError as `readQuilt`
 */
export async function listPatches({
  tag,
  ...options
}: ReadQuiltOptions & { readonly tag?: { readonly key: string; readonly value: string } }): Promise<ListedPatch[]> {
  return (await readQuilt(options)).list(tag);
}

export type GetPatchOptions = Omit<ReadQuiltOptions, "quiltId"> &
  ({ readonly quiltId: BlobId; readonly identifier: string } | { readonly patchId: string });

/**
 * One patch, by its identifier in a quilt or by its patch ID, from the quilt's checked bytes. `readQuilt` spares the transfer where
 * several patches of one quilt are wanted; `fetchPatch` where the patch's own hash is known.
 * @throws ScrimshawError `walrus.patch-not-found`, `walrus.patch-id-invalid`, and those of `readQuilt`
 * @example
 * const { bytes, tags } = await getPatch({ store, quiltId, identifier: "card.md" });
 */
export async function getPatch(options: GetPatchOptions): Promise<QuiltPatch> {
  if ("patchId" in options) {
    const { patchId, ...rest } = options;
    const quilt = await readQuilt({ ...rest, quiltId: parsePatchId(patchId).quiltId });
    return quilt.patch({ patchId });
  }
  const { identifier, ...rest } = options;
  return (await readQuilt(rest)).patch({ identifier });
}
