import type { EncoderPool } from "../encoder-pool.ts";
import type { PublisherAuthOptions } from "./publisher-auth.ts";
import type { UploadRelayOptions } from "./upload-relay.ts";

export interface LocalWalrusOptions {
  /** Keeps keys, blobs and the epoch; made when absent. One network at a time uses it. */
  readonly directory: string;
  /** Of publisher, aggregator and upload relay; storage nodes take free ports. Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 1000. Other counts are faster and give other Blob IDs. */
  readonly nShards?: number;
  /** Storage nodes of the first committee, which share the shards. Default 10. */
  readonly nodes?: number;
  /** Length of an epoch. Without it epochs change by `advanceEpoch` alone. */
  readonly epochSeconds?: number;
  /** Largest body the publisher takes. Default 512 MiB, where public publishers take 10 MiB. */
  readonly maxBlobSize?: number;
  /**
   * Where the aggregator finds bytes: `copy` takes them as they were uploaded, if they were, and reads slivers otherwise; `slivers` reads
   * always from the storage nodes, as real ones do. Default `copy`.
   */
  readonly aggregatorReads?: "copy" | "slivers";
  /** Makes the publisher take uploads only with a JWT. Default: from everybody. */
  readonly publisherAuth?: PublisherAuthOptions;
  /** What the upload relay says that it takes. Default nothing. */
  readonly relayTip?: UploadRelayOptions["tip"];
  /** The wall clock in milliseconds, which ends epochs. Default `Date.now`. */
  readonly now?: () => number;
  /** Workers for encoding, left open by `stop`. Without it the network has its own. */
  readonly pool?: EncoderPool;
}
