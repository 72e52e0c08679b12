import { blobIdToHex } from "./blob-id.ts";
import type { BlobStatus } from "./blob-store.ts";
import { exchange } from "./exchange.ts";
import { failedAnswer } from "./failed-answer.ts";
import type { ReadContext } from "./get-blob.ts";
import { badRead, readAddress } from "./open-read.ts";
import { tryEndpoints } from "./try-endpoints.ts";

/** The most telling failures first. */
const FAILURE_ORDER = ["walrus.blob-not-found", "walrus.aggregator-refused", "walrus.aggregator-failed"];

export type HeadBlobOptions = Pick<ReadContext, "aggregators" | "fetch" | "limits" | "retry" | "timing"> & {
  readonly blobId: string;
  readonly signal?: AbortSignal | undefined;
  /** The blob was certified moments ago: a 404 is asked again, past caches. */
  readonly fresh: boolean;
};

/**
 * Asks aggregators whether they can read a blob, without its bytes. What they say is not checked: the answer names its source.
 * @throws ScrimshawError `walrus.aggregator-unreachable`, `walrus.aggregator-too-slow`, `walrus.aggregator-refused`,
 * `walrus.aggregator-failed`, `walrus.blob-id-invalid`; the signal's reason when aborted
 */
export async function headBlob(options: HeadBlobOptions): Promise<BlobStatus> {
  const { blobId, aggregators, fetch, limits, retry, timing, signal, fresh } = options;
  blobIdToHex(blobId);
  const unknown = { blobId, endEpoch: undefined, deletable: undefined };
  // One that cannot read the blob is believed only if no other one can.
  let absent: string | undefined;
  try {
    const source = await tryEndpoints({
      party: "aggregator",
      endpoints: aggregators,
      retry,
      timing,
      signal,
      order: FAILURE_ORDER,
      passing: fresh ? ["walrus.blob-not-found"] : [],
      attempt: async ({ endpoint, round, leftMs, onRetryAfter }) => {
        const { address, headers } = readAddress({ url: endpoint.url, blobId, pastCaches: fresh && round > 0 });
        await exchange({
          fetch,
          party: "aggregator",
          url: address,
          init: { method: "HEAD", headers },
          limits: { ...limits, answerMs: Math.min(limits.answerMs, leftMs) },
          signal,
          read: async ({ response, pieces }) => {
            if (response.ok) return;
            if (response.status === 404) {
              absent ??= `${endpoint.url}/v1/blobs/${blobId}`;
              throw badRead("walrus.blob-not-found", `blob ${blobId}`, `HTTP 404 from ${endpoint.url}`);
            }
            onRetryAfter(response.headers.get("retry-after"));
            throw await failedAnswer({ party: "aggregator", url: address, response, pieces });
          },
        });
        return `${endpoint.url}/v1/blobs/${blobId}`;
      },
    });
    return { ...unknown, state: "certified", source, sources: { state: source } };
  } catch (error) {
    signal?.throwIfAborted();
    if (absent === undefined) throw error;
    return { ...unknown, state: "nonexistent", source: absent, sources: { state: absent } };
  }
}
