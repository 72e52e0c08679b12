import { ScrimshawError } from "../errors.ts";
import { storeMs, UPLOAD_FAILURES } from "./ask-publisher.ts";
import { type BlobInput, openBlobInput } from "./blob-input.ts";
import type { PutOptions, StoredBlob } from "./blob-store.ts";
import type { EncoderResult } from "./encoder-job.ts";
import { checkEncodable, type EncoderPool } from "./encoder-pool.ts";
import type { EndpointHealth } from "./endpoint-health.ts";
import type { TransferLimits } from "./exchange.ts";
import { checkStored } from "./check-stored.ts";
import type { PublisherToken } from "./publisher-token.ts";
import type { Timing } from "./timing.ts";
import { type Attempt, type RetryPolicy, tryEndpoints } from "./try-endpoints.ts";
import { uploadBlob } from "./upload-blob.ts";

export type PutBlobOptions = PutOptions & {
  readonly publishers: readonly EndpointHealth[];
  readonly epochs: number;
  readonly nShards: number;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits;
  readonly retry: RetryPolicy;
  readonly timing: Timing;
  readonly pool: EncoderPool;
  readonly token?: PublisherToken | undefined;
  /** `reuse_resources`: the publisher may extend a blob that it owns instead of paying for a new one. */
  readonly reuse?: boolean;
  /** First epoch for which nothing need be paid; undefined where the current epoch is unknown. */
  readonly leastEnd?: number | undefined;
  /**
   * Asked before bytes are sent a second time: until which epoch (exclusive) the blob is certified and permanent already, as far as
   * that is known.
   */
  readonly paidUntil?: ((blobId: string) => Promise<number | undefined>) | undefined;
};

/**
 * Uploads a blob to the first publisher that takes it, while its Blob ID is computed here, and checks the answer against it. One
 * publisher at a time: two would both be paid.
 * @throws ScrimshawError `walrus.publisher-unreachable`, `walrus.publisher-too-slow`, `walrus.publisher-refused`,
 * `walrus.publisher-failed`, `walrus.publisher-answer-invalid`, `walrus.publisher-broke-terms`,
 * `walrus.publisher-token-unavailable`, `walrus.blob-id-mismatch`, `walrus.blob-marked-invalid`, `walrus.blob-too-large`,
 * `walrus.file-unreadable`, `walrus.source-changed`, `walrus.encoder-failed`; the signal's reason when aborted
 */
export async function putBlob(options: PutBlobOptions): Promise<StoredBlob> {
  const { epochs, deletable = false, nShards, publishers, pool, signal, onProgress, limits, timing } = options;
  const input = await openBlobInput(options);
  const { size } = input;
  checkEncodable({ size, nShards });
  onProgress?.({ kind: "encode", hashed: 0, size });
  const giveUp = new AbortController();
  const stop = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  const onHashed = (hashed: number): void => onProgress?.({ kind: "encode", hashed, size });
  const computing = pool.computeBlobId({ source: input.source, nShards, signal: stop, onHashed });
  // A blob that cannot be encoded is not worth its upload.
  computing.catch((reason: unknown) => giveUp.abort(reason));
  const retry = { ...options.retry, deadlineMs: options.retry.deadlineMs + storeMs(size) };
  let sentBefore = false;

  const attempt = async ({ endpoint, leftMs, onRetryAfter }: Attempt): Promise<StoredBlob> => {
    if (sentBefore && !deletable) {
      const known = await alreadyPaid({ computing, options });
      if (known !== undefined) return known;
    }
    sentBefore = true;
    const answerMs = Math.min(limits.answerMs + storeMs(size), leftMs);
    const { url } = endpoint;
    const terms = { epochs, deletable, reuse: options.reuse ?? false };
    const { fetch, token } = options;
    const sending = { input, url, terms, fetch, token, limits: { ...limits, answerMs }, signal: stop, onRetryAfter };
    const answer = await uploadBlob({ ...sending, ...(onProgress === undefined ? {} : { onProgress }) });
    const { blobId, contentHash } = await computing;
    try {
      checkStored({ answer, computed: { blobId, size, nShards }, deletable, leastEnd: options.leastEnd, url });
    } catch (error) {
      if (await input.changed()) throw sourceChanged(error);
      throw error;
    }
    const { endEpoch, alreadyCertified } = answer;
    return { blobId, contentHash, size, endEpoch, alreadyCertified };
  };

  try {
    const party = "publisher";
    const stored = await tryEndpoints({
      party,
      endpoints: publishers,
      retry,
      timing,
      signal: stop,
      order: UPLOAD_FAILURES,
      attempt,
    });
    onProgress?.({ kind: "stored", blobId: stored.blobId, size });
    return stored;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const reason: unknown = stop.aborted ? stop.reason : error;
    throw (await hasChanged(input)) ? sourceChanged(reason) : reason;
  } finally {
    giveUp.abort();
  }
}

/** An upload whose answer was lost may have succeeded: then nothing is sent, or paid, again. */
async function alreadyPaid({
  computing,
  options,
}: {
  readonly computing: Promise<EncoderResult>;
  readonly options: PutBlobOptions;
}): Promise<StoredBlob | undefined> {
  if (options.paidUntil === undefined) return undefined;
  const { blobId, contentHash, size } = await computing;
  const endEpoch = await options.paidUntil(blobId);
  return endEpoch === undefined ? undefined : { blobId, contentHash, size, endEpoch, alreadyCertified: true };
}

async function hasChanged(input: BlobInput): Promise<boolean> {
  return input.changed().catch(() => true);
}

function sourceChanged(cause: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.source-changed",
    expected: "a file that stays as it is while it is stored",
    found: "one that was changed meanwhile",
    next: "Store it again once nobody writes to it.",
    cause,
  });
}
