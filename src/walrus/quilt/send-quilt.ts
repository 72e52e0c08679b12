import { z } from "zod";

import type { StoredBlob } from "../blob-store.ts";
import { checkStored } from "../check-stored.ts";
import { computeBlobId } from "../compute-blob-id.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import type { EndpointHealth } from "../endpoint-health.ts";
import { exchange, readText, type TransferLimits } from "../exchange.ts";
import { failedAnswer } from "../failed-answer.ts";
import { parsePublisherAnswer, type PublisherAnswer } from "../publisher-answer.ts";
import { type PublisherToken, readToken } from "../publisher-token.ts";
import type { Timing } from "../timing.ts";
import { type Attempt, type RetryPolicy, tryEndpoints } from "../try-endpoints.ts";
import type { Patch } from "./patch.ts";

/** A publisher answers after it has stored the quilt, so its time grows with it. */
const UPLOAD_BYTES_PER_SECOND = 131_072;
const STORE_MS = 300_000;

/** The most telling failures first. */
const FAILURE_ORDER = [
  "walrus.blob-id-mismatch",
  "walrus.blob-marked-invalid",
  "walrus.publisher-answer-invalid",
  "walrus.publisher-broke-terms",
  "walrus.publisher-refused",
  "walrus.publisher-failed",
  "walrus.publisher-too-slow",
];

const Answer = z.object({ blobStoreResult: z.unknown() });

export interface SendQuiltOptions {
  readonly patches: readonly Patch[];
  /** The quilt of these patches, as it was laid out here. */
  readonly bytes: Uint8Array;
  readonly publishers: readonly EndpointHealth[];
  readonly nShards: number;
  readonly terms: { readonly epochs: number; readonly deletable: boolean };
  readonly token: PublisherToken | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits;
  readonly retry: RetryPolicy;
  readonly timing: Timing;
  readonly pool: EncoderPool;
  readonly signal: AbortSignal | undefined;
}

function formOf(patches: readonly Patch[]): FormData {
  const form = new FormData();
  for (const { identifier, bytes } of patches) {
    form.append(identifier, new Blob([bytes]), "patch");
  }
  const tagged = patches.filter(({ tags = {} }) => Object.keys(tags).length > 0);
  const metadata = tagged.map(({ identifier, tags }) => ({ identifier, tags }));
  form.append("_metadata", JSON.stringify(metadata));
  return form;
}

/** Bytes that an answer may have: JSON spells a character of an identifier with at most six. */
function answerLimit(patches: readonly Patch[]): number {
  return patches.reduce((sum, { identifier }) => sum + 6 * identifier.length + 256, 65_536);
}

/** Sends one quilt as a form to the first publisher that takes it, and checks the answer against the Blob ID computed here. */
export async function sendQuilt(options: SendQuiltOptions): Promise<StoredBlob> {
  const { bytes, nShards, publishers, pool, signal, timing, limits, terms } = options;
  const giveUp = new AbortController();
  const stop = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  const computing = computeBlobId({ bytes, nShards, pool, signal: stop });
  // A quilt that cannot be encoded is not worth its upload.
  computing.catch((reason: unknown) => giveUp.abort(reason));
  const storeMs = STORE_MS + (bytes.length / UPLOAD_BYTES_PER_SECOND) * 1000;
  const attempt = async (one: Attempt): Promise<StoredBlob> => {
    const answerMs = Math.min(limits.answerMs + storeMs, one.leftMs);
    const answer = await upload({ ...options, limits: { ...limits, answerMs }, signal: stop, attempt: one });
    const { blobId, contentHash, size } = await computing;
    checkStored({ answer, computed: { blobId, size, nShards }, deletable: terms.deletable, url: one.endpoint.url });
    const { endEpoch, alreadyCertified } = answer;
    return { blobId, contentHash, size, endEpoch, alreadyCertified };
  };
  try {
    return await tryEndpoints({
      party: "publisher",
      endpoints: publishers,
      retry: { ...options.retry, deadlineMs: options.retry.deadlineMs + storeMs },
      timing,
      signal: stop,
      order: FAILURE_ORDER,
      attempt,
    });
  } finally {
    giveUp.abort();
  }
}

async function upload({
  attempt,
  ...options
}: SendQuiltOptions & { readonly signal: AbortSignal; readonly attempt: Attempt }): Promise<PublisherAnswer> {
  const { patches, bytes, terms, token, fetch, limits, signal } = options;
  const { epochs, deletable } = terms;
  const { url } = attempt.endpoint;
  const query = new URLSearchParams({ epochs: String(epochs), [deletable ? "deletable" : "permanent"]: "true" });
  const request = { url, size: bytes.length, epochs, deletable, signal };
  const secret = token === undefined ? undefined : await readToken({ provider: token, request });
  return exchange({
    fetch,
    party: "publisher",
    url: `${url}/v1/quilts?${query.toString()}`,
    init: {
      method: "PUT",
      body: formOf(patches),
      headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
    },
    limits,
    signal,
    read: async ({ response, pieces }) => {
      if (!response.ok) {
        attempt.onRetryAfter(response.headers.get("retry-after"));
        throw await failedAnswer({ party: "publisher", url, response, pieces, secret });
      }
      const text = (await readText({ pieces, limit: answerLimit(patches) })) ?? "";
      return parseAnswer({ text: secret === undefined ? text : text.replaceAll(secret, "[token]"), url });
    },
  });
}

/** The part about the blob, in the words of the parser of blobs' answers. Patch IDs follow from the Blob ID and are not asked for. */
function parseAnswer({ text, url }: { readonly text: string; readonly url: string }): PublisherAnswer {
  let result: unknown;
  try {
    result = Answer.parse(JSON.parse(text)).blobStoreResult;
  } catch {
    result = undefined;
  }
  return parsePublisherAnswer({ text: JSON.stringify(result ?? null), url });
}
