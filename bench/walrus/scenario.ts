import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

import { BlobEncoder } from "@mysten/walrus-wasm";

import { peakMib } from "../measure.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";

/** Runs one scenario and prints `{seconds, peakMib}`. Arguments: name, then a file, or a URL, hash and size. */

const N_SHARDS = 1000;
const BLOB_ID = "A".repeat(43);
const [name = "", target = "", contentHash = "", length = "0"] = process.argv.slice(2);

async function blobIds({ width, bytes }: { readonly width: number; readonly bytes: boolean }): Promise<void> {
  await using pool = new EncoderPool({ size: width });
  const source = bytes ? { bytes: readFileSync(target) } : { path: target, size: statSync(target).size };
  await Promise.all([0, 1].map(() => pool.computeBlobId({ source, nShards: N_SHARDS })));
}

async function fetched(): Promise<AsyncIterable<Uint8Array>> {
  const { body } = await fetch(`${target}/v1/blobs/${BLOB_ID}`);
  if (body === null) throw new Error("no body");
  return body as AsyncIterable<Uint8Array>;
}

async function read(how: "get" | "stream" | "by-hand"): Promise<void> {
  const wanted = { blobId: BLOB_ID, contentHash: contentHash as `0x${string}`, size: Number(length) };
  if (how === "get") {
    await store.get(wanted);
    return;
  }
  let received = 0;
  if (how === "stream") {
    for await (const piece of store.stream(wanted)) received += piece.length;
  } else {
    const hash = createHash("sha256");
    for await (const piece of await fetched()) {
      received += piece.length;
      hash.update(piece);
    }
    hash.digest();
  }
  if (received !== Number(length)) throw new Error(`${received} bytes`);
}

async function discard(): Promise<void> {
  let received = 0;
  for await (const piece of await fetched()) received += piece.length;
  if (received !== Number(length)) throw new Error(`${received} bytes`);
}

const scenarios: Readonly<Record<string, () => Promise<void>>> = {
  "wasm-one": () => {
    new BlobEncoder(N_SHARDS).compute_metadata(readFileSync(target));
    return Promise.resolve();
  },
  "wasm-two": () => {
    const encoder = new BlobEncoder(N_SHARDS);
    for (let count = 0; count < 2; count += 1) encoder.compute_metadata(readFileSync(target));
    return Promise.resolve();
  },
  "ours-one": async () => {
    await using pool = new EncoderPool({ size: 1 });
    await pool.computeBlobId({ source: { path: target, size: statSync(target).size }, nShards: N_SHARDS });
  },
  "ours-two-in-turn": () => blobIds({ width: 1, bytes: false }),
  "ours-two-at-once": () => blobIds({ width: 2, bytes: false }),
  "ours-two-from-memory": () => blobIds({ width: 2, bytes: true }),
  "read-discard": discard,
  "read-by-hand": () => read("by-hand"),
  "read-stream": () => read("stream"),
  "read-get": () => read("get"),
};

await using store = new HttpBlobStore({ publishers: [], aggregators: name.startsWith("read-") ? [target] : [] });
const scenario = scenarios[name];
if (scenario === undefined) throw new Error(`unknown scenario ${name}`);
// The first read pays for compiling the code that all of them run, and for the store's thread that hashes.
if (name.startsWith("read-")) await scenario();
const began = performance.now();
await scenario();
const seconds = (performance.now() - began) / 1000;
process.stdout.write(`${JSON.stringify({ seconds, peakMib: peakMib() })}\n`);
