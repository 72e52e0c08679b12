import { ScrimshawError } from "../errors.ts";
import type { PutOptions, StoredBlob } from "./blob-store.ts";
import { type ComputedBlob, computeBlobId } from "./compute-blob-id.ts";
import { type EncoderPool, largestBlob } from "./encoder-pool.ts";
import { blobTooLarge } from "./encoding-parameters.ts";
import { exchange, readText, summarize, type TransferLimits } from "./exchange.ts";
import { failedAnswer } from "./failed-answer.ts";
import { parsePublisherAnswer, type PublisherAnswer } from "./publisher-answer.ts";
import { serverText } from "./server-text.ts";

const MAX_ANSWER = 65_536;
/** A publisher answers after it has stored the blob, so its time grows with the blob. */
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

export interface PutBlobOptions extends PutOptions {
  readonly publishers: readonly string[];
  readonly epochs: number;
  readonly nShards: number;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits;
  readonly pool: EncoderPool;
}

function wrongTerms(expected: string, found: string): ScrimshawError {
  const next = "Try another publisher.";
  return new ScrimshawError({ code: "walrus.publisher-broke-terms", expected, found, next });
}

function checkAnswer({
  answer,
  computed,
  deletable,
  url,
}: {
  readonly answer: PublisherAnswer;
  readonly computed: ComputedBlob;
  readonly deletable: boolean;
  readonly url: string;
}): void {
  if (answer.blobId !== computed.blobId) {
    throw new ScrimshawError({
      code: "walrus.blob-id-mismatch",
      expected: `Blob ID ${computed.blobId}, computed here at ${computed.nShards} shards`,
      found: `${JSON.stringify(serverText(answer.blobId, 80))} from ${url}`,
      next: "Check that walrus.nShards is the network's shard count; otherwise do not use this publisher.",
    });
  }
  if (answer.size !== undefined && answer.size !== computed.size) {
    throw wrongTerms(`a blob of ${computed.size} bytes`, `${answer.size} bytes from ${url}`);
  }
  if (!answer.certified) throw wrongTerms("a certified blob", `one that is only registered, from ${url}`);
  if (answer.deletable && !deletable) throw wrongTerms("a permanent blob", `a deletable one from ${url}`);
}

/**
 * Uploads a blob to the first publisher that takes it, while its Blob ID is computed here, and checks the answer against it.
 * @throws ScrimshawError `walrus.publisher-unreachable`, `walrus.publisher-too-slow`, `walrus.publisher-refused`,
 * `walrus.publisher-failed`, `walrus.publisher-answer-invalid`, `walrus.publisher-broke-terms`,
 * `walrus.blob-id-mismatch`, `walrus.blob-marked-invalid`, `walrus.blob-too-large`, `walrus.encoder-failed`; the
 * signal's reason when aborted
 */
export async function putBlob(options: PutBlobOptions): Promise<StoredBlob> {
  const { bytes, epochs, deletable = false, nShards, publishers, pool, signal, onProgress } = options;
  const size = bytes.length;
  const limit = largestBlob(nShards);
  if (size > limit) throw blobTooLarge({ size, limit, why: `at ${nShards} shards` });
  onProgress?.({ kind: "encode", size });
  const giveUp = new AbortController();
  const stop = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  const computing = computeBlobId({ bytes, nShards, pool, signal: stop });
  // A blob that cannot be encoded is not worth its upload.
  computing.catch((reason: unknown) => giveUp.abort(reason));
  try {
    const failures: unknown[] = [];
    for (const url of publishers) {
      try {
        const answer = await upload({ ...options, signal: stop, url, deletable });
        const computed = await computing;
        checkAnswer({ answer, computed, deletable, url });
        const { blobId, contentHash } = computed;
        onProgress?.({ kind: "upload", blobId, sent: size, size });
        onProgress?.({ kind: "stored", blobId, size });
        const { endEpoch, alreadyCertified } = answer;
        return { blobId, contentHash, size, endEpoch, alreadyCertified };
      } catch (error) {
        if (stop.aborted) throw stop.reason;
        failures.push(error);
      }
    }
    throw summarize({ failures, order: FAILURE_ORDER });
  } finally {
    giveUp.abort();
  }

  function upload({ url, fetch, limits }: PutBlobOptions & { readonly url: string }): Promise<PublisherAnswer> {
    const query = new URLSearchParams({ epochs: String(epochs), [deletable ? "deletable" : "permanent"]: "true" });
    const answerMs = limits.answerMs + STORE_MS + (size / UPLOAD_BYTES_PER_SECOND) * 1000;
    return exchange({
      fetch,
      party: "publisher",
      url: `${url}/v1/blobs?${query.toString()}`,
      init: {
        method: "PUT",
        body: bytes as Uint8Array<ArrayBuffer>,
        headers: { "content-type": "application/octet-stream" },
      },
      limits: { ...limits, answerMs },
      signal: stop,
      read: async ({ response, pieces }) => {
        if (!response.ok) throw await failedAnswer({ party: "publisher", url, response, pieces });
        return parsePublisherAnswer({ text: (await readText({ pieces, limit: MAX_ANSWER })) ?? "", url });
      },
    });
  }
}
