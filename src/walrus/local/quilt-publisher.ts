import type { IncomingMessage } from "node:http";

import { z } from "zod";

import { isScrimshawError } from "../../errors.ts";
import type { Tags } from "../quilt/bcs.ts";
import { type EncodedQuilt, encodeQuilt } from "../quilt/encode-quilt.ts";
import type { Patch } from "../quilt/patch.ts";
import { encodePatchId } from "../quilt/patch-id.ts";
import { maxPatches } from "../quilt/quilt-layout.ts";
import { type Answer, errorAnswer, jsonAnswer } from "./api-answer.ts";
import { AtOnce } from "./at-once.ts";
import type { Route, RouteRequest } from "./http-server.ts";
import { passOn, whileConnected } from "./quilt-loopback.ts";
import { FormFault, type FormPart, parseForm } from "./quilt-form.ts";

/** Quilts in memory at once; further uploads wait before their bodies are read. */
const MAX_UPLOADS = 2;
/** Walrus's name for the field that holds tags. */
const METADATA_FIELD = "_metadata";

const Metadata = z.array(z.object({ identifier: z.string(), tags: z.record(z.string(), z.unknown()).default({}) }));

export interface QuiltPublisherOptions {
  readonly nShards: number;
  /** Largest body of a form in bytes. */
  readonly maxQuiltSize: number;
  /** Largest blob, and so the largest quilt that a form may make. */
  readonly maxBlobSize: number;
  /** Where the publisher's route for single blobs is served. */
  readonly front: () => string;
  /** Headers with which it takes what this route has taken. */
  readonly pass: Readonly<Record<string, string>>;
}

function malformed(message: string): Answer {
  return errorAnswer({ code: 400, reason: "MALFORMED_REQUEST", message: `the request is malformed: ${message}` });
}

function tooLarge(limit: number): Answer {
  const message = `the quilt exceeds the maximum allowed size: ${limit}`;
  return errorAnswer({ code: 413, reason: "BLOB_TOO_LARGE", message });
}

/** The body, or undefined if it is longer than `limit`; the server drains what is left. */
async function collect({
  request,
  limit,
}: {
  readonly request: IncomingMessage;
  readonly limit: number;
}): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > limit) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Tags by identifier. Values that are no strings become JSON, as in Walrus's publisher. */
function readMetadata(parts: readonly FormPart[]): ReadonlyMap<string, Tags> {
  const tagsOf = new Map<string, Tags>();
  for (const { bytes } of parts) {
    let entries: z.infer<typeof Metadata>;
    try {
      entries = Metadata.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    } catch {
      throw new FormFault("_metadata is no JSON array of identifiers and tags");
    }
    for (const { identifier, tags } of entries) {
      if (tagsOf.has(identifier)) throw new FormFault("duplicate identifiers found in _metadata");
      const pairs = Object.entries(tags).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      tagsOf.set(identifier, Object.fromEntries(pairs) as Tags);
    }
  }
  return tagsOf;
}

function patchesOf(parts: readonly FormPart[]): Patch[] {
  const tagsOf = readMetadata(parts.filter(({ name }) => name === METADATA_FIELD));
  const files = parts.filter(({ name }) => name !== METADATA_FIELD);
  return files.map(({ name, bytes }) => ({ identifier: name, bytes, tags: tagsOf.get(name) ?? {} }));
}

/** The publisher's route for quilts. It lays the form's files out as a quilt and stores that as the blob that it is. */
export function quiltPublisherRoutes({
  nShards,
  maxQuiltSize,
  maxBlobSize,
  front,
  pass,
}: QuiltPublisherOptions): Route[] {
  const uploads = new AtOnce(MAX_UPLOADS);

  const construct = ({
    body,
    contentType,
  }: {
    readonly body: Buffer;
    readonly contentType: string;
  }): EncodedQuilt | Answer => {
    try {
      const patches = patchesOf(parseForm({ body, contentType, maxParts: maxPatches(nShards) + 1 }));
      if (patches.length === 0) return malformed("no files provided in multipart form");
      return encodeQuilt({ patches, nShards, maxSize: maxBlobSize });
    } catch (error) {
      if (error instanceof FormFault) return malformed(`failed to parse multipart form: ${error.message}`);
      if (!isScrimshawError(error)) throw error;
      return malformed(`failed to construct quilt: expected ${error.expected}; found ${error.found}`);
    }
  };

  const store = async ({ request, query }: RouteRequest, signal: AbortSignal): Promise<Answer> => {
    const body = await collect({ request, limit: maxQuiltSize });
    if (body === undefined) return tooLarge(maxQuiltSize);
    const quilt = construct({ body, contentType: request.headers["content-type"] ?? "" });
    if ("status" in quilt) return quilt;
    const response = await fetch(`${front()}/v1/blobs?${query.toString()}`, {
      method: "PUT",
      body: quilt.bytes as Uint8Array<ArrayBuffer>,
      headers: pass,
      signal,
    });
    if (!response.ok) return passOn(response);
    const blobStoreResult: unknown = await response.json();
    return jsonAnswer({ value: { blobStoreResult, storedQuiltBlobs: storedPatches({ quilt, blobStoreResult }) } });
  };

  const putQuilt = async (route: RouteRequest): Promise<Answer> => {
    if (Number(route.request.headers["content-length"] ?? 0) > maxQuiltSize) return tooLarge(maxQuiltSize);
    return whileConnected({ request: route.request, work: (signal) => uploads.run(() => store(route, signal)) });
  };

  return [{ method: "PUT", path: "/v1/quilts", handle: putQuilt }];
}

const Stored = z.union([
  z.object({ newlyCreated: z.object({ blobObject: z.object({ blobId: z.string() }) }) }),
  z.object({ alreadyCertified: z.object({ blobId: z.string() }) }),
]);

function storedPatches({
  quilt,
  blobStoreResult,
}: {
  readonly quilt: EncodedQuilt;
  readonly blobStoreResult: unknown;
}): unknown[] {
  const stored = Stored.parse(blobStoreResult);
  const { blobId: quiltId } = "newlyCreated" in stored ? stored.newlyCreated.blobObject : stored.alreadyCertified;
  return quilt.entries.map(({ identifier, start, end }) => ({
    identifier,
    quiltPatchId: encodePatchId({ quiltId, start, end }),
    range: [start, end],
  }));
}
