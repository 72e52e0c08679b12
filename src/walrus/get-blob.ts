import { createHash } from "node:crypto";

import { ScrimshawError } from "../errors.ts";
import { blobIdToHex } from "./blob-id.ts";
import type { GetOptions } from "./blob-store.ts";
import { computeBlobId } from "./compute-blob-id.ts";
import type { EncoderPool } from "./encoder-pool.ts";
import { exchange, summarize, type TransferLimits, truncated } from "./exchange.ts";
import { failedAnswer } from "./failed-answer.ts";

const DEFAULT_MAX_SIZE = 2 ** 30;

/** The most telling failures first. */
const FAILURE_ORDER = [
  "walrus.content-hash-mismatch",
  "walrus.blob-id-mismatch",
  "walrus.body-too-long",
  "walrus.body-truncated",
  "walrus.range-not-satisfiable",
  "walrus.range-ignored",
  "walrus.aggregator-too-slow",
  "walrus.blob-not-found",
  "walrus.aggregator-refused",
  "walrus.aggregator-failed",
];

export interface GetBlobOptions extends GetOptions {
  readonly aggregators: readonly string[];
  readonly nShards: number;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits;
  readonly pool: EncoderPool;
}

function refuse(code: string, expected: string, found: string, next = "Use another aggregator."): ScrimshawError {
  return new ScrimshawError({ code, expected, found, next });
}

function invalid(expected: string, found: string): ScrimshawError {
  return refuse("walrus.get-options-invalid", expected, found, "Correct the call.");
}

function checkOptions({ blobId, contentHash, range, size, unverified }: GetBlobOptions): void {
  blobIdToHex(blobId);
  if (contentHash !== undefined && !/^0x[0-9a-f]{64}$/.test(contentHash)) {
    throw invalid("a content hash as 0x and 64 lower-case hex digits", JSON.stringify(contentHash.slice(0, 80)));
  }
  if (range === undefined) return;
  const { offset, length } = range;
  if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(length) || length < 1) {
    throw invalid("a range of whole bytes, at least one", `offset ${offset}, length ${length}`);
  }
  if (size !== undefined && offset + length > size) {
    throw invalid(`a range within ${size} bytes`, `offset ${offset}, length ${length}`);
  }
  if (contentHash === undefined && unverified !== true) {
    throw invalid("the content hash of a range, or that it is left unverified", "neither");
  }
}

/** The declared total of the blob, checked to be the range asked for. */
function checkContentRange({
  header,
  range,
  url,
}: {
  readonly header: string | null;
  readonly range: NonNullable<GetOptions["range"]>;
  readonly url: string;
}): void {
  const [, first, last] = /^bytes (\d{1,16})-(\d{1,16})\/(?:\d{1,16}|\*)$/.exec(header ?? "") ?? [];
  const end = range.offset + range.length - 1;
  if (Number(first) === range.offset && Number(last) === end) return;
  const found = first === undefined ? `no range from ${url}` : `bytes ${first}-${last} from ${url}`;
  throw refuse("walrus.range-ignored", `bytes ${range.offset}-${end}`, found);
}

/**
 * Reads a blob, or a range of it, from the first aggregator whose bytes pass the check. Memory is bounded by the expected size, or by
 * `maxSize` where none is known.
 * @throws ScrimshawError `walrus.blob-not-found`, `walrus.content-hash-mismatch`, `walrus.blob-id-mismatch`,
 * `walrus.body-truncated`, `walrus.body-too-long`, `walrus.range-not-satisfiable`, `walrus.range-ignored`,
 * `walrus.aggregator-unreachable`, `walrus.aggregator-too-slow`, `walrus.aggregator-refused`, `walrus.aggregator-failed`,
 * `walrus.get-options-invalid`, `walrus.blob-id-invalid`; the signal's reason when aborted
 */
export async function getBlob(options: GetBlobOptions): Promise<Uint8Array> {
  checkOptions(options);
  const { aggregators, signal } = options;
  const failures: unknown[] = [];
  for (const url of aggregators) {
    try {
      return await readFrom({ ...options, url });
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error);
    }
  }
  throw summarize({ failures, order: FAILURE_ORDER });
}

async function readFrom(options: GetBlobOptions & { readonly url: string }): Promise<Uint8Array> {
  const { url, blobId, range, contentHash, unverified, limits, signal, fetch, nShards, pool } = options;
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (range !== undefined) headers["range"] = `bytes=${range.offset}-${range.offset + range.length - 1}`;
  const { bytes, hash } = await exchange({
    fetch,
    party: "aggregator",
    url: `${url}/v1/blobs/${blobId}`,
    init: { headers },
    limits,
    signal,
    read: async ({ response, pieces }) => {
      const { status } = response;
      if (status === 404) {
        const next =
          "Check the Blob ID and the network; a blob just stored may need a minute, an old one may have expired.";
        throw refuse("walrus.blob-not-found", `blob ${blobId} at ${url}`, `HTTP 404 from ${url}`, next);
      }
      if (status === 416) {
        throw refuse("walrus.range-not-satisfiable", `bytes at offset ${range?.offset}`, `HTTP 416 from ${url}`);
      }
      if (!response.ok) throw await failedAnswer({ party: "aggregator", url, response, pieces });
      if (range !== undefined) {
        if (status !== 206)
          throw refuse("walrus.range-ignored", "HTTP 206 with the range", `HTTP ${status} from ${url}`);
        checkContentRange({ header: response.headers.get("content-range"), range, url });
      }
      return collect({ ...options, pieces });
    },
  });
  if (contentHash !== undefined) {
    if (hash !== contentHash) {
      throw refuse("walrus.content-hash-mismatch", `SHA-256 ${contentHash}`, `${hash} of the bytes from ${url}`);
    }
  } else if (unverified !== true) {
    const computed = await computeBlobId({ bytes, nShards, pool, ...(signal === undefined ? {} : { signal }) });
    if (computed.blobId !== blobId) {
      const expected = `bytes of Blob ID ${blobId} at ${nShards} shards`;
      throw refuse("walrus.blob-id-mismatch", expected, `bytes of Blob ID ${computed.blobId} from ${url}`);
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
  pieces,
  onProgress,
}: GetBlobOptions & { readonly url: string; readonly pieces: AsyncIterable<Uint8Array> }): Promise<{
  readonly bytes: Uint8Array;
  readonly hash: string;
}> {
  const wanted = range?.length ?? size;
  const limit = wanted ?? maxSize;
  const hash = createHash("sha256");
  const whole = wanted === undefined ? undefined : new Uint8Array(wanted);
  const parts: Uint8Array[] = [];
  let received = 0;
  for await (const piece of pieces) {
    if (received + piece.length > limit) {
      const expected = wanted === undefined ? `at most ${limit} bytes` : `${wanted} bytes`;
      throw refuse("walrus.body-too-long", expected, `more from ${url}`);
    }
    if (whole === undefined) parts.push(piece);
    else whole.set(piece, received);
    hash.update(piece);
    received += piece.length;
    onProgress?.({ kind: "download", blobId, received, size: wanted });
  }
  if (wanted !== undefined && received < wanted) throw truncated({ url, received, wanted });
  const bytes = whole ?? new Uint8Array(Buffer.concat(parts));
  return { bytes, hash: `0x${hash.digest("hex")}` };
}
