import { open } from "node:fs/promises";

import { isScrimshawError } from "../../errors.ts";
import { type BlobId, isBlobId } from "../blob-id.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import { type Answer, errorAnswer } from "./api-answer.ts";
import type { BlobReader } from "./blob-reader.ts";
import type { Faults } from "./faults.ts";
import type { Route, RouteRequest } from "./http-server.ts";
import type { Ledger } from "./ledger.ts";

/** The part of a blob to send. */
interface Span {
  readonly start: number;
  readonly length: number;
}

export interface AggregatorOptions {
  readonly ledger: Ledger;
  readonly reader: BlobReader;
  readonly faults: Faults;
  readonly pool: EncoderPool;
  readonly nShards: number;
  readonly signal: AbortSignal;
}

const CACHE_CONTROL = "public, max-age=86400, stale-while-revalidate=3600";

function badRange(code: 400 | 416, message: string): Answer {
  return errorAnswer({ code, reason: "INVALID_BYTE_RANGE", message: `invalid byte range parameters: ${message}` });
}

function badRequest(message: string): Answer {
  return errorAnswer({ code: 400, reason: "INVALID_REQUEST", message });
}

/** Walrus reads exactly one closed range, `bytes=a-b`, that lies within the blob. */
function parseRange({ header, size }: { readonly header: string; readonly size: number }): Span | Answer {
  const [, first, last] = /^\s*bytes=(\d{1,15})-(\d{1,15})\s*$/.exec(header) ?? [];
  if (first === undefined || last === undefined) return badRange(416, "only one range bytes=start-end is supported");
  const [start, end] = [Number(first), Number(last)];
  if (start > end) return badRange(416, "start index must be less than end index");
  if (end >= size) return badRange(416, `the blob has ${size} bytes`);
  return { start, length: end - start + 1 };
}

function consistencyAnswer(query: URLSearchParams): Answer | undefined {
  const known = ["strict_consistency_check", "skip_consistency_check"];
  const flags = known.map((name) => query.get(name) ?? "false");
  if (flags.some((flag) => flag !== "true" && flag !== "false")) return badRequest("a flag is true or false");
  if (flags.every((flag) => flag === "true"))
    return badRequest("the consistency check cannot be both strict and skipped");
  return undefined;
}

function notFound(): Answer {
  const message = "the requested blob ID does not exist on Walrus, ensure that it was entered correctly";
  return errorAnswer({ code: 404, reason: "BLOB_NOT_FOUND", message });
}

function unavailable(): Answer {
  const message =
    "the requested blob is currently not retrievable from Walrus; this may be transient — retry with backoff";
  return errorAnswer({ code: 503, reason: "BLOB_UNAVAILABLE", message });
}

/** The aggregator's routes for single blobs, as `openapi` of Walrus describes them. */
export function aggregatorRoutes(aggregator: AggregatorOptions): Route[] {
  const { ledger, reader, faults, pool, nShards, signal } = aggregator;

  const find = (text: string): { readonly blobId: BlobId; readonly size: number } | Answer => {
    if (!isBlobId(text)) return badRequest("the blob ID is not 32 bytes in base64url");
    const object = ledger.certified(text);
    return object === undefined ? notFound() : { blobId: text, size: object.size };
  };

  const serve = async ({
    blobId,
    span,
    status,
    headers,
  }: {
    readonly blobId: BlobId;
    readonly span: Span;
    readonly status: number;
    readonly headers: Record<string, string>;
  }): Promise<Answer> => {
    const sent = {
      "cache-control": CACHE_CONTROL,
      "content-type": "application/octet-stream",
      "content-length": String(span.length),
      ...headers,
    };
    if (span.length === 0) return { status, headers: sent };
    // The open handle keeps the bytes readable when the blob's lease ends meanwhile.
    const handle = await open(await reader.path(blobId), "r");
    const stream = handle.createReadStream({ start: span.start, end: span.start + span.length - 1 });
    const bent = faults.bend({ blobId, start: span.start });
    if (bent === undefined) return { status, headers: sent, body: stream };
    stream.once("error", (error) => bent.destroy(error));
    bent.once("close", () => stream.destroy());
    return { status, headers: sent, body: stream.pipe(bent) };
  };

  /** Encodes a blob again, to see that all its slivers are those of its Blob ID. */
  const isConsistent = async (blobId: BlobId, size: number): Promise<boolean> => {
    const source = { path: await reader.path(blobId), size };
    return (await pool.computeBlobId({ source, nShards, signal })).blobId === blobId;
  };

  /** Answers with the fault that was asked for, or says that the storage nodes do not give enough of the blob. */
  const guarded =
    (handle: (request: RouteRequest) => Promise<Answer>) =>
    async (request: RouteRequest): Promise<Answer> => {
      const fault = faults.aggregatorAnswer();
      if (fault !== undefined) return fault;
      try {
        return await handle(request);
      } catch (error) {
        if (isScrimshawError(error) && error.code === "walrus.slivers-insufficient") return unavailable();
        throw error;
      }
    };

  const readBlob = async ({ request, query }: RouteRequest, name: string): Promise<Answer> => {
    const refused = consistencyAnswer(query);
    if (refused !== undefined) return refused;
    const blob = find(name);
    if ("status" in blob) return blob;
    const { blobId, size } = blob;
    const strict = query.get("strict_consistency_check") === "true";
    if (strict && !(await isConsistent(blobId, size))) return notFound();
    const range = request.headers.range;
    if (range === undefined) {
      return serve({ blobId, span: { start: 0, length: size }, status: 200, headers: { etag: blobId } });
    }
    const span = parseRange({ header: range, size });
    if ("status" in span) return span;
    const contentRange = `bytes ${span.start}-${span.start + span.length - 1}/${size}`;
    return serve({ blobId, span, status: 206, headers: { etag: blobId, "content-range": contentRange } });
  };

  const getBlob = (route: RouteRequest): Promise<Answer> => readBlob(route, route.params["blobId"] ?? "");

  const getByObjectId = async (route: RouteRequest): Promise<Answer> => {
    const objectId = route.params["objectId"] ?? "";
    if (!/^0x[0-9a-fA-F]{1,64}$/.test(objectId)) return badRequest("the object ID is not 0x and hex digits");
    const blobId = ledger.object(`0x${objectId.slice(2).padStart(64, "0")}`)?.blobId;
    return blobId === undefined ? notFound() : readBlob(route, blobId);
  };

  const getByteRange = async ({ params, query }: RouteRequest): Promise<Answer> => {
    const [start, length] = ["start", "length"].map((name) => {
      const text = query.get(name) ?? "";
      return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    });
    if (start === undefined || length === undefined) return badRequest("start and length are whole numbers");
    if (length === 0) return badRange(400, "length must be greater than 0");
    const blob = find(params["blobId"] ?? "");
    if ("status" in blob) return blob;
    if (start + length > blob.size) return badRange(400, `the blob has ${blob.size} bytes`);
    const headers = { etag: `${blob.blobId}-${start}-${length}` };
    return serve({ blobId: blob.blobId, span: { start, length }, status: 200, headers });
  };

  return [
    { method: "GET", path: "/v1/blobs/by-object-id/{objectId}", handle: guarded(getByObjectId) },
    { method: "GET", path: "/v1/blobs/{blobId}", handle: guarded(getBlob) },
    { method: "GET", path: "/v1/blobs/{blobId}/byte-range", handle: guarded(getByteRange) },
  ];
}
