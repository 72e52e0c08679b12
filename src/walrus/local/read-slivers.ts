import { ScrimshawError } from "../../errors.ts";
import type { BlobId } from "../blob-id.ts";
import { encodingParameters } from "../encoding-parameters.ts";
import { type BlobMetadata, parseMetadataWithId } from "../slivers/blob-metadata.ts";
import { pairOfShard, type SliverShape, sliverShape, sliverSymbols } from "../slivers/sliver-layout.ts";
import type { SliverVerifier } from "../slivers/sliver-verifier.ts";

/** Requests at once. */
const CONCURRENCY = 100;
/** Milliseconds for one answer of a node. */
const PATIENCE = 10_000;

/** A storage node to read from. */
export interface SliverSource {
  readonly url: string;
  readonly shards: readonly number[];
}

export interface ReadSliversOptions {
  readonly blobId: BlobId;
  readonly nShards: number;
  readonly nodes: readonly SliverSource[];
  readonly verifier: SliverVerifier;
  readonly signal: AbortSignal;
}

/** Enough of a blob to decode it: each sliver was checked against the metadata, and the metadata against the Blob ID. */
export interface ReadSlivers {
  readonly size: number;
  /** Primary slivers in BCS. */
  readonly slivers: readonly Uint8Array[];
}

function unavailable(blobId: BlobId, expected: string, found: string): ScrimshawError {
  const next = "Wait until more storage nodes are up and honest, then try again.";
  return new ScrimshawError({
    code: "walrus.slivers-insufficient",
    expected: `${expected} of blob ${blobId}`,
    found,
    next,
  });
}

async function fetchBytes({
  url,
  limit,
  signal,
}: {
  readonly url: string;
  readonly limit: number;
  readonly signal: AbortSignal;
}): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) throw new Error(`${url} sent more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

async function readMetadata({ blobId, nShards, nodes, signal }: ReadSliversOptions): Promise<BlobMetadata> {
  const enough = new AbortController();
  const stop = AbortSignal.any([signal, enough.signal]);
  try {
    return await Promise.any(
      nodes.map(async ({ url }) => {
        const bytes = await fetchBytes({
          url: `${url}/v1/blobs/${blobId}/metadata`,
          limit: 100 + nShards * 66,
          signal: stop,
        });
        const metadata = parseMetadataWithId({ bytes, blobId, nShards });
        if (metadata === undefined) throw new Error(`${url} served metadata of something else`);
        return metadata;
      }),
    );
  } catch (error) {
    signal.throwIfAborted();
    const reasons = error instanceof AggregateError ? error.errors.map(String).join("; ") : String(error);
    throw unavailable(blobId, "metadata", `none from ${nodes.length} nodes: ${reasons.slice(0, 500)}`);
  } finally {
    enough.abort();
  }
}

interface Task {
  readonly url: string;
  readonly pair: number;
}

interface Candidate extends Task {
  readonly bytes: Uint8Array;
  readonly symbols: Uint8Array;
}

/** Where all primary slivers are. Node after node would hang on a slow one: their slivers are asked for in turn. */
function tasksOf({ blobId, nShards, nodes }: ReadSliversOptions): Task[] {
  const most = Math.max(...nodes.map(({ shards }) => shards.length));
  return Array.from({ length: most }, (_, turn) => turn)
    .flatMap((turn) => nodes.flatMap(({ url, shards }) => ({ url, shard: shards[turn] })))
    .flatMap(({ url, shard }) => (shard === undefined ? [] : { url, pair: pairOfShard({ shard, blobId, nShards }) }));
}

/** Takes tasks until `wanted` of them gave a sliver of the right form; what it did not wait for stays in `tasks`. */
async function fetchSlivers({
  blobId,
  tasks,
  wanted,
  shape,
  failures,
  signal,
}: {
  readonly blobId: BlobId;
  readonly tasks: Task[];
  readonly wanted: number;
  readonly shape: SliverShape;
  readonly failures: string[];
  readonly signal: AbortSignal;
}): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  const enough = new AbortController();
  const stop = AbortSignal.any([signal, enough.signal]);
  const isOver = (): boolean => stop.aborted;
  const work = async (): Promise<void> => {
    for (let task = tasks.shift(); task !== undefined; task = isOver() ? undefined : tasks.shift()) {
      const { url, pair } = task;
      try {
        const address = `${url}/v1/blobs/${blobId}/slivers/${pair}/primary`;
        const bytes = await fetchBytes({ url: address, limit: shape.length.primary, signal: stop });
        const symbols = sliverSymbols({ bytes, shape, axis: "primary", pair });
        if (symbols === undefined) throw new Error(`${url} served no sliver ${pair}`);
        if (candidates.length >= wanted) tasks.push(task);
        else candidates.push({ ...task, bytes, symbols });
        if (candidates.length >= wanted) enough.abort();
      } catch (error) {
        if (isOver()) tasks.push(task);
        else failures.push(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, tasks.length) }, work));
  return candidates;
}

/**
 * Reads as many primary slivers from storage nodes as decode a blob: n - 2f of n. Nodes that are down, slow or lie are passed over.
 * @throws ScrimshawError `walrus.slivers-insufficient`; the signal's reason when aborted
 */
export async function readSlivers(options: ReadSliversOptions): Promise<ReadSlivers> {
  const { blobId, nShards, verifier, signal } = options;
  const { size, hashes } = await readMetadata(options);
  const shape = sliverShape({ size, nShards });
  const { rows } = encodingParameters(nShards);
  const tasks = tasksOf(options);
  const slivers: Uint8Array[] = [];
  const failures: string[] = [];
  while (slivers.length < rows) {
    const wanted = rows - slivers.length;
    const candidates = await fetchSlivers({ blobId, tasks, wanted, shape, failures, signal });
    signal.throwIfAborted();
    if (candidates.length === 0) break;
    // All at once: one encoding checks them together.
    await Promise.all(
      candidates.map(async ({ url, pair, bytes, symbols }) => {
        const root = await verifier.root({ axis: "primary", symbolSize: shape.symbolSize, symbols });
        const isRight = Buffer.from(root).equals(hashes[pair]?.primary ?? new Uint8Array());
        if (isRight) slivers.push(bytes);
        else failures.push(`${url} served a wrong sliver ${pair}`);
      }),
    );
  }
  if (slivers.length >= rows) return { size, slivers };
  const found = `${slivers.length}: ${failures.join("; ").slice(0, 800)}`;
  throw unavailable(blobId, `${rows} primary slivers`, found);
}
