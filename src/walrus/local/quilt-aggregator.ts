import type { IncomingMessage } from "node:http";

import { isScrimshawError } from "../../errors.ts";
import { isBlobId } from "../blob-id.ts";
import type { ColumnSource } from "../quilt/column-source.ts";
import { encodePatchId, type PatchColumns, parsePatchId } from "../quilt/patch-id.ts";
import type { PatchEntry } from "../quilt/quilt-index.ts";
import { layoutOfSize, MAX_INDEX_COLUMNS, type QuiltLayout } from "../quilt/quilt-layout.ts";
import { readIndex, type ReadPatch, readPatch } from "../quilt/read-patch.ts";
import { type Answer, errorAnswer, jsonAnswer } from "./api-answer.ts";
import { AtOnce } from "./at-once.ts";
import type { Route, RouteRequest } from "./http-server.ts";
import { passOn, whileConnected } from "./quilt-loopback.ts";
import { columnWindow } from "./quilt-window.ts";

/** Reads of quilts at once, each of which holds one patch in memory; the others wait. */
const MAX_READS = 4;
const CACHE_CONTROL = "public, max-age=86400, stale-while-revalidate=3600";
/** Tags that Walrus's aggregator answers as headers unless it is configured otherwise. */
const TAG_HEADERS = new Set([
  "content-type",
  "authorization",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-location",
  "link",
]);
/** What HTTP allows in the value of a header. */
const HEADER_TEXT = /^[\t\x20-\x7e]*$/;

export interface QuiltAggregatorOptions {
  readonly nShards: number;
  /** Where the aggregator's route for single blobs is served. */
  readonly front: () => string;
}

function badRequest(message: string): Answer {
  return errorAnswer({ code: 400, reason: "INVALID_REQUEST", message });
}

const patchNotFound = errorAnswer({
  code: 404,
  reason: "QUILT_PATCH_NOT_FOUND",
  message: "the requested quilt patch does not exist on Walrus",
});

function headersOf({
  quiltId,
  patch,
}: {
  readonly quiltId: string;
  readonly patch: ReadPatch;
}): Record<string, string> {
  const tags = Object.entries(patch.tags).map(([key, value]) => [key.toLowerCase(), value] as const);
  const sent = tags.filter(([key, value]) => TAG_HEADERS.has(key) && HEADER_TEXT.test(value));
  return {
    "content-type": "application/octet-stream",
    ...Object.fromEntries(sent),
    "cache-control": CACHE_CONTROL,
    etag: quiltId,
    ...(HEADER_TEXT.test(patch.identifier) ? { "x-quilt-patch-identifier": patch.identifier } : {}),
  };
}

/** The aggregator's routes for quilts. They read the quilt's blob from the route for blobs, so that whatever bends one bends both. */
export function quiltAggregatorRoutes({ nShards, front }: QuiltAggregatorOptions): Route[] {
  const reads = new AtOnce(MAX_READS);
  const inTurn = <T>(request: IncomingMessage, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    whileConnected({ request, work: (signal) => reads.run(() => work(signal)) });

  /** The columns that `choose` names once the layout is known, or the answer that the blob's route gave. */
  const openColumns = async ({
    quiltId,
    signal,
    choose,
  }: {
    readonly quiltId: string;
    readonly signal: AbortSignal;
    readonly choose: (layout: QuiltLayout) => PatchColumns;
  }): Promise<ColumnSource | Answer> => {
    const response = await fetch(`${front()}/v1/blobs/${quiltId}`, { signal });
    if (!response.ok || response.body === null) return passOn(response);
    try {
      const layout = layoutOfSize({ size: Number(response.headers.get("content-length") ?? 0), nShards });
      return await columnWindow({ layout, columns: choose(layout), pieces: response.body });
    } finally {
      if (!response.bodyUsed) await response.body.cancel();
    }
  };

  const openIndex = async (quiltId: string, signal: AbortSignal): Promise<readonly PatchEntry[] | Answer> => {
    const choose = ({ columns }: QuiltLayout): PatchColumns => ({
      start: 0,
      end: Math.min(MAX_INDEX_COLUMNS, columns),
    });
    const source = await openColumns({ quiltId, signal, choose });
    return "status" in source ? source : readIndex(source);
  };

  const answerPatch = async ({
    quiltId,
    signal,
    wanted,
  }: {
    readonly quiltId: string;
    readonly signal: AbortSignal;
    readonly wanted: (entry: PatchEntry) => boolean;
  }): Promise<Answer> => {
    const entries = await openIndex(quiltId, signal);
    if ("status" in entries) return entries;
    const entry = entries.find(wanted);
    if (entry === undefined) return patchNotFound;
    const source = await openColumns({ quiltId, signal, choose: () => entry });
    if ("status" in source) return source;
    const patch = await readPatch({ source, columns: entry });
    return { status: 200, headers: headersOf({ quiltId, patch }), body: patch.bytes };
  };

  const getByPatchId = ({ request, params }: RouteRequest): Answer | Promise<Answer> => {
    let patchId: ReturnType<typeof parsePatchId>;
    try {
      patchId = parsePatchId(params["patchId"] ?? "");
    } catch (error) {
      if (!isScrimshawError(error)) throw error;
      return badRequest("the quilt patch ID is not 37 bytes of version 1 in base64url");
    }
    const { quiltId, start, end } = patchId;
    const wanted = (entry: PatchEntry): boolean => entry.start === start && entry.end === end;
    return inTurn(request, (signal) => answerPatch({ quiltId, signal, wanted }));
  };

  const getByIdentifier = ({ request, params }: RouteRequest): Answer | Promise<Answer> => {
    const quiltId = params["quiltId"] ?? "";
    if (!isBlobId(quiltId)) return badRequest("the quilt ID is not 32 bytes in base64url");
    let identifier: string;
    try {
      identifier = decodeURIComponent(params["identifier"] ?? "");
    } catch {
      return badRequest("the identifier is not UTF-8");
    }
    const wanted = (entry: PatchEntry): boolean => entry.identifier === identifier;
    return inTurn(request, (signal) => answerPatch({ quiltId, signal, wanted }));
  };

  const listPatches = async ({ request, params }: RouteRequest): Promise<Answer> => {
    const quiltId = params["quiltId"] ?? "";
    if (!isBlobId(quiltId)) return badRequest("the quilt ID is not 32 bytes in base64url");
    const entries = await inTurn(request, (signal) => openIndex(quiltId, signal));
    if ("status" in entries) return entries;
    const value = entries.map(({ identifier, start, end, tags }) => ({
      identifier,
      patch_id: encodePatchId({ quiltId, start, end }),
      tags,
    }));
    return jsonAnswer({ value });
  };

  return [
    { method: "GET", path: "/v1/blobs/by-quilt-patch-id/{patchId}", handle: getByPatchId },
    { method: "GET", path: "/v1/blobs/by-quilt-id/{quiltId}/{identifier}", handle: getByIdentifier },
    { method: "GET", path: "/v1/quilts/{quiltId}/patches", handle: listPatches },
  ];
}
