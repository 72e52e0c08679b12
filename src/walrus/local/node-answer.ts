import { type Answer, errorAnswer, jsonAnswer } from "./api-answer.ts";

/** The success envelope of storage nodes. */
export function nodeAnswer(data: unknown, code = 200): Answer {
  return jsonAnswer({ status: code, value: { success: { code, data } } });
}

/** What storage nodes refuse, by reason: HTTP code and kind of error (walrus-service `node/errors.rs`). */
const REFUSALS = {
  INVALID_BLOB_ID: [400, "INVALID_ARGUMENT"],
  INVALID_CONTENT_TYPE: [400, "INVALID_ARGUMENT"],
  METADATA_NOT_FOUND: [404, "NOT_FOUND"],
  MISSING_METADATA: [400, "FAILED_PRECONDITION"],
  SLIVER_NOT_FOUND: [404, "NOT_FOUND"],
  NOT_REGISTERED: [400, "FAILED_PRECONDITION"],
  MISSING_SLIVERS: [400, "FAILED_PRECONDITION"],
  CACHE_SATURATED: [400, "FAILED_PRECONDITION"],
  INVALID_METADATA: [400, "INVALID_ARGUMENT"],
  INVALID_BLOB: [400, "FAILED_PRECONDITION"],
  INVALID_SLIVER: [400, "INVALID_ARGUMENT"],
  SLIVER_INDEX_MISMATCH: [400, "INVALID_ARGUMENT"],
  SHARD_NOT_ASSIGNED: [400, "FAILED_PRECONDITION"],
  INDEX_OUT_OF_RANGE: [400, "INVALID_ARGUMENT"],
  SYMBOL_NOT_PRESENT_AT_SHARDS: [400, "FAILED_PRECONDITION"],
  NO_SYMBOLS_SPECIFIED: [400, "FAILED_PRECONDITION"],
  INVALID_FILTER: [400, "INVALID_ARGUMENT"],
} as const;

export type Refusal = keyof typeof REFUSALS;

export function nodeRefusal(reason: Refusal, message: string, metadata: Readonly<Record<string, number>> = {}): Answer {
  const [code, status] = REFUSALS[reason];
  // Missing metadata has one name for readers and writers, and two codes.
  const named = reason === "MISSING_METADATA" ? "METADATA_NOT_FOUND" : reason;
  return errorAnswer({ code, status, reason: named, message, domain: "storage.walrus.space", metadata });
}

export function notRegistered(): Answer {
  return nodeRefusal("NOT_REGISTERED", "the blob has not been registered or has already expired");
}

export function bytesAnswer(body: Uint8Array): Answer {
  return { status: 200, headers: { "content-type": "application/octet-stream" }, body };
}
