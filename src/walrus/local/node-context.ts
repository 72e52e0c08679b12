import { type BlobId, isBlobId } from "../blob-id.ts";
import type { Answer } from "./api-answer.ts";
import type { EpochClock } from "./epoch-clock.ts";
import type { Faults } from "./faults.ts";
import type { Holdings } from "./holdings.ts";
import type { RouteRequest } from "./http-server.ts";
import type { Ledger } from "./ledger.ts";
import { nodeRefusal } from "./node-answer.ts";
import type { NodeIdentity } from "./node-keys.ts";
import type { NodeSlivers } from "./node-slivers.ts";
import type { SliverCodec } from "../slivers/sliver-codec.ts";
import { type Axis, isAxis, shardOfPair } from "../slivers/sliver-layout.ts";
import type { SliverVerifier } from "../slivers/sliver-verifier.ts";

/** All that the routes of one storage node work on. */
export interface NodeContext {
  /** The node with its shards of the current epoch; no shards when it is in no committee. */
  readonly identity: () => NodeIdentity;
  readonly ledger: Ledger;
  readonly clock: EpochClock;
  readonly holdings: Holdings;
  readonly slivers: NodeSlivers;
  readonly codec: SliverCodec;
  readonly verifier: SliverVerifier;
  readonly faults: Faults;
  readonly nShards: number;
  /** Ends waiting when the network stops. */
  readonly abort: AbortController;
}

/** Runs a route that names a blob. */
export function onBlob(
  handle: (blobId: BlobId, request: RouteRequest) => Answer | Promise<Answer>,
): (request: RouteRequest) => Answer | Promise<Answer> {
  return (request) => {
    const blobId = request.params["blobId"] ?? "";
    return isBlobId(blobId)
      ? handle(blobId, request)
      : nodeRefusal("INVALID_BLOB_ID", "the blob ID is not 32 bytes in base64url");
  };
}

/** A sliver that a request names, of a shard of this node. */
export interface NamedSliver {
  readonly blobId: BlobId;
  readonly pair: number;
  readonly axis: Axis;
}

/** Runs a route that names a sliver; refuses those of other nodes' shards. */
export function onSliver(
  { identity, clock, nShards }: NodeContext,
  handle: (sliver: NamedSliver, request: RouteRequest) => Answer | Promise<Answer>,
): (request: RouteRequest) => Answer | Promise<Answer> {
  return onBlob((blobId, request) => {
    const { pair: text = "", axis = "" } = request.params;
    if (!isAxis(axis) || !/^\d{1,5}$/.test(text)) {
      return nodeRefusal("INDEX_OUT_OF_RANGE", "a sliver is named by the index of its pair and primary or secondary");
    }
    const pair = Number(text);
    if (pair >= nShards) {
      const message = `requires 0 <= index (${pair}) < ${nShards}`;
      return nodeRefusal("INDEX_OUT_OF_RANGE", message, { index: pair, max: nShards });
    }
    const shard = shardOfPair({ pair, blobId, nShards });
    if (!identity().shards.includes(shard)) {
      const epoch = clock.epoch();
      const message = `shard ${shard} is not assigned to this node in epoch ${epoch}`;
      return nodeRefusal("SHARD_NOT_ASSIGNED", message, { shard, epoch });
    }
    return handle({ blobId, pair, axis }, request);
  });
}
