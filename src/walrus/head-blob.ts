import { blobIdToHex } from "./blob-id.ts";
import type { BlobStatus } from "./blob-store.ts";
import { exchange, summarize, type TransferLimits } from "./exchange.ts";
import { failedAnswer } from "./failed-answer.ts";

/**
 * Asks aggregators whether they can read a blob, without its bytes. What they say is not checked: the answer names its source.
 * @throws ScrimshawError `walrus.aggregator-unreachable`, `walrus.aggregator-too-slow`, `walrus.aggregator-refused`,
 * `walrus.aggregator-failed`, `walrus.blob-id-invalid`; the signal's reason when aborted
 */
export async function headBlob({
  blobId,
  aggregators,
  fetch,
  limits,
  signal,
}: {
  readonly blobId: string;
  readonly aggregators: readonly string[];
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits;
  readonly signal?: AbortSignal | undefined;
}): Promise<BlobStatus> {
  blobIdToHex(blobId);
  const unknown = { blobId, endEpoch: undefined, deletable: undefined };
  const failures: unknown[] = [];
  let absent: string | undefined;
  for (const aggregator of aggregators) {
    const url = `${aggregator}/v1/blobs/${blobId}`;
    try {
      const found = await exchange({
        fetch,
        party: "aggregator",
        url,
        init: { method: "HEAD" },
        limits,
        signal,
        read: async ({ response, pieces }) => {
          if (response.status === 404) return false;
          if (response.ok) return true;
          throw await failedAnswer({ party: "aggregator", url, response, pieces });
        },
      });
      if (found) return { ...unknown, state: "certified", source: url };
      absent ??= url;
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error);
    }
  }
  if (absent !== undefined) return { ...unknown, state: "nonexistent", source: absent };
  throw summarize({ failures, order: ["walrus.aggregator-refused", "walrus.aggregator-failed"] });
}
