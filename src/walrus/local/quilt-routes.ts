import type { Route } from "./http-server.ts";
import { quiltAggregatorRoutes } from "./quilt-aggregator.ts";
import { quiltPublisherRoutes } from "./quilt-publisher.ts";

/** Largest form that Walrus's publisher takes by default. */
const MAX_QUILT_SIZE = 100 * 2 ** 20;

/**
 * Publisher's and aggregator's routes for quilts. They stand on the routes for blobs of the same server, asked over HTTP: limits, leases
 * and faults of blobs are those of quilts. They go before the routes for blobs, whose paths are less specific.
 */
export function quiltRoutes(options: {
  readonly nShards: number;
  /** Largest blob that the publisher takes. */
  readonly maxBlobSize: number;
  /** The server's own URL, asked when a request comes. */
  readonly front: () => string;
  /** Headers with which the blob routes take what these routes have taken. */
  readonly pass: Readonly<Record<string, string>>;
}): Route[] {
  const { nShards, front, maxBlobSize, pass } = options;
  const maxQuiltSize = Math.min(maxBlobSize, MAX_QUILT_SIZE);
  return [
    ...quiltPublisherRoutes({ nShards, front, maxQuiltSize, maxBlobSize, pass }),
    ...quiltAggregatorRoutes({ nShards, front }),
  ];
}
