import { agreedStatus } from "./agreed-status.ts";
import type {
  BlobLookup,
  BlobsLookup,
  BlobStatus,
  BlobStore,
  ExtendOptions,
  GetOptions,
  PutOptions,
  StoredBlob,
  StreamOptions,
} from "./blob-store.ts";
import { collectCertificate } from "./collect-certificate.ts";
import { collectCertificates } from "./collect-certificates.ts";
import type { Committee } from "./committee.ts";
import { EncoderPool } from "./encoder-pool.ts";
import { encodingParameters } from "./encoding-parameters.ts";
import { endpointUrl } from "./endpoint.ts";
import { EndpointHealth } from "./endpoint-health.ts";
import { checkEpochs } from "./epochs.ts";
import { DEFAULT_LIMITS, type TransferLimits } from "./exchange.ts";
import { extendBlob } from "./extend-blob.ts";
import { FreshBlobs } from "./fresh-blobs.ts";
import { getBlob, type ReadContext } from "./get-blob.ts";
import { HashThread } from "./hash-thread.ts";
import { headBlob } from "./head-blob.ts";
import { noCommittee, noEndpoints } from "./not-configured.ts";
import type { PublisherToken } from "./publisher-token.ts";
import { putBlob, type PutBlobOptions } from "./put-blob.ts";
import { getByNode } from "./send.ts";
import { streamBlob } from "./stream-blob.ts";
import { checkShards, epochBeginsAt, type SystemSource } from "./system.ts";
import { systemTiming, type Timing } from "./timing.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "./try-endpoints.ts";

export interface HttpBlobStoreOptions {
  /** Base URLs, tried in turn. May be empty for a store that is only read. */
  readonly publishers: readonly string[];
  /** Base URLs, tried in turn. */
  readonly aggregators: readonly string[];
  /** Shards of the network, on which Blob IDs depend. Default 1000. */
  readonly nShards?: number;
  /** Epochs to pay for when a call names none. Default 5. */
  readonly epochs?: number;
  /** The JWT for publishers that ask for one. It appears in no error. */
  readonly publisherToken?: PublisherToken;
  /** Where the committee and the epoch are learned, for `status`, `extend` and `certificate`. Default: nowhere. */
  readonly system?: SystemSource;
  /** The pieces of its bodies are the reader's to move. Default: the global one, and `node:http` for the bytes of blobs. */
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: Partial<TransferLimits>;
  readonly retry?: Partial<RetryPolicy>;
  readonly timing?: Timing;
  /** Workers for Blob IDs, left open by `close`. Without it the store has its own. */
  readonly pool?: EncoderPool;
  /** Where large reads are hashed, left open by `close`. Without it the store has its own. */
  readonly hashing?: HashThread;
}

/**
 * Walrus behind publishers and aggregators that are not trusted: what is stored is compared with the Blob ID computed here, what is
 * read with its content hash or Blob ID. Wrong bytes never leave it. Servers that fail are remembered for a while and asked last.
 * @example
 * await using store = new HttpBlobStore({ publishers: [url], aggregators: [url] });
 * const { blobId, contentHash } = await store.put({ bytes });
 * const same = await store.get({ blobId, contentHash });
 */
export class HttpBlobStore implements BlobStore, AsyncDisposable {
  readonly #publishers: readonly EndpointHealth[];
  readonly #epochs: number;
  readonly #token: PublisherToken | undefined;
  readonly #system: SystemSource | undefined;
  readonly #context: ReadContext;
  readonly #own: readonly AsyncDisposable[];
  readonly #fresh: FreshBlobs;

  /** @throws ScrimshawError `walrus.endpoint-invalid`, `walrus.shard-count-invalid` */
  constructor(options: HttpBlobStoreOptions) {
    const { publishers, aggregators, nShards = 1000, epochs = 5, limits, timing = systemTiming } = options;
    const { pool = new EncoderPool(), hashing = new HashThread() } = options;
    const healthOf = (url: string): EndpointHealth => new EndpointHealth(endpointUrl(url));
    this.#publishers = publishers.map(healthOf);
    this.#epochs = epochs;
    this.#token = options.publisherToken;
    this.#system = options.system;
    this.#context = {
      aggregators: aggregators.map(healthOf),
      nShards: encodingParameters(nShards).nShards,
      fetch: options.fetch ?? globalThis.fetch,
      send: options.fetch === undefined ? getByNode : undefined,
      limits: { ...DEFAULT_LIMITS, ...limits },
      retry: { ...DEFAULT_RETRY, ...options.retry },
      timing,
      pool,
      hashing,
    };
    this.#own = [...(options.pool === undefined ? [pool] : []), ...(options.hashing === undefined ? [hashing] : [])];
    this.#fresh = new FreshBlobs(timing.now);
  }

  /** @throws ScrimshawError `walrus.no-publisher`, `walrus.epochs-invalid`, `walrus.shard-count-mismatch`, and those of `putBlob` */
  async put(options: PutOptions): Promise<StoredBlob> {
    return this.#put(options);
  }

  /** @throws ScrimshawError `walrus.no-aggregator`, and those of `getBlob` */
  async get(options: GetOptions): Promise<Uint8Array> {
    return getBlob({ ...options, ...this.#reading(options) });
  }

  /** @throws ScrimshawError `walrus.no-aggregator`; those of `streamBlob` when the bytes are asked for */
  stream(options: StreamOptions): AsyncGenerator<Uint8Array, void, undefined> {
    return streamBlob({ ...options, ...this.#reading(options) });
  }

  /**
   * What the storage nodes agree on where the committee is known, else what an aggregator says.
   * @throws ScrimshawError `walrus.no-aggregator`, and those of `agreedStatus` and `headBlob`
   */
  async status({ blobId, signal }: BlobLookup): Promise<BlobStatus> {
    const abort = signal === undefined ? {} : { signal };
    const committee = await this.#system?.committee(abort);
    if (committee === undefined) return headBlob({ blobId, ...this.#reading({ blobId }), ...abort });
    const { fetch } = this.#context;
    const status = await agreedStatus({ blobId, committee, fetch, ...abort });
    const system = status.endEpoch === undefined ? undefined : await this.#system?.system(abort);
    if (system === undefined || status.endEpoch === undefined) return status;
    const endsAt = epochBeginsAt({ system, epoch: status.endEpoch });
    if (endsAt === undefined) return status;
    const sources = { state: status.source, ...status.sources, endsAt: system.source };
    return { ...status, endsAt, sources };
  }

  /** @throws ScrimshawError `walrus.no-publisher`, `walrus.epochs-invalid`, and those of `extendBlob` */
  async extend(options: ExtendOptions): Promise<StoredBlob> {
    const { epochs, blobId, signal, onProgress } = options;
    checkEpochs(epochs);
    if (this.#publishers.length === 0) throw noEndpoints("publisher");
    const abort = signal === undefined ? {} : { signal };
    const work = { ...abort, ...(onProgress === undefined ? {} : { onProgress }) };
    const status = await this.status({ blobId, ...abort });
    return extendBlob({
      ...options,
      status,
      get: () => this.get(options),
      put: (bytes) => this.#put({ bytes, epochs, ...work }, { reuse: true }),
    });
  }

  /** @throws ScrimshawError `walrus.no-committee`, and those of `collectCertificate` */
  async certificate({ blobId, ...options }: BlobLookup): ReturnType<BlobStore["certificate"]> {
    return collectCertificate({ blobId, ...(await this.#collecting(options)) });
  }

  /** @throws ScrimshawError `walrus.no-committee`, and those of `collectCertificates` */
  async certificates({ blobIds, ...options }: BlobsLookup): ReturnType<BlobStore["certificates"]> {
    return collectCertificates({ blobIds, ...(await this.#collecting(options)) });
  }

  /** Ends the store's own workers. */
  async close(): Promise<void> {
    await Promise.all(this.#own.map((part) => part[Symbol.asyncDispose]()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #collecting(options: { readonly signal?: AbortSignal }) {
    const committee = await this.#system?.committee(options);
    if (committee === undefined) throw noCommittee();
    return { committee, fetch: this.#context.fetch, ...options };
  }

  async #put(options: PutOptions, { reuse = false }: { readonly reuse?: boolean } = {}): Promise<StoredBlob> {
    const { epochs = this.#epochs, signal } = options;
    checkEpochs(epochs);
    if (this.#publishers.length === 0) throw noEndpoints("publisher");
    const paidUntil: PutBlobOptions["paidUntil"] = (blobId) => this.#paidUntil({ blobId, epochs, signal });
    const terms = { epochs, reuse, token: this.#token, paidUntil, leastEnd: await this.#endOf({ epochs, signal }) };
    const stored = await putBlob({ ...options, publishers: this.#publishers, ...this.#context, ...terms });
    this.#fresh.add(stored.blobId);
    return stored;
  }

  /**
   * The end epoch of what is paid for now for so many epochs. Not knowing is no failure, a network of other Blob IDs is.
   * @throws ScrimshawError `walrus.shard-count-mismatch`
   */
  async #endOf({
    epochs,
    signal,
  }: {
    readonly epochs: number;
    readonly signal: AbortSignal | undefined;
  }): Promise<number | undefined> {
    const asking = this.#system?.system(signal === undefined ? {} : { signal });
    const system = await asking?.catch(() => undefined);
    signal?.throwIfAborted();
    if (system === undefined) return undefined;
    checkShards({ system, nShards: this.#context.nShards });
    return system.epoch + epochs;
  }

  /** Whether an upload whose answer was lost has succeeded after all. Not knowing is no failure. */
  async #paidUntil({
    blobId,
    epochs,
    signal,
  }: {
    readonly blobId: string;
    readonly epochs: number;
    readonly signal: AbortSignal | undefined;
  }): Promise<number | undefined> {
    const abort = signal === undefined ? {} : { signal };
    try {
      const committee: Committee | undefined = await this.#system?.committee(abort);
      if (committee === undefined) return undefined;
      const { fetch } = this.#context;
      const { state, deletable, endEpoch = 0 } = await agreedStatus({ blobId, committee, fetch, ...abort });
      const paid = state === "certified" && deletable === false && endEpoch >= committee.epoch + epochs;
      return paid ? endEpoch : undefined;
    } catch {
      signal?.throwIfAborted();
      return undefined;
    }
  }

  #reading({ blobId, fresh }: { readonly blobId: string; readonly fresh?: boolean }): ReadContext & {
    readonly fresh: boolean;
  } {
    if (this.#context.aggregators.length === 0) throw noEndpoints("aggregator");
    return { ...this.#context, fresh: fresh ?? this.#fresh.has(blobId) };
  }
}
