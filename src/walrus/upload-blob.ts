import type { BlobInput } from "./blob-input.ts";
import type { BlobProgress } from "./blob-store.ts";
import { exchange, readText, type TransferLimits } from "./exchange.ts";
import { failedAnswer } from "./failed-answer.ts";
import { parsePublisherAnswer, type PublisherAnswer } from "./publisher-answer.ts";
import { type PublisherToken, readToken } from "./publisher-token.ts";

const MAX_ANSWER = 65_536;

export interface UploadBlobOptions {
  readonly input: BlobInput;
  /** Base URL of the publisher. */
  readonly url: string;
  readonly terms: { readonly epochs: number; readonly deletable: boolean; readonly reuse: boolean };
  readonly fetch: typeof globalThis.fetch;
  readonly token: PublisherToken | undefined;
  readonly limits: TransferLimits;
  readonly signal: AbortSignal;
  readonly onRetryAfter: (header: string | null) => void;
  readonly onProgress?: (event: BlobProgress) => void;
}

/** One `PUT /v1/blobs`, streamed. What the publisher answers is read, not yet believed. */
export async function uploadBlob({
  input,
  url,
  terms,
  fetch,
  token,
  limits,
  signal,
  onRetryAfter,
  onProgress,
}: UploadBlobOptions): Promise<PublisherAnswer> {
  const { epochs, deletable, reuse } = terms;
  const { size } = input;
  const query = new URLSearchParams({ epochs: String(epochs), [deletable ? "deletable" : "permanent"]: "true" });
  if (reuse) query.set("reuse_resources", "true");
  const headers: Record<string, string> = {
    "content-type": "application/octet-stream",
    "content-length": String(size),
  };
  let secret: string | undefined;
  if (token !== undefined) {
    secret = await readToken({ provider: token, request: { url, size, epochs, deletable, signal } });
    headers["authorization"] = `Bearer ${secret}`;
  }
  const body = input.body((sent) => onProgress?.({ kind: "upload", sent, size }));
  return exchange({
    fetch,
    party: "publisher",
    url: `${url}/v1/blobs?${query.toString()}`,
    init: { method: "PUT", body, headers, duplex: "half" },
    limits,
    signal,
    read: async ({ response, pieces }) => {
      if (!response.ok) {
        onRetryAfter(response.headers.get("retry-after"));
        throw await failedAnswer({ party: "publisher", url, response, pieces, secret });
      }
      const text = (await readText({ pieces, limit: MAX_ANSWER })) ?? "";
      return parsePublisherAnswer({ text: secret === undefined ? text : text.replaceAll(secret, "[token]"), url });
    },
  });
}
