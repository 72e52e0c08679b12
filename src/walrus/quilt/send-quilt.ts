import { z } from "zod";

import { askPublisher, storeMs, UPLOAD_FAILURES } from "../ask-publisher.ts";
import type { StoredBlob } from "../blob-store.ts";
import { checkStored } from "../check-stored.ts";
import { computeBlobId } from "../compute-blob-id.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import type { EndpointHealth } from "../endpoint-health.ts";
import type { TransferLimits } from "../exchange.ts";
import { parsePublisherAnswer, type PublisherAnswer } from "../publisher-answer.ts";
import type { PublisherToken } from "../publisher-token.ts";
import type { Timing } from "../timing.ts";
import { type Attempt, type RetryPolicy, tryEndpoints } from "../try-endpoints.ts";
import type { Patch } from "./patch.ts";

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
  const { patches, bytes, nShards, publishers, pool, signal, timing, limits, terms } = options;
  const giveUp = new AbortController();
  const stop = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  const computing = computeBlobId({ bytes, nShards, pool, signal: stop });
  // A quilt that cannot be encoded is not worth its upload.
  computing.catch((reason: unknown) => giveUp.abort(reason));
  const longest = storeMs(bytes.length);
  const attempt = async ({ endpoint: { url }, leftMs, onRetryAfter }: Attempt): Promise<StoredBlob> => {
    const answerMs = Math.min(limits.answerMs + longest, leftMs);
    const text = await askPublisher({
      ...options,
      url,
      path: "/v1/quilts",
      size: bytes.length,
      body: () => formOf(patches),
      limits: { ...limits, answerMs },
      answerLimit: answerLimit(patches),
      signal: stop,
      onRetryAfter,
    });
    const answer = parseAnswer({ text, url });
    const { blobId, contentHash, size } = await computing;
    checkStored({ answer, computed: { blobId, size, nShards }, deletable: terms.deletable, url });
    const { endEpoch, alreadyCertified } = answer;
    return { blobId, contentHash, size, endEpoch, alreadyCertified };
  };
  try {
    return await tryEndpoints({
      party: "publisher",
      endpoints: publishers,
      retry: { ...options.retry, deadlineMs: options.retry.deadlineMs + longest },
      timing,
      signal: stop,
      order: UPLOAD_FAILURES,
      attempt,
    });
  } finally {
    giveUp.abort();
  }
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
