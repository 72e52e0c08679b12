import { z } from "zod";

import { ScrimshawError } from "../../errors.ts";
import type { LongWork, StoredBlob } from "../blob-store.ts";
import { computeBlobId } from "../compute-blob-id.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import { endpointUrl } from "../endpoint.ts";
import { DEFAULT_LIMITS, exchange, readText, summarize, type TransferLimits } from "../exchange.ts";
import { failedAnswer } from "../failed-answer.ts";
import { parsePublisherAnswer, type PublisherAnswer } from "../publisher-answer.ts";
import { type EncodedQuilt, encodeQuilt } from "./encode-quilt.ts";
import type { Patch } from "./patch.ts";
import { quiltEmpty, type StoredQuilt, withPatches } from "./stored-quilt.ts";
import { splitPatches } from "./split-patches.ts";

/** Public publishers take forms of 100 MiB, where they take blobs of 10 MiB; this leaves room for the form itself. */
const DEFAULT_FORM_SIZE = 99 * 2 ** 20;
/** 666 patches with names of up to 64 KiB, several times over in the answer's JSON, at most. */
const MAX_ANSWER = 2 ** 27;
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

export interface SendQuiltsOptions extends LongWork {
  /** Base URLs, tried in turn. */
  readonly publishers: readonly string[];
  readonly patches: readonly Patch[];
  /** Shards of the network. Default 1000. */
  readonly nShards?: number;
  readonly epochs: number;
  /** Default false. */
  readonly deletable?: boolean;
  /** Bytes of one quilt before its patches are split. Default 99 MiB. */
  readonly maxSize?: number;
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: Partial<TransferLimits>;
  /** Workers for Blob IDs. */
  readonly pool?: EncoderPool;
}

/** The two characters that senders and readers of forms write and read differently. */
function refuseUnsendable(patches: readonly Patch[]): void {
  const bad = patches.find(({ identifier }) => /["\\]/.test(identifier));
  if (bad === undefined) return;
  throw new ScrimshawError({
    code: "walrus.patch-invalid",
    expected: "identifiers without quotes and backslashes, which forms do not carry safely",
    found: JSON.stringify(bad.identifier.slice(0, 80)),
    next: "Rename the file, or store the quilt as a plain blob.",
  });
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

/**
 * Stores patches through publishers' route for quilts, which takes more bytes than that for blobs. The quilt is also laid out here: the
 * publisher must answer the Blob ID computed from it. Where a publisher takes blobs large enough, `putQuilts` does the same with less.
 * @throws ScrimshawError `walrus.quilt-empty`, `walrus.patch-invalid`, `walrus.quilt-too-large`,
 * `walrus.no-publisher`, `walrus.endpoint-invalid`, `walrus.publisher-unreachable`, `walrus.publisher-too-slow`,
 * `walrus.publisher-refused`, `walrus.publisher-failed`, `walrus.publisher-answer-invalid`, `walrus.publisher-broke-terms`,
 * `walrus.blob-id-mismatch`, `walrus.blob-marked-invalid`, `walrus.encoder-failed`; the signal's reason when aborted
 */
export async function sendQuilts(options: SendQuiltsOptions): Promise<StoredQuilt[]> {
  const { patches, nShards = 1000, maxSize = DEFAULT_FORM_SIZE, onProgress } = options;
  refuseUnsendable(patches);
  const groups = splitPatches({ patches, nShards, maxSize });
  if (groups.length === 0) throw quiltEmpty();
  const publishers = options.publishers.map(endpointUrl);
  if (publishers.length === 0) {
    const next = "Set walrus.publishers in hardhat.config.ts, or start a local Walrus with `npx hardhat walrus serve`.";
    throw new ScrimshawError({
      code: "walrus.no-publisher",
      expected: "the address of a publisher",
      found: "none",
      next,
    });
  }
  const stored: StoredQuilt[] = [];
  for (const group of groups) {
    const quilt = encodeQuilt({ patches: group, nShards });
    const blob = await sendQuilt({ ...options, nShards, publishers, patches: group, quilt });
    onProgress?.({ kind: "stored", blobId: blob.blobId, size: blob.size });
    stored.push(withPatches({ blob, entries: quilt.entries }));
  }
  return stored;
}

async function sendQuilt(
  options: SendQuiltsOptions & { readonly nShards: number; readonly quilt: EncodedQuilt },
): Promise<StoredBlob> {
  const { quilt, nShards, publishers, signal, pool, deletable = false } = options;
  const { bytes } = quilt;
  const giveUp = new AbortController();
  const stop = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  const computing = computeBlobId({ bytes, nShards, signal: stop, ...(pool === undefined ? {} : { pool }) });
  // A quilt that cannot be encoded is not worth its upload.
  computing.catch((reason: unknown) => giveUp.abort(reason));
  const failures: unknown[] = [];
  try {
    for (const url of publishers) {
      try {
        const answer = await upload({ ...options, url, stop });
        const { blobId, contentHash, size } = await computing;
        checkAnswer({ answer, blobId, deletable, nShards, url });
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
}

function upload(
  options: SendQuiltsOptions & { readonly quilt: EncodedQuilt; readonly url: string; readonly stop: AbortSignal },
): Promise<PublisherAnswer> {
  const { url, patches, quilt, epochs, deletable = false, stop } = options;
  const query = new URLSearchParams({ epochs: String(epochs), [deletable ? "deletable" : "permanent"]: "true" });
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const answerMs = limits.answerMs + STORE_MS + (quilt.bytes.length / UPLOAD_BYTES_PER_SECOND) * 1000;
  return exchange({
    fetch: options.fetch ?? globalThis.fetch,
    party: "publisher",
    url: `${url}/v1/quilts?${query.toString()}`,
    init: { method: "PUT", body: formOf(patches) },
    limits: { ...limits, answerMs },
    signal: stop,
    read: async ({ response, pieces }) => {
      if (!response.ok) throw await failedAnswer({ party: "publisher", url, response, pieces });
      return parseAnswer({ text: (await readText({ pieces, limit: MAX_ANSWER })) ?? "", url });
    },
  });
}

function parseAnswer({ text, url }: { readonly text: string; readonly url: string }): PublisherAnswer {
  let result: unknown;
  try {
    result = Answer.parse(JSON.parse(text)).blobStoreResult;
  } catch {
    // Told by the parser of blobs' answers, in its words.
    result = undefined;
  }
  return parsePublisherAnswer({ text: JSON.stringify(result ?? null), url });
}

function checkAnswer({
  answer,
  blobId,
  deletable,
  nShards,
  url,
}: {
  readonly answer: PublisherAnswer;
  readonly blobId: string;
  readonly deletable: boolean;
  readonly nShards: number;
  readonly url: string;
}): void {
  const refuse = (code: string, expected: string, found: string): ScrimshawError =>
    new ScrimshawError({ code, expected, found: `${found} from ${url}`, next: "Try another publisher." });
  if (answer.blobId !== blobId) {
    const found = JSON.stringify(answer.blobId.slice(0, 80));
    throw refuse("walrus.blob-id-mismatch", `Blob ID ${blobId}, computed here at ${nShards} shards`, found);
  }
  if (!answer.certified) {
    throw refuse("walrus.publisher-broke-terms", "a certified quilt", "one that is only registered");
  }
  if (answer.deletable && !deletable) {
    throw refuse("walrus.publisher-broke-terms", "a permanent quilt", "a deletable one");
  }
}
