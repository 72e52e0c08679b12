import { isScrimshawError } from "../errors.ts";
import type { StreamOptions } from "./blob-store.ts";
import type { EndpointHealth } from "./endpoint-health.ts";
import { truncated } from "./exchange.ts";
import { DEFAULT_MAX_SIZE, type ReadContext } from "./get-blob.ts";
import { badRead, openRead, READ_FAILURES } from "./open-read.ts";
import { checkStreamOptions } from "./read-options.ts";
import type { RunningHash } from "./running-hash.ts";
import { type Gate, openGate, partsGate, wholeGate } from "./stream-gate.ts";
import { judge, tryEndpoints } from "./try-endpoints.ts";

/** Times that a read may go on elsewhere after it broke off. */
const MAX_RESUMES = 20;

export type StreamBlobOptions = StreamOptions & ReadContext;

interface Source {
  readonly endpoint: EndpointHealth;
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly close: () => void;
}

function gateFor({
  contentHash,
  parts,
  hash,
}: Pick<StreamOptions, "contentHash" | "parts"> & { readonly hash: RunningHash }): Gate {
  if (parts !== undefined) return partsGate({ parts, hash });
  return contentHash === undefined ? openGate() : wholeGate({ contentHash, hash });
}

/**
 * Reads a blob, or a range of it, piece by piece; what is guaranteed when, say the options. A read that breaks off goes on at the
 * next server, from the first byte that was not handed out. With `parts` so does a read whose bytes are wrong.
 * @throws ScrimshawError those of `getBlob`
 */
export async function* streamBlob(options: StreamBlobOptions): AsyncGenerator<Uint8Array, void, undefined> {
  checkStreamOptions(options);
  const { blobId, parts, range, size, timing, signal, onProgress, hashing, maxSize = DEFAULT_MAX_SIZE } = options;
  const sum = parts?.reduce((total, { length }) => total + length, 0);
  const wanted = range?.length ?? size ?? sum;
  const limit = wanted ?? maxSize;
  using hash = hashing.open(parts === undefined && options.contentHash === undefined ? 0 : (wanted ?? 0));
  const gate = gateFor({ ...options, hash });
  const wrong = new Set<EndpointHealth>();
  let last = "nowhere";
  for (let resumes = 0; ; resumes += 1) {
    // A connection may break after its last byte.
    if (gate.kept() === wanted) {
      yield* await gate.end(last);
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
        const room = hash.room();
        if (room !== undefined) await room;
        const out = gate.push(piece, url);
        if (Symbol.asyncIterator in out) yield* out;
        else for (const ready of out) yield ready;
      }
      if (wanted !== undefined && at < wanted) throw truncated({ url, received: at, wanted });
      yield* await gate.end(url);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isScrimshawError(error)) throw error;
      const verdict = judge(error);
      if (verdict === "local") throw error;
      const passing = verdict === "passing";
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
