import { isScrimshawError, ScrimshawError } from "../errors.ts";
import { type Party, tooSlow, unreachable } from "./endpoint.ts";
import { type Send, sendByFetch, type Sent } from "./send.ts";

export interface TransferLimits {
  /** Time until an answer begins, in milliseconds. */
  readonly answerMs: number;
  /** Longest pause between two pieces of a body, in milliseconds. */
  readonly idleMs: number;
  /** A body that comes slower than this on average is given up. */
  readonly minBytesPerSecond: number;
}

export const DEFAULT_LIMITS: TransferLimits = { answerMs: 30_000, idleMs: 30_000, minBytesPerSecond: 4_096 };

export interface RequestOptions {
  readonly fetch: typeof globalThis.fetch;
  /** How the request is sent, if not by `fetch`. */
  readonly send?: Send | undefined;
  readonly party: Party;
  readonly url: string;
  readonly init?: RequestInit;
  readonly limits: TransferLimits;
  readonly signal?: AbortSignal | undefined;
}

/** An answer that has begun. `pieces` yields the body under the limits, once. */
export interface OpenAnswer {
  readonly response: Response;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Ends the exchange; what is left unread is dropped. */
  readonly close: () => void;
}

export interface ExchangeOptions<T> extends RequestOptions {
  /** Reads the answer. */
  readonly read: (answer: Omit<OpenAnswer, "close">) => Promise<T>;
}

/** One HTTP request whose answer `read` turns into a value. Throws what `openAnswer` throws. */
export async function exchange<T>({ read, ...options }: ExchangeOptions<T>): Promise<T> {
  const { response, pieces, close } = await openAnswer(options);
  try {
    return await read({ response, pieces });
  } finally {
    close();
  }
}

/**
 * One HTTP request to a server that is not trusted: bounded in time, without redirects.
 * @throws ScrimshawError `walrus.<party>-unreachable`, `walrus.<party>-too-slow`, `walrus.body-truncated`; the signal's
 * reason when aborted
 */
export async function openAnswer(options: RequestOptions): Promise<OpenAnswer> {
  const { fetch, send = sendByFetch(fetch), party, url, init, limits, signal } = options;
  signal?.throwIfAborted();
  const stop = new AbortController();
  let slow: ScrimshawError | undefined;
  const giveUp = (what: string): void => {
    slow = tooSlow({ party, url, what });
    stop.abort(slow);
  };
  let idle: NodeJS.Timeout | undefined;
  /** What a failure of the connection was about. */
  const reasonFor = (otherwise: () => ScrimshawError): unknown =>
    signal?.aborted ? signal.reason : (slow ?? otherwise());

  /** By hand instead of as a generator: a large body has thousands of pieces. */
  function pieces({ read }: Sent): AsyncIterable<Uint8Array> {
    // Only the server's time counts, not that of a slow reader.
    let waiting = false;
    let waited = 0;
    let received = 0;
    const onIdle = (): void => {
      if (waiting) giveUp(`no byte for ${limits.idleMs} ms, after ${received} bytes`);
    };
    const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
      const asked = performance.now();
      if (idle === undefined) idle = setTimeout(onIdle, limits.idleMs);
      else idle.refresh();
      waiting = true;
      let value: Uint8Array | undefined;
      try {
        ({ value } = await read());
      } catch (cause) {
        throw reasonFor(() => truncated({ url, received, cause }));
      } finally {
        waiting = false;
      }
      if (value === undefined) {
        clearTimeout(idle);
        return { done: true, value: undefined };
      }
      received += value.length;
      waited += performance.now() - asked;
      if (waited > limits.idleMs + (received / limits.minBytesPerSecond) * 1000) {
        throw tooSlow({ party, url, what: `${received} bytes in ${Math.round(waited)} ms` });
      }
      return { done: false, value };
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  const timer = setTimeout(() => giveUp(`no answer within ${Math.round(limits.answerMs)} ms`), limits.answerMs);
  const all = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  try {
    const sent = await send(url, { ...init, signal: all });
    const close = (): void => {
      clearTimeout(idle);
      stop.abort();
    };
    return { response: sent.response, pieces: pieces(sent), close };
  } catch (cause) {
    throw reasonFor(() => unreachable({ party, url, cause }));
  } finally {
    clearTimeout(timer);
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
