import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ScrimshawError } from "../../../src/errors.ts";
import type {
  BlobStatus,
  BlobStore,
  ExtendOptions,
  FilePiece,
  GetOptions,
  PutOptions,
  StoredBlob,
  StreamOptions,
} from "../../../src/walrus/blob-store.ts";
import type { SystemSource } from "../../../src/walrus/system.ts";

/** A network in epoch 4: the stores below are paid for until epoch 9. */
export const EPOCH_4: SystemSource = {
  system: () =>
    Promise.resolve({
      ...{ epoch: 4, nShards: 10, source: "a test" },
      ...{ epochStartedAt: undefined, epochSeconds: undefined, prices: undefined },
    }),
  committee: () => Promise.resolve(undefined),
};

const sha256 = (bytes: Uint8Array): `0x${string}` => `0x${createHash("sha256").update(bytes).digest("hex")}`;

const attempt = <T>(work: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(work());
  });

function bytesOf(options: PutOptions): Uint8Array {
  if ("bytes" in options) return options.bytes;
  if ("path" in options) return readFileSync(options.path);
  const piece = ({ path, offset, length }: FilePiece): Uint8Array =>
    readFileSync(path).subarray(offset, offset + length);
  return Buffer.concat(options.pieces.map(piece));
}

function refused(code: string, found: string): ScrimshawError {
  return new ScrimshawError({ code, expected: "the blob that was asked for", found, next: "Nothing: this is a test." });
}

/**
 * A store in memory for tests that are about models and not about Walrus. A blob's ID is the hash of its bytes. Reads are
 * checked as `BlobStore` promises, unless `checks` is switched off to play a broken store.
 */
export class MemoryStore implements BlobStore {
  readonly blobs = new Map<string, Uint8Array>();
  readonly puts: number[] = [];
  readonly gets: GetOptions[] = [];
  checks = true;
  /** Called before each put. */
  onPut: (() => void) | undefined;
  endEpoch = 9;

  put(options: PutOptions): Promise<StoredBlob> {
    return attempt(() => {
      options.signal?.throwIfAborted();
      const bytes = bytesOf(options);
      this.onPut?.();
      this.puts.push(bytes.length);
      const blobId = this.keep(bytes);
      return {
        blobId,
        contentHash: sha256(bytes),
        size: bytes.length,
        endEpoch: this.endEpoch,
        alreadyCertified: false,
      };
    });
  }

  /** Stores bytes as a publisher of one's own would: without any check. */
  keep(bytes: Uint8Array): string {
    const blobId = Buffer.from(sha256(bytes).slice(2), "hex").toString("base64url");
    this.blobs.set(blobId, bytes.slice());
    return blobId;
  }

  get(options: GetOptions): Promise<Uint8Array> {
    return attempt(() => {
      options.signal?.throwIfAborted();
      this.gets.push(options);
      const { blobId, contentHash, size, range } = options;
      const blob = this.blobs.get(blobId);
      if (!blob) throw refused("walrus.blob-not-found", "no such blob");
      const bytes = range ? blob.subarray(range.offset, range.offset + range.length) : blob;
      if (!this.checks) return bytes;
      if (size !== undefined && size !== blob.length)
        throw refused("walrus.size-mismatch", `${String(blob.length)} bytes`);
      if (contentHash !== undefined && sha256(bytes) !== contentHash)
        throw refused("walrus.content-mismatch", "other bytes");
      return bytes;
    });
  }

  status({ blobId }: { readonly blobId: string }): Promise<BlobStatus> {
    const state = this.blobs.has(blobId) ? "certified" : "nonexistent";
    return Promise.resolve({ blobId, state, endEpoch: this.endEpoch, deletable: false, source: "memory" });
  }

  async *stream(options: StreamOptions): AsyncGenerator<Uint8Array> {
    const { blobId, contentHash, range, unverified = false } = options;
    const hash = contentHash === undefined ? {} : { contentHash };
    yield await this.get({ blobId, unverified, ...hash, ...(range === undefined ? {} : { range }) });
  }

  extend({ blobId }: ExtendOptions): Promise<StoredBlob> {
    return attempt(() => {
      const bytes = this.blobs.get(blobId);
      if (!bytes) throw refused("walrus.blob-not-found", "no such blob");
      const { length: size } = bytes;
      return { blobId, contentHash: sha256(bytes), size, endEpoch: this.endEpoch, alreadyCertified: true };
    });
  }

  certificate(): Promise<never> {
    return Promise.reject(refused("walrus.no-committee", "a store without storage nodes"));
  }

  certificates(): Promise<never> {
    return this.certificate();
  }
}
