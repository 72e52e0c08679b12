import { createHash } from "node:crypto";
import { isScrimshawError } from "../errors.ts";
import type { BlobReference, BlobStore } from "./blob-store.ts";

/** Bytes that were asked for, or what was sent in their place. */
export interface MarkedBytes {
  readonly bytes: Uint8Array;
  /** False where every server gave other bytes than the content hash names, or another number of them. */
  readonly hashHolds: boolean;
}

/**
 * The bytes of a blob, preferably those that the content hash names. Where no server has them, the wrong bytes are given back and
 * marked, so that an audit can say what is wrong with them.
 * @returns in words why no bytes can be had
 */
export async function getOrWrong({
  store,
  blob: { blobId, contentHash, size },
  signal,
}: {
  readonly store: Pick<BlobStore, "get">;
  readonly blob: BlobReference;
  readonly signal?: AbortSignal | undefined;
}): Promise<MarkedBytes | string> {
  const request = { blobId, ...(signal && { signal }) };
  try {
    return { bytes: await store.get({ ...request, size, contentHash }), hashHolds: true };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
  }
  try {
    const bytes = await store.get({ ...request, maxSize: size, unverified: true });
    const found = `0x${createHash("sha256").update(bytes).digest("hex")}`;
    return { bytes, hashHolds: found === contentHash && bytes.length === size };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    return `blob ${blobId}: ${error.found}`;
  }
}
