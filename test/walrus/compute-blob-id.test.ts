import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";

import { isScrimshawError } from "../../src/errors.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { failure } from "./failure.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { readVectors } from "./vectors.ts";

const LARGEST = 2 ** 31 - 1;
const CAMPAIGN = process.env["SCRIMSHAW_CAMPAIGN"] === "1";

interface BlobIdVector {
  readonly generator: string;
  readonly size: number;
  readonly seed?: number;
  readonly nShards: number;
  readonly blobId: string;
  readonly blobIdHex?: string;
}

function bytesOf({ generator, size, seed = 0 }: BlobIdVector): Uint8Array {
  const text = /^utf8 "(.*)"$/.exec(generator)?.[1];
  if (text !== undefined) return new TextEncoder().encode(text);
  if (generator === "bytes[42]") return Uint8Array.of(42);
  if (generator === "bytes 0..9") return Uint8Array.from({ length: 10 }, (_, i) => i);
  if (generator === "byte i = (i+seed)%256") return Uint8Array.from({ length: size }, (_, i) => (i + seed) % 256);
  throw new Error(`unknown generator: ${generator}`);
}

/** A file that takes hardly any room on the disk: zeros, with a few bytes here and there. */
async function sparseFile(path: string, size: number): Promise<string> {
  await using file = await open(path, "wx");
  await file.truncate(size);
  for (const place of [0, 1_000_003, 2 ** 30 + 7, size - 5]) await file.write(Buffer.from("walrus"), 0, 5, place);
  return path;
}

describe("computeBlobId", () => {
  const { vectors } = readVectors<{ readonly vectors: readonly BlobIdVector[] }>("blob-ids.json");
  const pool = new EncoderPool();
  after(() => pool.close());

  for (const vector of vectors) {
    it(`gives ${vector.blobId} for ${vector.generator}, ${vector.size} bytes, at ${vector.nShards} shards`, async () => {
      const bytes = bytesOf(vector);
      const computed = await computeBlobId({ bytes, nShards: vector.nShards, pool });
      expect(computed.blobId).to.equal(vector.blobId);
      expect(computed.size).to.equal(vector.size);
      if (vector.blobIdHex !== undefined) expect(blobIdToHex(computed.blobId)).to.equal(`0x${vector.blobIdHex}`);
    }).timeout(20_000);
  }

  it("needs no pool and leaves no worker behind", async () => {
    const bytes = new TextEncoder().encode("walrus blob id v1 regression test");
    const { blobId, contentHash } = await computeBlobId({ bytes, nShards: 10 });
    expect(blobId).to.equal("RcU82Mwf-CFkv1LaI_2qcpANwpGUuG3TMwnVzZxD2kY");
    expect(contentHash).to.match(/^0x[0-9a-f]{64}$/);
  });

  it("encodes only the view it was given, not the buffer behind it", async () => {
    const whole = new TextEncoder().encode("xxsome bytesxx");
    const view = await computeBlobId({ bytes: whole.subarray(2, 12), nShards: 10, pool });
    const copy = await computeBlobId({ bytes: new TextEncoder().encode("some bytes"), nShards: 10, pool });
    expect(view.blobId).to.equal(copy.blobId);
    expect(whole.length).to.equal(14);
  });

  it("refuses a blob that no symbol size can hold", async () => {
    const error: unknown = await computeBlobId({ bytes: new Uint8Array(1_834_953), nShards: 10, pool }).catch(
      (reason: unknown) => reason,
    );
    expect(isScrimshawError(error) && error.code).to.equal("walrus.blob-too-large");
  });

  it("names the encoder's limit to a file that is one byte too large for it", async () => {
    await using directory = await temporaryDirectory();
    const path = await sparseFile(join(directory.path, "blob"), LARGEST + 1);
    const error = await failure(computeBlobId({ path, pool }));
    expect(error.code).to.equal("walrus.blob-too-large");
    expect(error.expected).to.contain("2147483647 bytes").and.contain("WebAssembly");
  });

  if (CAMPAIGN) {
    // Takes 6 GB of memory and, on a core of its own, two times two minutes.
    it("gives the Blob ID of the largest file that the encoder takes, as the encoder alone does", async () => {
      await using directory = await temporaryDirectory();
      const path = await sparseFile(join(directory.path, "blob"), LARGEST);
      const script = fileURLToPath(new URL("raw-blob-id.ts", import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [script, path]);
      const hash = createHash("sha256");
      await pipeline(createReadStream(path), hash);
      expect(await computeBlobId({ path, pool })).to.deep.include({
        blobId: stdout,
        contentHash: `0x${hash.digest("hex")}`,
        size: LARGEST,
      });
    }).timeout(3_600_000);
  }
});
