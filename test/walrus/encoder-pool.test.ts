import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";

import { BlobEncoder } from "@mysten/walrus-wasm";
import { expect } from "chai";

import { isScrimshawError } from "../../src/errors.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { parseMetadataWithId, rootOfPairs } from "../../src/walrus/slivers/blob-metadata.ts";
import { SliverCodec } from "../../src/walrus/slivers/sliver-codec.ts";
import { sliverShape } from "../../src/walrus/slivers/sliver-layout.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const bytes = new TextEncoder().encode("some bytes");

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

describe("EncoderPool", () => {
  it("gives the same Blob ID from memory, from a file and from a full encoding", async () => {
    const directory = await mkdtemp(join(tmpdir(), "scrimshaw-encoder-"));
    await using pool = new EncoderPool({ size: 2 });
    await using codec = new SliverCodec();
    try {
      const path = join(directory, "blob");
      await writeFile(path, bytes);
      const target = join(directory, "slivers");
      const size = bytes.length;
      const [memory, file, encoded] = await Promise.all([
        pool.computeBlobId({ source: { bytes }, nShards: 10 }),
        pool.computeBlobId({ source: { path, size }, nShards: 10 }),
        codec.encode({ path, size, nShards: 10, target }),
      ]);
      expect(file).to.deep.equal(memory);
      const { blobId, rootHash } = memory;
      expect(encoded).to.deep.equal({ blobId });
      const tail = (await readFile(target)).subarray(-(32 + 1 + 1 + 8 + 1 + 10 * 2 * 33));
      const metadata = parseMetadataWithId({ bytes: tail, blobId, nShards: 10 });
      expect(metadata).to.include({ size });
      expect(rootOfPairs(metadata?.hashes ?? [])).to.equal(rootHash);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("reads a blob of several pieces, from memory as from a file, and tells how far it is", async () => {
    const directory = await mkdtemp(join(tmpdir(), "scrimshaw-encoder-"));
    await using pool = new EncoderPool({ size: 2 });
    const large = Uint8Array.from({ length: 9_000_000 }, (_, i) => (i * 31) % 253);
    const path = join(directory, "blob");
    await writeFile(path, large);
    try {
      const hashed: number[] = [];
      const onHashed = (count: number): void => void hashed.push(count);
      const [memory, file] = await Promise.all([
        pool.computeBlobId({ source: { bytes: large }, nShards: 100, onHashed }),
        pool.computeBlobId({ source: { path, size: large.length }, nShards: 100 }),
      ]);
      expect(memory).to.deep.equal(file);
      expect(memory.contentHash).to.equal(`0x${createHash("sha256").update(large).digest("hex")}`);
      // What the encoder itself says of the whole array.
      const [id] = new BlobEncoder(100).compute_metadata(large) as [readonly number[]];
      expect(memory.blobId).to.equal(Buffer.from(id).toString("base64url"));
      expect(hashed).to.deep.equal([2 ** 22, 2 ** 23, 9_000_000]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("names whose limit a blob exceeds: the network's, or that of the encoder's memory", async () => {
    await using pool = new EncoderPool({ size: 1 });
    const refusal = async (size: number, nShards: number): Promise<string> => {
      const error = await failure(pool.computeBlobId({ source: { path: "unread", size }, nShards }));
      if (!isScrimshawError(error)) throw new Error("no refusal");
      expect(error.code).to.equal("walrus.blob-too-large");
      return error.expected;
    };
    expect(await refusal(2 ** 31, 1000))
      .to.contain("2147483647")
      .and.contain("WebAssembly");
    expect(await refusal(14_599_533_453, 1000))
      .to.contain("14599533452")
      .and.contain("1000 shards");
  });

  it("stops a blob under way when the signal aborts, and goes on with the next", async () => {
    await using pool = new EncoderPool({ size: 1 });
    const abort = new AbortController();
    // Takes longer than this test may: only ending its thread lets the last one through.
    const large = new Uint8Array(2 ** 27);
    const slow = failure(pool.computeBlobId({ source: { bytes: large }, nShards: 1000, signal: abort.signal }));
    const queued = failure(pool.computeBlobId({ source: { bytes }, nShards: 1000, signal: abort.signal }));
    const other = pool.computeBlobId({ source: { bytes }, nShards: 10 });
    setTimeout(() => abort.abort(new Error("enough")), 20);
    expect(await slow).to.have.property("message", "enough");
    expect(await queued).to.have.property("message", "enough");
    expect((await other).size).to.equal(10);
  }).timeout(5_000);

  it("encodes a blob as the encoder itself does, from memory as from a file", async () => {
    await using directory = await temporaryDirectory();
    await using pool = new EncoderPool({ size: 2 });
    const blob = Uint8Array.from({ length: 1_500_000 }, (_, i) => (i * 29) % 251);
    const { length: size } = blob;
    const path = join(directory.path, "blob");
    await writeFile(path, blob);
    const [memory, file, known] = await Promise.all([
      pool.encode({ source: { bytes: blob }, nShards: 10 }),
      pool.encode({ source: { path, size }, nShards: 10 }),
      pool.computeBlobId({ source: { bytes: blob }, nShards: 10 }),
    ]);
    expect(memory).to.deep.equal(file);
    const { slivers, ...identity } = memory;
    expect(identity).to.deep.equal(known);
    const { length } = sliverShape({ size, nShards: 10 });
    const arrays = (each: number): Uint8Array[] => Array.from({ length: 10 }, () => new Uint8Array(each));
    const [primary, secondary] = [arrays(length.primary), arrays(length.secondary)];
    new BlobEncoder(10).encode(blob, primary, secondary);
    expect([slivers.primary, slivers.secondary]).to.deep.equal([primary, secondary]);
    const metadata = parseMetadataWithId({ bytes: slivers.metadata, blobId: known.blobId, nShards: 10 });
    expect(metadata).to.include({ size });
  });

  it("leaves the main thread free while it encodes, and can be told to stop", async () => {
    await using pool = new EncoderPool({ size: 1 });
    const source = { bytes: new Uint8Array(2 ** 24) };
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    await pool.encode({ source, nShards: 100 });
    delays.disable();
    // Turns of a timer of 5 ms: a blocked thread has one or two, however long it takes.
    expect(delays.count).to.be.greaterThan(20);
    const abort = new AbortController();
    const stopped = failure(
      pool.encode({ source, nShards: 1000, signal: abort.signal, onHashed: () => abort.abort(new Error("enough")) }),
    );
    expect(await stopped).to.have.property("message", "enough");
    expect((await pool.encode({ source: { bytes }, nShards: 10 })).size).to.equal(10);
  });

  it("ends a worker after a large blob and starts another", async () => {
    await using pool = new EncoderPool({ size: 1, recycleSize: 5 });
    const first = await pool.computeBlobId({ source: { bytes }, nShards: 10 });
    const second = await pool.computeBlobId({ source: { bytes }, nShards: 10 });
    expect(second).to.deep.equal(first);
  });

  it("says so when a file does not hold what was announced, and goes on", async () => {
    await using pool = new EncoderPool({ size: 1 });
    const error = await failure(pool.computeBlobId({ source: { path: "/nonexistent/blob", size: 3 }, nShards: 10 }));
    expect(isScrimshawError(error) && error.code).to.equal("walrus.encoder-failed");
    expect((await pool.computeBlobId({ source: { bytes }, nShards: 10 })).size).to.equal(10);
  });

  it("rejects work under way and later work when closed", async () => {
    const pool = new EncoderPool({ size: 1 });
    const running = failure(pool.computeBlobId({ source: { bytes }, nShards: 1000 }));
    const waiting = failure(pool.computeBlobId({ source: { bytes }, nShards: 1000 }));
    await pool.close();
    for (const work of [running, waiting, failure(pool.computeBlobId({ source: { bytes }, nShards: 10 }))]) {
      const error = await work;
      expect(isScrimshawError(error) && error.code).to.equal("walrus.encoder-failed");
    }
  });
});
