import { parentPort } from "node:worker_threads";

import { BlobEncoder } from "@mysten/walrus-wasm";

import { feed } from "./encoder-feed.ts";
import type { EncodedSlivers, EncoderAnswer, EncoderMessage, EncoderRequest, EncoderResult } from "./encoder-job.ts";
import { encodeMetadata, rootOfPairs } from "./slivers/blob-metadata.ts";
import { encodeBlob } from "./slivers/encode-blob.ts";

/** Runs in a worker thread: one request in, one answer out, one encoder kept for each shard count. */

const encoders = new Map<number, BlobEncoder>();

function encoderFor(nShards: number): BlobEncoder {
  const known = encoders.get(nShards);
  if (known !== undefined) return known;
  const encoder = new BlobEncoder(nShards);
  encoders.set(nShards, encoder);
  return encoder;
}

function hex(bytes: readonly number[]): `0x${string}` {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

function send(message: EncoderMessage, moved: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, moved);
}

function answer({ nShards, source, slivers }: EncoderRequest): EncoderResult & { readonly slivers?: EncodedSlivers } {
  const encoder = encoderFor(nShards);
  if (slivers) {
    const work = (bytes: Uint8Array) => encodeBlob({ encoder, bytes, size: source.size, nShards });
    const { value, contentHash } = feed({ source, send, work });
    const { blobId, hashes, primary, secondary } = value;
    const { size } = source;
    const metadata = encodeMetadata({ blobId, size, hashes });
    return { blobId, rootHash: rootOfPairs(hashes), contentHash, size, slivers: { metadata, primary, secondary } };
  }
  const { value, contentHash } = feed({ source, send, work: (bytes) => encoder.compute_metadata(bytes) as unknown });
  const [id, root] = value as [readonly number[], { readonly Digest: readonly number[] }];
  return { blobId: Buffer.from(id).toString("base64url"), rootHash: hex(root.Digest), contentHash, size: source.size };
}

parentPort?.on("message", (request: EncoderRequest) => {
  let reply: EncoderAnswer;
  try {
    reply = { ok: true, result: answer(request) };
  } catch (error) {
    reply = { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  const { primary = [], secondary = [] } = (reply.ok ? reply.result.slivers : undefined) ?? {};
  send(
    { kind: "answer", answer: reply },
    [...primary, ...secondary].map(({ buffer }) => buffer),
  );
});
