import { ScrimshawError } from "../../errors.ts";
import type { StoredBlob } from "../blob-store.ts";
import { encodePatchId } from "./patch-id.ts";
import type { ListedPatch } from "./quilt.ts";
import type { PatchEntry } from "./quilt-index.ts";

/** A stored quilt, and the patches in it. Its content hash is what reads of its patches can be checked against. */
export interface StoredQuilt extends StoredBlob {
  readonly patches: readonly ListedPatch[];
}

/** Names a quilt's patches, which can be named only once its Blob ID is known. */
export function withPatches({
  blob,
  entries,
}: {
  readonly blob: StoredBlob;
  readonly entries: readonly PatchEntry[];
}): StoredQuilt {
  const patches = entries.map(({ identifier, tags, start, end }) => ({
    identifier,
    patchId: encodePatchId({ quiltId: blob.blobId, start, end }),
    tags,
  }));
  return { ...blob, patches };
}

/** Walrus stores no quilt without patches: `walrus.quilt-empty`. */
export function quiltEmpty(): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.quilt-empty",
    expected: "at least one patch",
    found: "none",
    next: "Name a folder that holds files.",
  });
}
