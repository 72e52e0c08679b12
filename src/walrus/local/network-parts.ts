import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { Committee } from "../committee.ts";
import { EncoderPool } from "../encoder-pool.ts";
import { encodingParameters } from "../encoding-parameters.ts";
import { BlobFiles } from "./blob-files.ts";
import { Committees } from "./committees.ts";
import { lockDirectory } from "./directory-lock.ts";
import { DiskCache } from "./disk-cache.ts";
import { EpochClock } from "./epoch-clock.ts";
import { Faults } from "./faults.ts";
import { Holdings } from "./holdings.ts";
import { Ledger } from "./ledger.ts";
import type { NodeIdentity } from "./node-keys.ts";
import { NodeSlivers } from "./node-slivers.ts";
import { SliverCodec } from "../slivers/sliver-codec.ts";
import { SliverVerifier } from "../slivers/sliver-verifier.ts";

/** What can be made again takes at most so many bytes of disk: twice, for slivers derived from blobs and for blobs put together. */
const CACHE_SIZE = 2 ** 31;

export interface PartsOptions {
  readonly directory: string;
  readonly nShards: number;
  readonly nodes: number;
  readonly epochSeconds: number | undefined;
  readonly now: (() => number) | undefined;
  readonly pool: EncoderPool | undefined;
  /** The current URL of a node. */
  readonly urlOf: (nodeId: string) => string;
}

/** The parts of a local network behind its servers. */
export interface NetworkParts {
  readonly nShards: number;
  readonly committees: Committees;
  readonly clock: EpochClock;
  readonly ledger: Ledger;
  readonly files: BlobFiles;
  readonly slivers: NodeSlivers;
  readonly holdings: Holdings;
  readonly assembled: DiskCache;
  readonly codec: SliverCodec;
  readonly verifier: SliverVerifier;
  readonly faults: Faults;
  readonly pool: EncoderPool;
  readonly abort: AbortController;
  /** Ends the pool, unless it was given, and gives the directory free. */
  readonly close: () => Promise<void>;
}

/** A committee as certificates are checked against. */
export function committeeOf({
  epoch,
  nShards,
  members,
  urlOf,
}: {
  readonly epoch: number;
  readonly nShards: number;
  readonly members: readonly NodeIdentity[];
  readonly urlOf: (nodeId: string) => string;
}): Committee {
  const told = members.map(({ nodeId, publicKey, shards }) => ({
    nodeId,
    publicKey,
    weight: shards.length,
    url: urlOf(nodeId),
  }));
  return { epoch, nShards, members: told };
}

/**
 * Opens what a directory keeps of a local network, and locks it.
 * @throws ScrimshawError as `LocalWalrus.start`
 */
export async function openParts(options: PartsOptions): Promise<NetworkParts> {
  const { directory, nShards, nodes, epochSeconds, now, urlOf } = options;
  encodingParameters(nShards);
  await mkdir(directory, { recursive: true });
  const { release } = await lockDirectory(directory);
  try {
    const committees = await Committees.open({ directory, nShards, nodes });
    const clock = await EpochClock.open({ directory, epochSeconds, now });
    const committee = (): Committee =>
      committeeOf({ epoch: clock.epoch(), nShards, members: committees.at(clock.epoch()), urlOf });
    const ledger = await Ledger.open({ directory, clock, committee });
    const files = await BlobFiles.open({ directory, ledger });
    const slivers = await NodeSlivers.open(directory);
    const derived = await DiskCache.open({ directory: join(directory, "derived"), limit: CACHE_SIZE });
    const assembled = await DiskCache.open({ directory: join(directory, "assembled"), limit: CACHE_SIZE });
    const codec = new SliverCodec();
    const pool = options.pool ?? new EncoderPool();
    const close = async (): Promise<void> => {
      if (options.pool === undefined) await pool.close();
      await release();
    };
    return {
      nShards,
      committees,
      clock,
      ledger,
      files,
      slivers,
      holdings: new Holdings({ files, slivers, derived, codec, nShards }),
      assembled,
      codec,
      verifier: new SliverVerifier({ codec, nShards }),
      faults: new Faults(),
      pool,
      abort: new AbortController(),
      close,
    };
  } catch (error) {
    await release();
    throw error;
  }
}
