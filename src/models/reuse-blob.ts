import { isScrimshawError } from "../errors.ts";
import type { BlobStore, StoredBlob } from "../walrus/blob-store.ts";
import type { SystemSource } from "../walrus/system.ts";
import type { Ciphertexts } from "./age/ciphertexts.ts";
import type { Content } from "./cache/content-store.ts";
import { fetchManifest } from "./fetch-manifest.ts";
import { KnownBlobs } from "./known-blobs.ts";
import type { VersionRecord } from "./records.ts";

/** When a blob that Walrus holds already need not be sent. */
export interface ReuseTerms {
  readonly known: KnownBlobs;
  /** The first epoch that need not be paid for. */
  readonly until: number;
}

export interface ReuseOptions {
  readonly store: BlobStore;
  /** Walrus epochs to pay for; default: the store's. */
  readonly epochs?: number;
  /** Where the current epoch is learned. Without it blobs that Walrus holds already are sent again. */
  readonly system?: SystemSource;
  /** Which blobs are known to hold which bytes. Default: those of the newest version. */
  readonly known?: KnownBlobs;
  /** A blob that Walrus holds for at least so many epochs more is not sent. Default: half of `epochs`, or 1. */
  readonly minEpochs?: number;
  /** For a private model: they learn what the newest version holds. */
  readonly ciphertexts?: Ciphertexts | undefined;
  readonly signal?: AbortSignal;
}

/** Takes a failure of the library's for not knowing. */
function unknown(signal: AbortSignal | undefined): (error: unknown) => undefined {
  return (error) => {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
  };
}

/** What need not be sent: undefined where nobody knows the epoch. */
export async function reuseTerms(
  newest: VersionRecord | undefined,
  options: ReuseOptions,
): Promise<ReuseTerms | undefined> {
  const { store, system, known = new KnownBlobs(), epochs = 1, minEpochs = Math.ceil(epochs / 2) } = options;
  const { ciphertexts, signal } = options;
  const abort = signal ? { signal } : {};
  const now = await system?.system(abort).catch(unknown(signal));
  if (newest !== undefined && (now !== undefined || ciphertexts !== undefined)) {
    // A manifest that is lost or wrong does not hinder the next version.
    const manifest = fetchManifest({ manifest: newest.manifest, version: undefined, store, ...abort });
    const before = await manifest.catch(unknown(signal));
    if (before) known.learn(before, newest.manifest);
    if (before) ciphertexts?.learn(before);
  }
  if (now === undefined) return undefined;
  return { known, until: now.epoch + minEpochs };
}

/** Bytes that are to be stored, and the Blob ID where it is known from elsewhere. */
export interface StorableContent extends Content {
  readonly blobId?: string;
}

export interface FindStoredOptions extends ReuseTerms {
  readonly content: StorableContent;
  readonly store: Pick<BlobStore, "status">;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The blob of these bytes, if Walrus certifies it for good and for long enough. Not knowing is no failure: then they are sent.
 */
export async function findStored({
  known,
  until,
  content,
  store,
  signal,
}: FindStoredOptions): Promise<StoredBlob | undefined> {
  const blobId = content.blobId ?? (await known.find(content));
  if (blobId === undefined) return undefined;
  try {
    const { state, deletable, endEpoch } = await store.status({ blobId, ...(signal && { signal }) });
    if (state !== "certified" || deletable !== false || endEpoch === undefined || endEpoch < until) return undefined;
    return { blobId, contentHash: `0x${content.sha256}`, size: content.size, endEpoch, alreadyCertified: true };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    return undefined;
  }
}
