import type {
  BlobLookup,
  BlobStatus,
  BlobStore,
  GetOptions,
  PutOptions,
  StoredBlob,
} from "../../src/walrus/blob-store.ts";
import type { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** A Walrus that costs the encoding of each blob and nothing else; what was not put into it comes from another one. */
export class EncodingStore implements BlobStore {
  readonly blobs = new Map<string, Uint8Array>();
  readonly #pool: EncoderPool;
  readonly #nShards: number;
  readonly #watch: Stopwatch;
  readonly #others: BlobStore;

  constructor(options: {
    readonly pool: EncoderPool;
    readonly nShards: number;
    readonly watch: Stopwatch;
    readonly others: BlobStore;
  }) {
    this.#pool = options.pool;
    this.#nShards = options.nShards;
    this.#watch = options.watch;
    this.#others = options.others;
  }

  async put(options: PutOptions): Promise<StoredBlob> {
    if (!("bytes" in options)) throw new TypeError("bytes were expected");
    const { bytes } = options;
    const source = { bytes };
    const encoded = await this.#watch.run(() => this.#pool.computeBlobId({ source, nShards: this.#nShards }));
    const { blobId, contentHash, size } = encoded;
    this.blobs.set(blobId, bytes);
    return { blobId, contentHash, size, endEpoch: 6, alreadyCertified: false };
  }

  async get(options: GetOptions): Promise<Uint8Array> {
    return this.blobs.get(options.blobId) ?? this.#others.get(options);
  }

  async status({ blobId }: BlobLookup): Promise<BlobStatus> {
    if (!this.blobs.has(blobId)) return this.#others.status({ blobId });
    return Promise.resolve({ blobId, state: "certified", endEpoch: 6, deletable: false, source: "the bench" });
  }

  stream: BlobStore["stream"] = (options) => this.#others.stream(options);
  extend: BlobStore["extend"] = (options) => this.#others.extend(options);
  certificate: BlobStore["certificate"] = (options) => this.#others.certificate(options);
  certificates: BlobStore["certificates"] = (options) => this.#others.certificates(options);
}
