import http, { type IncomingMessage } from "node:http";
import https from "node:https";

/** The head of an answer, and its body piece by piece. */
export interface Sent {
  readonly response: Response;
  readonly read: () => Promise<{ readonly done?: boolean | undefined; readonly value?: Uint8Array | undefined }>;
}

/** Sends one request and follows no redirect. */
export type Send = (url: string, init: RequestInit) => Promise<Sent>;

export function sendByFetch(fetch: typeof globalThis.fetch): Send {
  return async (url, init) => {
    const response = await fetch(url, { redirect: "error", ...init });
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
    return { response, read: () => reader?.read() ?? Promise.resolve({ done: true }) };
  };
}

/** A GET for large bodies. `fetch` copies every piece and hands it through a web stream, which costs more than hashing it. */
export const getByNode: Send = async (url, { headers, signal }) => {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { get } = url.startsWith("https:") ? https : http;
  const request = get(url, { headers: Object.fromEntries(new Headers(headers)) }, resolve).on("error", reject);
  // By hand: with the option `signal` an abort in the midst of an answer is thrown where nobody catches it.
  signal?.addEventListener("abort", () => request.destroy(), { once: true });
  const answer = await promise;
  // Who reads the body hears of it; a body that nobody reads may break off.
  answer.on("error", () => undefined);
  const { statusCode: status = 0, rawHeaders } = answer;
  if (status >= 300 && status < 400) {
    answer.destroy();
    throw new Error(`a redirect, HTTP ${status}`);
  }
  const told = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) told.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  const pieces = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer<ArrayBuffer>, undefined>;
  const read: Sent["read"] = async () => {
    const { done, value } = await pieces.next();
    return value === undefined ? { done } : { value: new Uint8Array(value.buffer, value.byteOffset, value.length) };
  };
  return { response: new Response(null, { status, headers: told }), read };
};
