import type { IncomingMessage } from "node:http";

import type { BlobId } from "../blob-id.ts";
import { type Answer } from "./api-answer.ts";
import { parseMetadata } from "../slivers/blob-metadata.ts";
import type { Route } from "./http-server.ts";
import { bytesAnswer, nodeAnswer, nodeRefusal, notRegistered } from "./node-answer.ts";
import { type NamedSliver, type NodeContext, onBlob, onSliver } from "./node-context.ts";
import { readBody } from "./request-body.ts";
import { namedIndex, sliverIndex, sliverShape, sliverSymbols } from "../slivers/sliver-layout.ts";

/** BCS comes as plain bytes; no media type is taken for that too. */
function isBinary(request: IncomingMessage): boolean {
  const type = request.headers["content-type"];
  return type === undefined || /^application\/octet-stream\s*(;|$)/i.test(type);
}

function notBinary(): Answer {
  const message = "Expected request with `Content-Type: application/octet-stream`";
  return nodeRefusal("INVALID_CONTENT_TYPE", message);
}

/** A storage node's routes for metadata and slivers. What is stored was checked against the Blob ID first. */
export function sliverRoutes(node: NodeContext): Route[] {
  const { identity, ledger, holdings, slivers, verifier, faults, nShards } = node;

  /** Why a node takes no part of a blob. */
  const refusedUpload = (blobId: BlobId, query: URLSearchParams): Answer | undefined => {
    if (ledger.isInvalid(blobId)) return nodeRefusal("INVALID_BLOB", "the blob for this metadata is invalid");
    if (ledger.objects(blobId).length > 0) return undefined;
    // There is no cache for parts that come before the blob's registration: as good as one that is full.
    if (query.get("pending") !== "true") return notRegistered();
    return nodeRefusal("CACHE_SATURATED", "pending upload cache is saturated; retry once the node catches up");
  };

  const getMetadata = onBlob(async (blobId) => {
    const known = ledger.objects(blobId).length > 0;
    const bytes = known ? await holdings.metadata({ nodeId: identity().nodeId, blobId }) : undefined;
    if (bytes !== undefined) return bytesAnswer(bytes);
    return nodeRefusal("METADATA_NOT_FOUND", "the requested metadata is unavailable");
  });

  const metadataStatus = onBlob((blobId) => {
    const known = ledger.objects(blobId).length > 0;
    return nodeAnswer(known && holdings.hasMetadata({ nodeId: identity().nodeId, blobId }) ? "Stored" : "Nonexistent");
  });

  const putMetadata = onBlob(async (blobId, { request, query }) => {
    if (!isBinary(request)) return notBinary();
    const refused = refusedUpload(blobId, query);
    if (refused !== undefined) return refused;
    const { nodeId } = identity();
    if (holdings.hasMetadata({ nodeId, blobId })) return nodeAnswer("metadata already stored");
    const bytes = await readBody(request, 100 + nShards * 66);
    const metadata = bytes === undefined ? undefined : parseMetadata({ bytes, blobId, nShards });
    if (bytes === undefined || metadata === undefined) {
      return nodeRefusal("INVALID_METADATA", "the provided metadata failed to verify: it is not this blob's");
    }
    const data = Buffer.concat([Buffer.from(blobId, "base64url"), bytes]);
    await slivers.write({ nodeId, blobId, part: "metadata", data });
    return nodeAnswer("metadata successfully stored", 201);
  });

  const getSliver = onSliver(node, async ({ blobId, pair, axis }) => {
    const known = ledger.objects(blobId).length > 0;
    const bytes = known ? await holdings.sliver({ identity: identity(), blobId, pair, axis }) : undefined;
    if (bytes === undefined) return nodeRefusal("SLIVER_NOT_FOUND", "the requested sliver is unavailable");
    if (faults.ofNode(identity().nodeId)?.kind !== "bad-sliver") return bytesAnswer(bytes);
    const bent = Uint8Array.from(bytes);
    const middle = bent.length >> 1;
    bent[middle] = (bent[middle] ?? 0) ^ 0xff;
    return bytesAnswer(bent);
  });

  const sliverStatus = onSliver(node, ({ blobId, pair, axis }) => {
    const known = ledger.objects(blobId).length > 0;
    const holds = known && holdings.hasSliver({ identity: identity(), blobId, pair, axis });
    return nodeAnswer(holds ? "Stored" : "Nonexistent");
  });

  const checkSliver = async (
    { blobId, pair, axis }: NamedSliver,
    bytes: Uint8Array | undefined,
  ): Promise<Answer | undefined> => {
    const metadata = await holdings.parsedMetadata({ nodeId: identity().nodeId, blobId });
    if (metadata === undefined) return nodeRefusal("MISSING_METADATA", "blob metadata is required but missing");
    const index = namedIndex(bytes ?? new Uint8Array());
    const wanted = sliverIndex({ pair, axis, nShards });
    if (index !== undefined && index !== wanted) {
      const message = `sliver index ${index} is inconsistent with sliver pair index ${pair}`;
      return nodeRefusal("SLIVER_INDEX_MISMATCH", message);
    }
    const shape = sliverShape({ size: metadata.size, nShards });
    const symbols = bytes === undefined ? undefined : sliverSymbols({ bytes, shape, axis, pair });
    if (symbols === undefined)
      return nodeRefusal("INVALID_SLIVER", "the provided sliver is invalid: its size is wrong");
    const root = await verifier.root({ axis, symbolSize: shape.symbolSize, symbols });
    const expected = metadata.hashes[pair]?.[axis] ?? new Uint8Array();
    if (Buffer.from(expected).equals(root)) return undefined;
    return nodeRefusal("INVALID_SLIVER", "the provided sliver is invalid: its root is not that of the metadata");
  };

  const putSliver = onSliver(node, async (sliver, { request, query }) => {
    const { blobId, pair, axis } = sliver;
    if (!isBinary(request)) return notBinary();
    const refused = refusedUpload(blobId, query);
    if (refused !== undefined) return refused;
    if (holdings.hasSliver({ identity: identity(), ...sliver })) return nodeAnswer("sliver already stored");
    const [object] = ledger.objects(blobId);
    const limit = sliverShape({ size: object?.size ?? 0, nShards }).length[axis];
    const bytes = await readBody(request, limit);
    const wrong = await checkSliver(sliver, bytes);
    if (wrong !== undefined || bytes === undefined) return wrong ?? notRegistered();
    await slivers.write({ nodeId: identity().nodeId, blobId, part: `${pair}.${axis}`, data: bytes });
    return nodeAnswer("sliver stored successfully", 201);
  });

  return [
    { method: "GET", path: "/v1/blobs/{blobId}/metadata", handle: getMetadata },
    { method: "PUT", path: "/v1/blobs/{blobId}/metadata", handle: putMetadata },
    { method: "GET", path: "/v1/blobs/{blobId}/metadata/status", handle: metadataStatus },
    { method: "GET", path: "/v1/blobs/{blobId}/slivers/{pair}/{axis}", handle: getSliver },
    { method: "PUT", path: "/v1/blobs/{blobId}/slivers/{pair}/{axis}", handle: putSliver },
    { method: "GET", path: "/v1/blobs/{blobId}/slivers/{pair}/{axis}/status", handle: sliverStatus },
  ];
}
