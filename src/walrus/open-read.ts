import { randomBytes } from "node:crypto";

import { ScrimshawError } from "../errors.ts";
import type { BlobId } from "./blob-id.ts";
import type { ByteRange } from "./blob-store.ts";
import { type OpenAnswer, openAnswer, type TransferLimits } from "./exchange.ts";
import { failedAnswer } from "./failed-answer.ts";
import type { Send } from "./send.ts";

/** The most telling failures of reads first. */
export const READ_FAILURES = [
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

export interface OpenReadOptions {
  /** Base URL of the aggregator. */
  readonly url: string;
  readonly blobId: BlobId;
  readonly range?: ByteRange | undefined;
  /** True to go past caches, which may keep a 404 from before the upload. */
  readonly pastCaches: boolean;
  readonly fetch: typeof globalThis.fetch;
  readonly send?: Send | undefined;
  readonly limits: TransferLimits;
  readonly signal?: AbortSignal | undefined;
  readonly onRetryAfter: (header: string | null) => void;
}

/** Makes an error about what an aggregator sent. */
export function badRead(
  code: string,
  expected: string,
  found: string,
  next = "Use another aggregator.",
): ScrimshawError {
  return new ScrimshawError({ code, expected, found, next });
}

/**
 * The path of a blob at an aggregator, and headers. A query that no cache has seen goes around those that ignore `no-cache`;
 * aggregators skip parameters that they do not know.
 */
export function readAddress({ url, blobId, pastCaches }: Pick<OpenReadOptions, "url" | "blobId" | "pastCaches">): {
  readonly address: string;
  readonly headers: Record<string, string>;
} {
  const query = pastCaches ? `?nocache=${randomBytes(8).toString("hex")}` : "";
  const headers: Record<string, string> = pastCaches ? { "cache-control": "no-cache" } : {};
  return { address: `${url}/v1/blobs/${blobId}${query}`, headers };
}

/** Begins to read a blob, or a range of it. What comes is not checked yet, except that it is the range asked for. */
export async function openRead(options: OpenReadOptions): Promise<OpenAnswer> {
  const { range, fetch, send, limits, signal } = options;
  const { address, headers } = readAddress(options);
  headers["accept-encoding"] = "identity";
  if (range !== undefined) headers["range"] = `bytes=${range.offset}-${range.offset + range.length - 1}`;
  const party = "aggregator";
  const answer = await openAnswer({ fetch, send, party, url: address, init: { headers }, limits, signal });
  try {
    await checkAnswer({ ...options, answer });
    return answer;
  } catch (error) {
    answer.close();
    throw error;
  }
}

async function checkAnswer({
  url,
  blobId,
  range,
  onRetryAfter,
  answer: { response, pieces },
}: OpenReadOptions & { readonly answer: OpenAnswer }): Promise<void> {
  const { status } = response;
  if (status === 404) {
    const next =
      "Check the Blob ID and the network; a blob just stored may need a minute, an old one may have expired.";
    throw badRead("walrus.blob-not-found", `blob ${blobId} at ${url}`, `HTTP 404 from ${url}`, next);
  }
  if (status === 416) {
    throw badRead("walrus.range-not-satisfiable", `bytes at offset ${range?.offset}`, `HTTP 416 from ${url}`);
  }
  if (!response.ok) {
    onRetryAfter(response.headers.get("retry-after"));
    throw await failedAnswer({ party: "aggregator", url, response, pieces });
  }
  if (range === undefined) return;
  if (status !== 206) throw badRead("walrus.range-ignored", "HTTP 206 with the range", `HTTP ${status} from ${url}`);
  checkContentRange({ header: response.headers.get("content-range"), range, url });
}

function checkContentRange({
  header,
  range,
  url,
}: {
  readonly header: string | null;
  readonly range: ByteRange;
  readonly url: string;
}): void {
  const [, first, last] = /^bytes (\d{1,16})-(\d{1,16})\/(?:\d{1,16}|\*)$/.exec(header ?? "") ?? [];
  const end = range.offset + range.length - 1;
  if (Number(first) === range.offset && Number(last) === end) return;
  const found = first === undefined ? `no range from ${url}` : `bytes ${first}-${last} from ${url}`;
  throw badRead("walrus.range-ignored", `bytes ${range.offset}-${end}`, found);
}
