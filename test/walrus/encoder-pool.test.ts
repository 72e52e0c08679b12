import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BlobEncoder } from "@mysten/walrus-wasm";
import { expect } from "chai";

import { isScrimshawError } from "../../src/errors.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";

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
    try {
      const path = join(directory, "blob");
      await writeFile(path, bytes);
      const [memory, file, encoded] = await Promise.all([
        pool.computeBlobId({ source: { bytes }, nShards: 10 }),
        pool.computeBlobId({ source: { path, size: bytes.length }, nShards: 10 }),
        pool.computeMetadata({ source: { bytes }, nShards: 10 }),
      ]);
      expect(file).to.deep.equal(memory);
      expect(encoded.blobId).to.equal(memory.blobId);
      expect(encoded.rootHash).to.equal(memory.rootHash);
      const metadata = Buffer.from(encoded.metadata ?? []);
      expect(metadata.subarray(0, 32).toString("base64url")).to.equal(memory.blobId);
      expect(metadata.readBigUInt64LE(34)).to.equal(10n);
      expect(metadata).to.have.length(32 + 1 + 1 + 8 + 1 + 10 * 2 * 33);
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
    const slivers = await failure(
      pool.computeMetadata({ source: { path: "unread", size: 2 ** 28 + 1 }, nShards: 1000 }),
    );
    expect(isScrimshawError(slivers) && slivers.expected).to.contain("268435456");
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
