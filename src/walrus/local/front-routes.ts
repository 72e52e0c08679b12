import type { Committee } from "../committee.ts";
import type { Certificate } from "../verify-certificate.ts";
import { aggregatorRoutes } from "./aggregator.ts";
import { jsonAnswer } from "./api-answer.ts";
import type { BlobObject } from "./blob-object.ts";
import { BlobReader } from "./blob-reader.ts";
import type { Route } from "./http-server.ts";
import type { LocalWalrusOptions } from "./local-walrus-options.ts";
import type { NetworkParts } from "./network-parts.ts";
import { networkStatus } from "./network-status.ts";
import { PublisherAuth } from "./publisher-auth.ts";
import { publisherRoutes } from "./publisher.ts";
import { quiltRoutes } from "./quilt-routes.ts";
import { uploadRelayRoutes } from "./upload-relay.ts";

const MAX_BLOB_SIZE = 2 ** 29;

export interface FrontRoutesOptions {
  readonly parts: NetworkParts;
  readonly options: LocalWalrusOptions;
  /** The front's own URL, asked when a request comes. */
  readonly url: () => string;
  readonly nodeUrl: (nodeId: string) => string;
  readonly notice: string | undefined;
  readonly committee: () => Committee;
  /** Has the storage nodes sign that they hold an object's blob. */
  readonly collect: (object: BlobObject) => Promise<Certificate>;
}

/**
 * The routes of publisher, aggregator and upload relay, and what the network tells of itself.
 * @throws ScrimshawError `walrus.publisher-secret-invalid`
 */
export function frontRoutes(front: FrontRoutesOptions): Route[] {
  const { abort, committees, clock, ...parts } = front.parts;
  const { maxBlobSize = MAX_BLOB_SIZE, aggregatorReads, relayTip: tip, publisherAuth, now } = front.options;
  const { signal } = abort;
  const nodes = (): { url: string; shards: readonly number[] }[] =>
    committees.at(clock.epoch()).map(({ nodeId, shards }) => ({ url: front.nodeUrl(nodeId), shards }));
  const reader = new BlobReader({ ...parts, nodes, signal, slivers: aggregatorReads === "slivers" });
  const shared = { ...parts, clock, signal, maxBlobSize, collect: front.collect };
  const auth = publisherAuth === undefined ? undefined : new PublisherAuth(publisherAuth, now);
  const { nShards } = parts;
  const publishing = [
    ...quiltRoutes({ nShards, maxBlobSize, front: front.url, pass: auth?.pass ?? {} }),
    ...publisherRoutes(shared),
  ];
  return [
    ...(auth?.guard(publishing) ?? publishing),
    ...uploadRelayRoutes({ ...shared, tip }),
    ...aggregatorRoutes({ ...shared, reader }),
    {
      method: "GET",
      path: "/status",
      handle: () => jsonAnswer({ value: networkStatus({ ...front.parts, notice: front.notice }) }),
    },
    { method: "GET", path: "/local/committee", handle: () => jsonAnswer({ value: front.committee() }) },
  ];
}
