import { parentPort } from "node:worker_threads";

import { BlobEncoder } from "@mysten/walrus-wasm";

import { feed } from "./encoder-feed.ts";
import type { EncoderAnswer, EncoderMessage, EncoderRequest, EncoderResult } from "./encoder-job.ts";
import { encodingParameters, symbolSize } from "./encoding-parameters.ts";

/** Runs in a worker thread: one request in, one answer out, one encoder kept for each shard count. */

type MerkleNode = "Empty" | { readonly Digest: readonly number[] };
interface SliverPairHashes {
  readonly primary_hash: MerkleNode;
  readonly secondary_hash: MerkleNode;
}
interface EncodedMetadata {
  readonly blob_id: readonly number[];
  readonly metadata: { readonly V1: { readonly hashes: readonly SliverPairHashes[] } };
}

const encoders = new Map<number, BlobEncoder>();

function encoderFor(nShards: number): BlobEncoder {
  const known = encoders.get(nShards);
  if (known !== undefined) return known;
  const encoder = new BlobEncoder(nShards);
  encoders.set(nShards, encoder);
  return encoder;
}

function uleb128(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return Buffer.from(bytes);
}

function sliverBuffers({ count, symbols, size }: { count: number; symbols: number; size: number }): Uint8Array[] {
  const data = symbols * size;
  // BCS of SliverData: length-prefixed symbols, then symbol size and sliver index as u16.
  const length = uleb128(data).length + data + 4;
  return Array.from({ length: count }, () => new Uint8Array(length));
}

function merkleNodeBytes(node: MerkleNode): Buffer {
  return node === "Empty" ? Buffer.of(0) : Buffer.concat([Buffer.of(1), Buffer.from(node.Digest)]);
}

function metadataBytes({ size, encoded }: { size: number; encoded: EncodedMetadata }): Buffer {
  const { hashes } = encoded.metadata.V1;
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(size));
  return Buffer.concat([
    Buffer.from(encoded.blob_id),
    Buffer.of(0, 1), // metadata variant V1, encoding type RS2
    length,
    uleb128(hashes.length),
    ...hashes.flatMap((pair) => [merkleNodeBytes(pair.primary_hash), merkleNodeBytes(pair.secondary_hash)]),
  ]);
}

function hex(bytes: readonly number[]): `0x${string}` {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

function send(message: EncoderMessage): void {
  parentPort?.postMessage(message);
}

function answer({ nShards, source, task }: EncoderRequest): EncoderResult {
  const encoder = encoderFor(nShards);
  const { size } = source;
  if (task === "blob-id") {
    const { value, contentHash } = feed({ source, send, work: (bytes) => encoder.compute_metadata(bytes) as unknown });
    const [id, root] = value as [readonly number[], { readonly Digest: readonly number[] }];
    const blobId = Buffer.from(id).toString("base64url");
    return { blobId, rootHash: hex(root.Digest), contentHash, size, metadata: undefined };
  }
  const { rows, columns } = encodingParameters(nShards);
  const symbol = symbolSize({ size, nShards });
  const primary = sliverBuffers({ count: nShards, symbols: columns, size: symbol });
  const secondary = sliverBuffers({ count: nShards, symbols: rows, size: symbol });
  const work = (bytes: Uint8Array): unknown => encoder.encode(bytes, primary, secondary);
  const { value, contentHash } = feed({ source, send, work });
  const [encoded, root] = value as [EncodedMetadata, { readonly Digest: readonly number[] }];
  return {
    blobId: Buffer.from(encoded.blob_id).toString("base64url"),
    rootHash: hex(root.Digest),
    contentHash,
    size,
    metadata: new Uint8Array(metadataBytes({ size, encoded })),
  };
}

parentPort?.on("message", (request: EncoderRequest) => {
  let reply: EncoderAnswer;
  try {
    reply = { ok: true, result: answer(request) };
  } catch (error) {
    reply = { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  send({ kind: "answer", answer: reply });
});
