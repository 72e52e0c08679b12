import { exchange, readText, type TransferLimits } from "./exchange.ts";
import { failedAnswer } from "./failed-answer.ts";
import { type PublisherToken, readToken } from "./publisher-token.ts";

/** A publisher answers after it has stored what it was sent, so its time grows with the size. */
const UPLOAD_BYTES_PER_SECOND = 131_072;
const STORE_MS = 300_000;

/** The most telling failures of uploads first. */
export const UPLOAD_FAILURES = [
  "walrus.blob-id-mismatch",
  "walrus.blob-marked-invalid",
  "walrus.publisher-answer-invalid",
  "walrus.publisher-broke-terms",
  "walrus.publisher-refused",
  "walrus.publisher-failed",
  "walrus.publisher-too-slow",
];

/** Milliseconds that a publisher may take to receive and store so many bytes. */
export function storeMs(size: number): number {
  return STORE_MS + (size / UPLOAD_BYTES_PER_SECOND) * 1000;
}

export interface AskPublisherOptions {
  /** Base URL of the publisher. */
  readonly url: string;
  readonly path: "/v1/blobs" | "/v1/quilts";
  readonly size: number;
  readonly terms: { readonly epochs: number; readonly deletable: boolean; readonly reuse?: boolean };
  /** Opened once there is a token. */
  readonly body: () => NonNullable<RequestInit["body"]>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly token: PublisherToken | undefined;
  readonly limits: TransferLimits;
  /** Longest answer in bytes. */
  readonly answerLimit: number;
  readonly signal: AbortSignal;
  readonly onRetryAfter: (header: string | null) => void;
}

/** One PUT to a publisher. Its answer as text, without the token if that is in it; empty if it is too long. */
export async function askPublisher(options: AskPublisherOptions): Promise<string> {
  const { url, path, size, terms, body, fetch, token, limits, answerLimit, signal, onRetryAfter } = options;
  const { epochs, deletable, reuse = false } = terms;
  const query = new URLSearchParams({ epochs: String(epochs), [deletable ? "deletable" : "permanent"]: "true" });
  if (reuse) query.set("reuse_resources", "true");
  const request = { url, size, epochs, deletable, signal };
  const secret = token === undefined ? undefined : await readToken({ provider: token, request });
  const authorization = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  return exchange({
    fetch,
    party: "publisher",
    url: `${url}${path}?${query.toString()}`,
    init: { method: "PUT", body: body(), headers: { ...options.headers, ...authorization }, duplex: "half" },
    limits,
    signal,
    read: async ({ response, pieces }) => {
      if (!response.ok) {
        onRetryAfter(response.headers.get("retry-after"));
        throw await failedAnswer({ party: "publisher", url, response, pieces, secret });
      }
      const text = (await readText({ pieces, limit: answerLimit })) ?? "";
      return secret === undefined ? text : text.replaceAll(secret, "[token]");
    },
  });
}
