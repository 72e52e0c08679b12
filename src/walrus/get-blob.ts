import type { GetOptions } from "./blob-store.ts";
import { computeBlobId } from "./compute-blob-id.ts";
import type { EncoderPool } from "./encoder-pool.ts";
import type { EndpointHealth } from "./endpoint-health.ts";
import { type TransferLimits, truncated } from "./exchange.ts";
import type { HashThread } from "./hash-thread.ts";
import { badRead, openRead, READ_FAILURES } from "./open-read.ts";
import { checkGetOptions } from "./read-options.ts";
import type { Send } from "./send.ts";
import type { Timing } from "./timing.ts";
import { type Attempt, type RetryPolicy, tryEndpoints } from "./try-endpoints.ts";

/** Bytes accepted when nobody says how many there are. */
export const DEFAULT_MAX_SIZE = 2 ** 30;

/** What reads share beyond the call's own options. */
export interface ReadContext {
  readonly aggregators: readonly EndpointHealth[];
  readonly nShards: number;
  readonly fetch: typeof globalThis.fetch;
  /** How the bytes of blobs are asked for, if not by `fetch`. */
  readonly send?: Send | undefined;
  readonly limits: TransferLimits;
  readonly retry: RetryPolicy;
  readonly timing: Timing;
  readonly pool: EncoderPool;
  readonly hashing: HashThread;
}

export type GetBlobOptions = GetOptions & ReadContext;

/**
 * Reads a blob, or a range of it, from the first aggregator whose bytes pass the check. Memory is bounded by the expected size, or by
 * `maxSize` where none is known.
 * @throws ScrimshawError `walrus.blob-not-found`, `walrus.content-hash-mismatch`, `walrus.blob-id-mismatch`,
 * `walrus.body-truncated`, `walrus.body-too-long`, `walrus.range-not-satisfiable`, `walrus.range-ignored`,
 * `walrus.aggregator-unreachable`, `walrus.aggregator-too-slow`, `walrus.aggregator-refused`, `walrus.aggregator-failed`,
 * `walrus.get-options-invalid`, `walrus.blob-id-invalid`; the signal's reason when aborted
 */
export async function getBlob(options: GetBlobOptions): Promise<Uint8Array> {
  checkGetOptions(options);
  const { range, chunk } = options;
  if (chunk === undefined || range === undefined) return getChecked(options);
  const { offset, length, contentHash } = chunk;
  const whole = await getChecked({ ...options, range: { offset, length }, contentHash });
  return whole.subarray(range.offset - offset, range.offset - offset + range.length);
}

async function getChecked(options: GetBlobOptions): Promise<Uint8Array> {
  const { aggregators, retry, timing, signal, fresh = false } = options;
  return tryEndpoints({
    party: "aggregator",
    endpoints: aggregators,
    retry,
    timing,
    signal,
    order: READ_FAILURES,
    passing: fresh ? ["walrus.blob-not-found"] : [],
    attempt: (attempt) => readFrom({ ...options, attempt }),
  });
}

async function readFrom({ attempt, ...options }: GetBlobOptions & { readonly attempt: Attempt }): Promise<Uint8Array> {
  const { blobId, contentHash, unverified, signal, nShards, pool } = options;
  const { url } = attempt.endpoint;
  const { response, pieces, close } = await openRead({
    ...options,
    url,
    pastCaches: options.fresh === true && attempt.round > 0,
    limits: { ...options.limits, answerMs: Math.min(options.limits.answerMs, attempt.leftMs) },
    onRetryAfter: attempt.onRetryAfter,
  });
  let read: Awaited<ReturnType<typeof collect>>;
  try {
    read = await collect({ ...options, url, pieces, declared: Number(response.headers.get("content-length") ?? "0") });
  } finally {
    close();
  }
  const { bytes, hash } = read;
  if (contentHash !== undefined) {
    if (hash !== contentHash) {
      throw badRead("walrus.content-hash-mismatch", `SHA-256 ${contentHash}`, `${hash} of the bytes from ${url}`);
    }
  } else if (unverified !== true) {
    const computed = await computeBlobId({ bytes, nShards, pool, ...(signal === undefined ? {} : { signal }) });
    if (computed.blobId !== blobId) {
      const expected = `bytes of Blob ID ${blobId} at ${nShards} shards`;
      throw badRead("walrus.blob-id-mismatch", expected, `bytes of Blob ID ${computed.blobId} from ${url}`);
    }
  }
  return bytes;
}

async function collect({
  url,
  blobId,
  range,
  size,
  maxSize = DEFAULT_MAX_SIZE,
  contentHash,
  pieces,
  declared,
  hashing,
  onProgress,
}: GetBlobOptions & {
  readonly url: string;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** What the server says comes: believed only as far as it may be refused. */
  readonly declared: number;
}): Promise<{ readonly bytes: Uint8Array; readonly hash: string | undefined }> {
  const wanted = range?.length ?? size;
  const limit = wanted ?? maxSize;
  const tooLong = (): Error =>
    badRead(
      "walrus.body-too-long",
      wanted === undefined ? `at most ${limit} bytes` : `${wanted} bytes`,
      `more from ${url}`,
    );
  if (declared > limit) throw tooLong();
  using hash = contentHash === undefined ? undefined : hashing.open(wanted ?? 0);
  const whole = wanted === undefined ? undefined : new Uint8Array(wanted);
  const parts: Uint8Array[] = [];
  let received = 0;
  for await (const piece of pieces) {
    if (received + piece.length > limit) throw tooLong();
    whole?.set(piece, received);
    received += piece.length;
    hash?.add(piece);
    await hash?.room();
    const taken = hash?.take() ?? [piece];
    if (whole === undefined) parts.push(...taken);
    onProgress?.({ kind: "download", blobId, received, size: wanted });
  }
  if (wanted !== undefined && received < wanted) throw truncated({ url, received, wanted });
  const digest = await hash?.end();
  if (whole === undefined) parts.push(...(hash?.take() ?? []));
  return { bytes: whole ?? joined(parts, received), hash: digest };
}

/** One array; each piece is let go of once it is in. */
function joined(parts: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts.splice(0)) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
