import { createHash, type Hash } from "node:crypto";

import { isScrimshawError } from "../errors.ts";
import type { StreamOptions } from "./blob-store.ts";
import type { EndpointHealth } from "./endpoint-health.ts";
import { truncated } from "./exchange.ts";
import { DEFAULT_MAX_SIZE, type ReadContext } from "./get-blob.ts";
import { badRead, openRead, READ_FAILURES } from "./open-read.ts";
import { checkStreamOptions } from "./read-options.ts";
import { judge, tryEndpoints } from "./try-endpoints.ts";

/** Times that a read may go on elsewhere after it broke off. */
const MAX_RESUMES = 20;

export type StreamBlobOptions = StreamOptions & ReadContext;

interface Source {
  readonly endpoint: EndpointHealth;
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly close: () => void;
}

/** What happens to each piece on its way out. */
interface Gate {
  /** Bytes, from the beginning, that need not be read again when another server takes over. */
  readonly kept: () => number;
  /** Drops what was read since `kept`. */
  readonly rewind: () => void;
  /** Begins anew after wrong bytes, if none of them was handed out. */
  readonly restart: () => boolean;
  readonly push: (piece: Uint8Array, url: string) => Iterable<Uint8Array>;
  readonly end: (url: string) => readonly Uint8Array[];
}

function mismatch(expected: string, found: string, url: string): Error {
  return badRead("walrus.content-hash-mismatch", `SHA-256 ${expected}`, `${found} of the bytes from ${url}`);
}

function digest(hash: Hash): string {
  return `0x${hash.digest("hex")}`;
}

/** Lets bytes pass as they come; keeps the last piece back until the hash of all is right. */
function wholeGate(contentHash: string | undefined): Gate {
  const newHash = (): Hash | undefined => (contentHash === undefined ? undefined : createHash("sha256"));
  let hash = newHash();
  let received = 0;
  let held: Uint8Array | undefined;
  return {
    kept: () => received,
    rewind: () => undefined,
    restart: () => {
      if (received > (held?.length ?? 0)) return false;
      [hash, received, held] = [newHash(), 0, undefined];
      return true;
    },
    push: (piece) => {
      received += piece.length;
      hash?.update(piece);
      if (hash === undefined) return [piece];
      const before = held;
      held = piece;
      return before === undefined ? [] : [before];
    },
    end: (url) => {
      const found = hash === undefined ? undefined : digest(hash);
      if (found !== contentHash) throw mismatch(contentHash ?? "", found ?? "", url);
      return held === undefined ? [] : [held];
    },
  };
}

/** Lets a part pass once its hash is right. */
function partsGate(parts: NonNullable<StreamOptions["parts"]>): Gate {
  let index = 0;
  let passed = 0;
  let filled = 0;
  let buffer: Uint8Array | undefined;
  return {
    kept: () => passed,
    rewind: () => {
      filled = 0;
    },
    restart: () => true,
    push: function* (piece, url) {
      let rest = piece;
      while (rest.length > 0) {
        const part = parts[index];
        if (part === undefined) break;
        buffer ??= new Uint8Array(part.length);
        const taken = rest.subarray(0, part.length - filled);
        buffer.set(taken, filled);
        filled += taken.length;
        rest = rest.subarray(taken.length);
        if (filled < part.length) break;
        const found = digest(createHash("sha256").update(buffer));
        if (found !== part.contentHash) throw mismatch(part.contentHash, found, url);
        const ready = buffer;
        index += 1;
        passed += part.length;
        filled = 0;
        buffer = undefined;
        yield ready;
      }
    },
    end: () => [],
  };
}

/**
 * Reads a blob, or a range of it, piece by piece; what is guaranteed when, say the options. A read that breaks off goes on at the
 * next server, from the first byte that was not handed out. With `parts` so does a read whose bytes are wrong.
 * @throws ScrimshawError those of `getBlob`
 */
export async function* streamBlob(options: StreamBlobOptions): AsyncGenerator<Uint8Array, void, undefined> {
  checkStreamOptions(options);
  const { blobId, parts, range, size, timing, signal, onProgress, maxSize = DEFAULT_MAX_SIZE } = options;
  const sum = parts?.reduce((total, { length }) => total + length, 0);
  const wanted = range?.length ?? size ?? sum;
  const limit = wanted ?? maxSize;
  const gate = parts === undefined ? wholeGate(options.contentHash) : partsGate(parts);
  const wrong = new Set<EndpointHealth>();
  let last = "nowhere";
  for (let resumes = 0; ; resumes += 1) {
    // A connection may break after its last byte.
    if (gate.kept() === wanted) {
      yield* gate.end(last);
      return;
    }
    const source = await openAt({ options, from: gate.kept(), wanted, wrong });
    const { url } = source.endpoint;
    last = url;
    try {
      let at = gate.kept();
      for await (const piece of source.pieces) {
        at += piece.length;
        if (at > limit) throw badRead("walrus.body-too-long", `${limit} bytes`, `more from ${url}`);
        onProgress?.({ kind: "download", blobId, received: at, size: wanted });
        for (const ready of gate.push(piece, url)) yield ready;
      }
      if (wanted !== undefined && at < wanted) throw truncated({ url, received: at, wanted });
      yield* gate.end(url);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isScrimshawError(error)) throw error;
      const passing = judge(error) === "passing";
      source.endpoint.failed({ now: timing.now(), grave: !passing });
      if (!passing) wrong.add(source.endpoint);
      const resumable = passing ? wanted !== undefined || gate.kept() === 0 : gate.restart();
      const others = options.aggregators.some((endpoint) => !wrong.has(endpoint));
      if (!resumable || !others || resumes >= MAX_RESUMES) throw error;
      gate.rewind();
    } finally {
      source.close();
    }
  }
}

async function openAt({
  options,
  from,
  wanted,
  wrong,
}: {
  readonly options: StreamBlobOptions;
  readonly from: number;
  readonly wanted: number | undefined;
  readonly wrong: ReadonlySet<EndpointHealth>;
}): Promise<Source> {
  const { range: asked, aggregators, limits, retry, timing, signal, fresh = false } = options;
  const rest = { offset: (asked?.offset ?? 0) + from, length: (wanted ?? 0) - from };
  const range = from === 0 ? asked : rest;
  return tryEndpoints({
    party: "aggregator",
    endpoints: aggregators.filter((endpoint) => !wrong.has(endpoint)),
    retry,
    timing,
    signal,
    order: READ_FAILURES,
    passing: fresh ? ["walrus.blob-not-found"] : [],
    attempt: async ({ endpoint, leftMs, round, onRetryAfter }) => {
      const { pieces, close } = await openRead({
        ...options,
        url: endpoint.url,
        range,
        pastCaches: fresh && round > 0,
        limits: { ...limits, answerMs: Math.min(limits.answerMs, leftMs) },
        onRetryAfter,
      });
      return { endpoint, pieces, close };
    },
  });
}
