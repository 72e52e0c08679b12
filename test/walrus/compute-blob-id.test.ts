import { expect } from "chai";

import { isScrimshawError } from "../../src/errors.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { readVectors } from "./vectors.ts";

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
});
