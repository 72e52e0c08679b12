import { ScrimshawError, isScrimshawError } from "../errors.ts";
import type { BlobReference, BlobStore, LongWork } from "./blob-store.ts";

/** Blobs up to this many bytes are always read back. */
export const READ_BACK = 64 * 1024 * 1024;

/** How a blob of more than 64 MiB is confirmed: by reading it back, or by what `BlobStore.status` says of it. */
export type Confirmation = "read" | "status";

export interface ConfirmStoredOptions extends Pick<LongWork, "signal"> {
  readonly store: Pick<BlobStore, "get" | "status">;
  readonly blob: BlobReference;
  /** How errors name the blob, after "of": "the manifest", say. */
  readonly what: string;
  /**
   * For blobs of more than 64 MiB. Default `status`, which costs one request: it is what the storage nodes agree on where the
   * store knows their committee, and no more than an aggregator's word where it does not.
   */
  readonly confirm?: Confirmation;
}

function notConfirmed(
  { what, blob }: ConfirmStoredOptions,
  { found, next, cause }: Partial<Record<"found" | "next", string>> & { readonly cause?: unknown },
): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.blob-not-confirmed",
    expected: `the ${String(blob.size)} bytes of ${what} as blob ${blob.blobId} on Walrus`,
    found: found ?? "nothing",
    next: `Nothing was registered or recorded. ${next ?? "Run the command again; if it stays, use another publisher."}`,
    cause,
  });
}

/**
 * Makes sure that others can read a blob before anything on chain refers to it: a publisher's word that it is stored is not
 * enough. The bytes are read back from an aggregator and compared with their content hash, large ones if `confirm` says so.
 * @throws ScrimshawError `walrus.blob-not-confirmed`; the signal's reason when aborted
 */
export async function confirmStored(options: ConfirmStoredOptions): Promise<void> {
  const { store, blob, confirm = "status", signal } = options;
  const { blobId, contentHash, size } = blob;
  const abort = signal === undefined ? {} : { signal };
  try {
    if (size <= READ_BACK || confirm === "read") {
      await store.get({ blobId, contentHash, size, fresh: true, ...abort });
      return;
    }
    const { state, source } = await store.status({ blobId, ...abort });
    if (state !== "certified") throw notConfirmed(options, { found: `one that is ${state}, as ${source} says` });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error) || error.code === "walrus.blob-not-confirmed") throw error;
    const { code, found, next } = error;
    throw notConfirmed(options, { found: `${code}: ${found}`, next, cause: error });
  }
}
