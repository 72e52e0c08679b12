import { createHash } from "node:crypto";

import { ScrimshawError } from "../../errors.ts";
import { type BlobId, blobIdToHex } from "../blob-id.ts";
import type { LongWork } from "../blob-store.ts";
import { endpointUrl } from "../endpoint.ts";
import { EndpointHealth } from "../endpoint-health.ts";
import { DEFAULT_LIMITS, exchange, type TransferLimits, truncated } from "../exchange.ts";
import { failedAnswer } from "../failed-answer.ts";
import { systemTiming, type Timing } from "../timing.ts";
import { type Attempt, DEFAULT_RETRY, type RetryPolicy, tryEndpoints } from "../try-endpoints.ts";
import { parsePatchId } from "./patch-id.ts";

const DEFAULT_MAX_SIZE = 2 ** 30;

/** The most telling failures first. */
const FAILURE_ORDER = [
  "walrus.content-hash-mismatch",
  "walrus.body-too-long",
  "walrus.body-truncated",
  "walrus.aggregator-too-slow",
  "walrus.patch-not-found",
  "walrus.aggregator-refused",
  "walrus.aggregator-failed",
];

/** Which patch, and of which quilt. */
export type PatchAddress = { readonly quiltId: BlobId; readonly identifier: string } | { readonly patchId: string };

export type FetchPatchOptions = LongWork &
  PatchAddress & {
    /** Base URLs, tried in turn. */
    readonly aggregators: readonly string[];
    /** SHA-256 of the patch's own bytes. */
    readonly contentHash?: `0x${string}`;
    /** The caller checks the bytes by other means and says so. */
    readonly unverified?: boolean;
    /** Expected length of the patch. */
    readonly size?: number;
    /** Upper bound of bytes to accept when no size is known. Default 1 GiB. */
    readonly maxSize?: number;
    readonly fetch?: typeof globalThis.fetch;
    readonly limits?: Partial<TransferLimits>;
    readonly retry?: Partial<RetryPolicy>;
    readonly timing?: Timing;
  };

function invalid(expected: string, found: string): ScrimshawError {
  return new ScrimshawError({ code: "walrus.get-options-invalid", expected, found, next: "Correct the call." });
}

/** The path of the patch at an aggregator, and the quilt that it is in. */
function pathOf(address: PatchAddress): { readonly path: string; readonly quiltId: BlobId } {
  if ("patchId" in address) {
    return { path: `by-quilt-patch-id/${address.patchId}`, quiltId: parsePatchId(address.patchId).quiltId };
  }
  const { quiltId, identifier } = address;
  blobIdToHex(quiltId);
  // In a URL these two name other paths, however they are written.
  if (identifier === "." || identifier === ".." || identifier === "" || !identifier.isWellFormed()) {
    throw invalid("an identifier that a URL can hold", JSON.stringify(identifier.slice(0, 80)));
  }
  return { path: `by-quilt-id/${quiltId}/${encodeURIComponent(identifier)}`, quiltId };
}

/**
 * One patch and no more of its quilt, from the first aggregator whose bytes have the hash that the caller gives. Walrus keeps no hash of
 * a patch: without one use `getPatch`, which checks the whole quilt.
 * @throws ScrimshawError `walrus.patch-not-found`, `walrus.content-hash-mismatch`, `walrus.body-truncated`,
 * `walrus.body-too-long`, `walrus.aggregator-unreachable`, `walrus.aggregator-too-slow`, `walrus.aggregator-refused`,
 * `walrus.aggregator-failed`, `walrus.get-options-invalid`, `walrus.patch-id-invalid`, `walrus.blob-id-invalid`,
 * `walrus.endpoint-invalid`; the signal's reason when aborted
 * @example
 * const bytes = await fetchPatch({ aggregators: [url], patchId, contentHash });
 */
export async function fetchPatch(options: FetchPatchOptions): Promise<Uint8Array> {
  const { aggregators, contentHash, unverified, signal } = options;
  if (contentHash === undefined ? unverified !== true : !/^0x[0-9a-f]{64}$/.test(contentHash)) {
    const found = contentHash === undefined ? "neither" : JSON.stringify(contentHash.slice(0, 80));
    throw invalid("the patch's content hash as 0x and 64 lower-case hex digits, or that it is left unverified", found);
  }
  const { path, quiltId } = pathOf(options);
  if (aggregators.length === 0) throw invalid("the address of an aggregator", "none");
  return tryEndpoints({
    party: "aggregator",
    endpoints: aggregators.map((aggregator) => new EndpointHealth(endpointUrl(aggregator))),
    retry: { ...DEFAULT_RETRY, ...options.retry },
    timing: options.timing ?? systemTiming,
    signal,
    order: FAILURE_ORDER,
    attempt: (attempt) => fetchFrom({ ...options, path, quiltId, attempt }),
  });
}

async function fetchFrom(
  options: FetchPatchOptions & { readonly path: string; readonly quiltId: BlobId; readonly attempt: Attempt },
): Promise<Uint8Array> {
  const { attempt, quiltId, contentHash, size, maxSize = DEFAULT_MAX_SIZE, signal, onProgress } = options;
  const limit = size ?? maxSize;
  const url = `${attempt.endpoint.url}/v1/blobs/${options.path}`;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const bytes = await exchange({
    fetch: options.fetch ?? globalThis.fetch,
    party: "aggregator",
    url,
    init: { headers: { "accept-encoding": "identity" } },
    limits: { ...limits, answerMs: Math.min(limits.answerMs, attempt.leftMs) },
    signal,
    read: async ({ response, pieces }) => {
      if (response.status === 404) throw notFound(url);
      if (!response.ok) {
        attempt.onRetryAfter(response.headers.get("retry-after"));
        throw await failedAnswer({ party: "aggregator", url, response, pieces });
      }
      const parts: Uint8Array[] = [];
      let received = 0;
      for await (const piece of pieces) {
        received += piece.length;
        if (received > limit) throw wrong("walrus.body-too-long", `at most ${limit} bytes`, `more from ${url}`);
        parts.push(piece);
        onProgress?.({ kind: "download", blobId: quiltId, received, size });
      }
      if (size !== undefined && received < size) throw truncated({ url, received, wanted: size });
      return new Uint8Array(Buffer.concat(parts));
    },
  });
  const hash = `0x${createHash("sha256").update(bytes).digest("hex")}`;
  if (contentHash !== undefined && hash !== contentHash) {
    throw wrong("walrus.content-hash-mismatch", `SHA-256 ${contentHash}`, `${hash} of the bytes from ${url}`);
  }
  return bytes;
}

function wrong(code: string, expected: string, found: string): ScrimshawError {
  return new ScrimshawError({ code, expected, found, next: "Use another aggregator." });
}

function notFound(url: string): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.patch-not-found",
    expected: `a patch at ${url.slice(0, 300)}`,
    found: "HTTP 404",
    next: "Check quilt and patch; a quilt just stored may need a minute, an old one may have expired.",
  });
}
