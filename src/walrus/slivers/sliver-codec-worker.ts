import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { parentPort } from "node:worker_threads";

import { BlobEncoder } from "@mysten/walrus-wasm";

import { encodingParameters } from "../encoding-parameters.ts";
import { encodeMetadata } from "./blob-metadata.ts";
import { encodeBlob } from "./encode-blob.ts";
import type { JobOf, ResultOf, SliverCodecAnswer, SliverCodecJob, SliverCodecResult } from "./sliver-codec-job.ts";
import { sliverShape, sliverSymbols } from "./sliver-layout.ts";

/** Runs in a worker thread: one job in, one answer out. */

const encoders = new Map<number, BlobEncoder>();

function encoderFor(nShards: number): BlobEncoder {
  const encoder = encoders.get(nShards) ?? new BlobEncoder(nShards);
  encoders.set(nShards, encoder);
  return encoder;
}

function writeAll({ target, parts }: { readonly target: string; readonly parts: readonly Uint8Array[] }): void {
  const handle = openSync(target, "wx");
  try {
    for (const part of parts) {
      for (let written = 0; written < part.length;) written += writeSync(handle, part, written);
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function encodeFile({ nShards, path, size, target }: JobOf<"encode">): ResultOf<"encode"> {
  const bytes = readFileSync(path);
  if (bytes.length !== size) throw new Error(`the file holds ${bytes.length} bytes instead of ${size}`);
  const { blobId, hashes, primary, secondary } = encodeBlob({ encoder: encoderFor(nShards), bytes, size, nShards });
  const metadata = encodeMetadata({ blobId, size, hashes });
  writeAll({ target, parts: [...primary, ...secondary, metadata] });
  return { blobId };
}

/**
 * The encoder has no call for a single sliver. But the extension of a row depends on that row alone, and of a column on that column: so
 * the slivers are laid as source rows (or columns) of a blob of zeros, and what the encoder makes of that is read off.
 */
function expand({ nShards, axis, symbolSize, slivers, detailed }: JobOf<"expand">): ResultOf<"expand"> {
  const { rows, columns } = encodingParameters(nShards);
  const places = axis === "primary" ? rows : columns;
  if (slivers.length > places) throw new Error(`${slivers.length} slivers at once instead of ${places}`);
  const blob = new Uint8Array(rows * columns * symbolSize);
  const rowSize = columns * symbolSize;
  for (const [place, symbols] of slivers.entries()) {
    if (axis === "primary") {
      blob.set(symbols, place * rowSize);
      continue;
    }
    for (let row = 0; row < rows; row += 1) {
      const symbol = symbols.subarray(row * symbolSize, (row + 1) * symbolSize);
      blob.set(symbol, row * rowSize + place * symbolSize);
    }
  }
  const made = encodeBlob({ encoder: encoderFor(nShards), bytes: blob, size: blob.length, nShards });
  const last = nShards - 1;
  const roots = slivers.map((_, place) => {
    const pair = axis === "primary" ? place : last - place;
    return made.hashes[pair]?.[axis] ?? new Uint8Array();
  });
  if (!detailed) return { roots, symbols: [] };
  // Row r's symbol in column c is symbol r of secondary sliver c, and the other way round.
  const other = axis === "primary" ? "secondary" : "primary";
  const shape = sliverShape({ size: blob.length, nShards });
  const crossing = Array.from({ length: nShards }, (_, index) => {
    const pair = other === "primary" ? index : last - index;
    return (
      sliverSymbols({ bytes: made[other][pair] ?? new Uint8Array(), shape, axis: other, pair }) ?? new Uint8Array()
    );
  });
  const symbols = slivers.map((_, place) =>
    crossing.map((sliver) => Uint8Array.from(sliver.subarray(place * symbolSize, (place + 1) * symbolSize))),
  );
  return { roots, symbols };
}

function decode({ nShards, blobId, size, slivers, target }: JobOf<"decode">): ResultOf<"decode"> {
  const bytes = new Uint8Array(size);
  const encoder = encoderFor(nShards);
  // The first argument is not looked at: what was decoded is encoded again to know its Blob ID.
  encoder.decode([...Buffer.from(blobId, "base64url")], BigInt(size), [...slivers], bytes);
  const [found] = encoder.compute_metadata(bytes) as [readonly number[]];
  writeAll({ target, parts: [bytes] });
  const contentHash: `0x${string}` = `0x${createHash("sha256").update(bytes).digest("hex")}`;
  return { blobId: Buffer.from(found).toString("base64url"), contentHash };
}

function run(job: SliverCodecJob): SliverCodecResult {
  if (job.task === "encode") return encodeFile(job);
  return job.task === "expand" ? expand(job) : decode(job);
}

parentPort?.on("message", (job: SliverCodecJob) => {
  let answer: SliverCodecAnswer;
  try {
    answer = { ok: true, result: run(job) };
  } catch (error) {
    answer = { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
