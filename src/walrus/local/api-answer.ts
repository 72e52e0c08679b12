import type { Readable } from "node:stream";

/** What a route answers; the server sends it, without the body for HEAD. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
}

/** Walrus's general kinds of errors and their HTTP codes. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  404: "NOT_FOUND",
  405: "UNIMPLEMENTED",
  413: "SIZE_EXCEEDED",
  416: "RANGE_NOT_SATISFIABLE",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

export function jsonAnswer({ status = 200, value }: { readonly status?: number; readonly value: unknown }): Answer {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify(value)),
  };
}

/** The success envelope of storage nodes. */
export function nodeAnswer(data: unknown): Answer {
  return jsonAnswer({ value: { success: { code: 200, data } } });
}

/** Walrus's error body: `{"error":{"code","status","message","details":[ErrorInfo]}}`. */
export function errorAnswer({
  code,
  reason,
  message,
  domain = "daemon.walrus.space",
  metadata = {},
}: {
  readonly code: number;
  /** UPPER_SNAKE_CASE, for machines. */
  readonly reason: string;
  readonly message: string;
  readonly domain?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}): Answer {
  const details = [{ "@type": "ErrorInfo", reason, domain, metadata }];
  const status = STATUS_NAMES[code] ?? "UNKNOWN";
  return jsonAnswer({ status: code, value: { error: { code, status, message, details } } });
}
