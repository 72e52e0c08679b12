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
  401: "UNAUTHENTICATED",
  402: "PAYMENT_REQUIRED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  405: "UNIMPLEMENTED",
  413: "SIZE_EXCEEDED",
  416: "RANGE_NOT_SATISFIABLE",
  429: "RESOURCE_EXHAUSTED",
  451: "UNAVAILABLE_FOR_LEGAL_REASONS",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

export function jsonAnswer({ status = 200, value }: { readonly status?: number; readonly value: unknown }): Answer {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify(value)),
  };
}

/** Walrus's error body: `{"error":{"code","status","message","details":[ErrorInfo]}}`. */
export function errorAnswer({
  code,
  reason,
  message,
  domain = "daemon.walrus.space",
  metadata = {},
  status = STATUS_NAMES[code] ?? "UNKNOWN",
}: {
  readonly code: number;
  /** UPPER_SNAKE_CASE, for machines. */
  readonly reason: string;
  readonly message: string;
  readonly domain?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** General kind of the error, where the code does not say it. */
  readonly status?: string;
}): Answer {
  const details = [{ "@type": "ErrorInfo", reason, domain, metadata }];
  return jsonAnswer({ status: code, value: { error: { code, status, message, details } } });
}
