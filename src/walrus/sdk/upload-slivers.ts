import type { SliversForNode, WalrusClient } from "@mysten/walrus";

import { ScrimshawError } from "../../errors.ts";
import type { BlobId } from "../blob-id.ts";
import type { Committee } from "../committee.ts";
import type { EncodedSlivers } from "../encoder-job.ts";
import type { EncoderPool } from "../encoder-pool.ts";
import { quorumWeight } from "../encoding-parameters.ts";
import { serverText } from "../server-text.ts";
import { pairOfShard, sliverIndex } from "../slivers/sliver-layout.ts";

/** Nodes that are sent slivers at once: the SDK alone would open a connection for every sliver of all nodes. */
const NODES_AT_ONCE = 10;

/** The slivers of each member of the committee, in its order. The SDK would encode by itself, on the main thread. */
async function sliversOfNodes({
  client,
  committee,
  blobId,
  slivers: { primary, secondary },
}: {
  readonly client: WalrusClient;
  readonly committee: Committee;
  readonly blobId: BlobId;
  readonly slivers: EncodedSlivers;
}): Promise<SliversForNode[]> {
  const { nShards } = committee;
  const { committee: assigned } = await client.stakingState();
  // The SDK knows nodes by their place in this very list.
  return assigned[0].contents.map(({ value: shards }) => {
    const of = (axis: "primary" | "secondary", all: readonly Uint8Array[]) =>
      shards.map((shardIndex) => {
        const pair = pairOfShard({ shard: shardIndex, blobId, nShards });
        const sliver = all[pair] ?? new Uint8Array();
        return { sliverIndex: sliverIndex({ pair, axis, nShards }), sliverPairIndex: pair, shardIndex, sliver };
      });
    return { primary: of("primary", primary), secondary: of("secondary", secondary) };
  });
}

/**
 * Encodes a blob in a worker and sends every storage node its slivers, through the SDK. Done when all nodes have answered or failed, or once nodes of
 * a quorum's weight hold theirs and the others have had half as much time again.
 * @throws ScrimshawError `walrus.blob-id-mismatch`, `walrus.encoder-failed`, `walrus.upload-below-quorum`; the signal's reason when aborted
 */
export async function uploadSlivers({
  client,
  committee,
  pool,
  bytes,
  blobId,
  objectId,
  deletable,
  onHashed,
  onSent,
  signal,
}: {
  readonly client: WalrusClient;
  readonly committee: Committee;
  readonly pool: EncoderPool;
  readonly bytes: Uint8Array;
  readonly blobId: BlobId;
  readonly objectId: string;
  readonly deletable: boolean;
  /** Bytes that have reached the encoder. */
  readonly onHashed: (bytes: number) => void;
  /** Weight of the nodes that hold their slivers, out of all. */
  readonly onSent: (weight: number) => void;
  readonly signal: AbortSignal | undefined;
}): Promise<void> {
  const { nShards } = committee;
  const encoded = await pool.encode({
    source: { bytes },
    nShards,
    onHashed,
    ...(signal === undefined ? {} : { signal }),
  });
  if (encoded.blobId !== blobId) {
    const next = "The bytes changed meanwhile: store them again once nothing writes to them.";
    throw new ScrimshawError({
      code: "walrus.blob-id-mismatch",
      expected: `Blob ID ${blobId}`,
      found: encoded.blobId,
      next,
    });
  }
  const quorum = quorumWeight(nShards);
  const late = new AbortController();
  const stop = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
  const began = performance.now();
  let grace: NodeJS.Timeout | undefined;
  let weight = 0;
  const failures: unknown[] = [];
  const { slivers: all } = encoded;
  // The SDK takes it without the Blob ID in front.
  const metadata = all.metadata.subarray(32);
  const places = (await sliversOfNodes({ client, committee, blobId, slivers: all })).entries();
  const send = async (): Promise<void> => {
    for (const [nodeIndex, slivers] of places) {
      if (stop.aborted) return;
      const held = slivers.primary.length;
      try {
        const persistence = deletable ? ({ deletable, objectId } as const) : ({ deletable } as const);
        await client.writeEncodedBlobToNode({ nodeIndex, blobId, metadata, slivers, ...persistence, signal: stop });
      } catch (error) {
        failures.push(error);
        continue;
      }
      weight += held;
      onSent(weight);
      if (weight >= quorum) grace ??= setTimeout(() => late.abort(), (performance.now() - began) / 2);
    }
  };
  try {
    await Promise.all(Array.from({ length: NODES_AT_ONCE }, send));
  } finally {
    clearTimeout(grace);
    late.abort();
  }
  signal?.throwIfAborted();
  if (weight >= quorum) return;
  const reasons = failures.map((error) => serverText(error instanceof Error ? error.message : String(error), 100));
  throw new ScrimshawError({
    code: "walrus.upload-below-quorum",
    expected: `storage nodes of weight ${quorum} of ${nShards} to take their slivers`,
    found: `weight ${weight}; ${[...new Set(reasons)].join("; ").slice(0, 500)}`,
    next: "Run the same again: it goes on with the upload, and what was paid for is kept.",
    cause: failures[0],
  });
}
