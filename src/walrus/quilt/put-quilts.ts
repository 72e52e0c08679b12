import type { BlobStore, LongWork } from "../blob-store.ts";
import { encodeQuilt } from "./encode-quilt.ts";
import type { Patch } from "./patch.ts";
import { splitPatches } from "./split-patches.ts";
import { quiltEmpty, type StoredQuilt, withPatches } from "./stored-quilt.ts";

/** A larger quilt is split: it would be read whole to check one patch. */
export const DEFAULT_QUILT_SIZE = 2 ** 28;

export interface PutQuiltsOptions extends LongWork {
  /** Where the quilts are stored; its Blob IDs must be those of `nShards`. */
  readonly store: Pick<BlobStore, "put">;
  readonly patches: readonly Patch[];
  /** Shards of the network, on which the layout of a quilt depends. Default 1000. */
  readonly nShards?: number;
  readonly epochs?: number;
  /** Default false. Patches of one quilt live and end together. */
  readonly deletable?: boolean;
  /** Bytes of one quilt before its patches are split. Default 256 MiB. */
  readonly maxSize?: number;
}

/**
 * Stores many small files in few blobs. The quilts are laid out here and stored as the plain blobs that they are, so their Blob IDs are
 * checked as those of any blob. More patches than one quilt holds, 666 at 1000 shards, give several quilts, and so do patches
 * so unlike in size that one quilt would cost more. The same patches give the same quilts: storing them again costs nothing.
 * @throws ScrimshawError `walrus.quilt-empty`, `walrus.patch-invalid`, `walrus.quilt-too-large`,
 * `walrus.shard-count-invalid`, and those of the store's `put`
 * @example
 * const [quilt] = await putQuilts({ store, patches: [{ identifier: "card.md", bytes, tags: { type: "text" } }] });
 */
export async function putQuilts(options: PutQuiltsOptions): Promise<StoredQuilt[]> {
  const { store, patches, nShards = 1000, maxSize = DEFAULT_QUILT_SIZE, ...terms } = options;
  const groups = splitPatches({ patches, nShards, maxSize });
  if (groups.length === 0) throw quiltEmpty();
  const stored: StoredQuilt[] = [];
  for (const group of groups) {
    terms.signal?.throwIfAborted();
    const { bytes, entries } = encodeQuilt({ patches: group, nShards });
    const blob = await store.put({ ...terms, bytes });
    stored.push(withPatches({ blob, entries }));
  }
  return stored;
}
