import { isScrimshawError, ScrimshawError } from "../errors.ts";
import { type Party, tooSlow, unreachable } from "./endpoint.ts";

export interface TransferLimits {
  /** Time until an answer begins, in milliseconds. */
  readonly answerMs: number;
  /** Longest pause between two pieces of a body, in milliseconds. */
  readonly idleMs: number;
  /** A body that comes slower than this on average is given up. */
  readonly minBytesPerSecond: number;
}

export const DEFAULT_LIMITS: TransferLimits = { answerMs: 30_000, idleMs: 30_000, minBytesPerSecond: 4_096 };

export interface ExchangeOptions<T> {
  readonly fetch: typeof globalThis.fetch;
  readonly party: Party;
  readonly url: string;
  readonly init?: RequestInit;
  readonly limits: TransferLimits;
  readonly signal?: AbortSignal | undefined;
  /** Reads the answer. `pieces` yields the body under the limits; what is left unread is dropped. */
  readonly read: (answer: { readonly response: Response; readonly pieces: AsyncIterable<Uint8Array> }) => Promise<T>;
}

/**
 * One HTTP request to a server that is not trusted: bounded in time, without redirects.
 * @throws ScrimshawError `walrus.<party>-unreachable`, `walrus.<party>-too-slow`, `walrus.body-truncated`; the signal's
 * reason when aborted
 */
export async function exchange<T>({ fetch, party, url, init, limits, signal, read }: ExchangeOptions<T>): Promise<T> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  let slow: ScrimshawError | undefined;
  const limit = (what: string, milliseconds: number): NodeJS.Timeout =>
    setTimeout(() => {
      slow = tooSlow({ party, url, what });
      stop.abort(slow);
    }, milliseconds);
  /** What a failure of the connection was about. */
  const reasonFor = (otherwise: () => ScrimshawError): unknown =>
    signal?.aborted ? signal.reason : (slow ?? otherwise());

  async function* pieces(response: Response): AsyncGenerator<Uint8Array> {
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
    if (reader === undefined) return;
    const began = performance.now();
    let received = 0;
    for (;;) {
      const timer = limit(`no byte for ${limits.idleMs} ms, after ${received} bytes`, limits.idleMs);
      let piece: Awaited<ReturnType<typeof reader.read>>;
      try {
        piece = await reader.read();
      } catch (cause) {
        throw reasonFor(() => truncated({ url, received, cause }));
      } finally {
        clearTimeout(timer);
      }
      if (piece.done) return;
      received += piece.value.length;
      const elapsed = performance.now() - began;
      if (elapsed > limits.idleMs + (received / limits.minBytesPerSecond) * 1000) {
        throw tooSlow({ party, url, what: `${received} bytes in ${Math.round(elapsed)} ms` });
      }
      yield piece.value;
    }
  }

  const timer = limit(`no answer within ${limits.answerMs} ms`, limits.answerMs);
  try {
    const all = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    let response: Response;
    try {
      response = await fetch(url, { redirect: "error", ...init, signal: all });
    } catch (cause) {
      throw reasonFor(() => unreachable({ party, url, cause }));
    } finally {
      clearTimeout(timer);
    }
    return await read({ response, pieces: pieces(response) });
  } finally {
    stop.abort();
  }
}

export function truncated({
  url,
  received,
  wanted,
  cause,
}: {
  readonly url: string;
  readonly received: number;
  readonly wanted?: number | undefined;
  readonly cause?: unknown;
}): ScrimshawError {
  return new ScrimshawError({
    code: "walrus.body-truncated",
    expected: wanted === undefined ? "the whole body" : `${wanted} bytes`,
    found: `${received} bytes from ${url}`,
    next: "Try again, or use another server.",
    cause,
  });
}

/** Up to `limit` bytes of a body as text, for messages and small JSON documents; undefined if it is longer. */
export async function readText({
  pieces,
  limit,
}: {
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly limit: number;
}): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > limit) return undefined;
    parts.push(piece);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** The failure to tell when every server failed: the most telling one, with what all of them answered. */
export function summarize({
  failures,
  order,
}: {
  readonly failures: readonly unknown[];
  readonly order: readonly string[];
}): unknown {
  const known = failures.filter(isScrimshawError);
  const rank = ({ code }: ScrimshawError): number => (order.includes(code) ? order.indexOf(code) : order.length);
  const [best] = known.toSorted((a, b) => rank(a) - rank(b));
  if (best === undefined || known.length === 1) return best ?? failures[0];
  const { code, expected, next } = best;
  const found = known
    .map((failure) => failure.found)
    .join("; ")
    .slice(0, 1_000);
  return new ScrimshawError({ code, expected, found, next, cause: best });
}
