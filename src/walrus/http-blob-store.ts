import { ScrimshawError } from "../errors.ts";
import type { BlobStatus, BlobStore, GetOptions, PutOptions, StoredBlob } from "./blob-store.ts";
import { EncoderPool } from "./encoder-pool.ts";
import { encodingParameters } from "./encoding-parameters.ts";
import { endpointUrl } from "./endpoint.ts";
import { DEFAULT_LIMITS, type TransferLimits } from "./exchange.ts";
import { getBlob } from "./get-blob.ts";
import { headBlob } from "./head-blob.ts";
import { putBlob } from "./put-blob.ts";

export interface HttpBlobStoreOptions {
  /** Base URLs, tried in turn. May be empty for a store that is only read. */
  readonly publishers: readonly string[];
  /** Base URLs, tried in turn. */
  readonly aggregators: readonly string[];
  /** Shards of the network, on which Blob IDs depend. Default 1000. */
  readonly nShards?: number;
  /** Epochs to pay for when a call names none. Default 5. */
  readonly epochs?: number;
  readonly fetch?: typeof globalThis.fetch;
  readonly limits?: Partial<TransferLimits>;
  /** Workers for Blob IDs, left open by `close`. Without it the store has its own. */
  readonly pool?: EncoderPool;
}

function noEndpoints(party: "publisher" | "aggregator"): ScrimshawError {
  return new ScrimshawError({
    code: `walrus.no-${party}`,
    expected: `the address of a ${party}`,
    found: "none",
    next: `Set walrus.${party}s in hardhat.config.ts, or start a local Walrus with \`npx hardhat walrus serve\`.`,
  });
}

/**
 * Walrus behind publishers and aggregators that are not trusted: what is stored is compared with the Blob ID computed here, what is
 * read with its content hash or Blob ID. Wrong bytes never leave it.
 * @example
 * await using store = new HttpBlobStore({ publishers: [url], aggregators: [url] });
 * const { blobId, contentHash } = await store.put({ bytes });
 * const same = await store.get({ blobId, contentHash });
 */
export class HttpBlobStore implements BlobStore, AsyncDisposable {
  readonly #publishers: readonly string[];
  readonly #aggregators: readonly string[];
  readonly #nShards: number;
  readonly #epochs: number;
  readonly #fetch: typeof globalThis.fetch;
  readonly #limits: TransferLimits;
  readonly #pool: EncoderPool;
  readonly #ownsPool: boolean;

  /** @throws ScrimshawError `walrus.endpoint-invalid`, `walrus.shard-count-invalid` */
  constructor(options: HttpBlobStoreOptions) {
    const { publishers, aggregators, nShards = 1000, epochs = 5, limits, pool } = options;
    this.#publishers = publishers.map(endpointUrl);
    this.#aggregators = aggregators.map(endpointUrl);
    this.#nShards = encodingParameters(nShards).nShards;
    this.#epochs = epochs;
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#pool = pool ?? new EncoderPool();
    this.#ownsPool = pool === undefined;
  }

  /** @throws ScrimshawError `walrus.no-publisher`, `walrus.epochs-invalid`, and those of `putBlob` */
  async put(options: PutOptions): Promise<StoredBlob> {
    const { epochs = this.#epochs } = options;
    if (!Number.isInteger(epochs) || epochs < 1) {
      throw new ScrimshawError({
        code: "walrus.epochs-invalid",
        expected: "a whole number of epochs, at least 1",
        found: String(epochs),
        next: "Mainnet sells at most 53 epochs ahead.",
      });
    }
    if (this.#publishers.length === 0) throw noEndpoints("publisher");
    return putBlob({ ...options, epochs, publishers: this.#publishers, ...this.#context() });
  }

  /** @throws ScrimshawError `walrus.no-aggregator`, and those of `getBlob` */
  async get(options: GetOptions): Promise<Uint8Array> {
    if (this.#aggregators.length === 0) throw noEndpoints("aggregator");
    return getBlob({ ...options, aggregators: this.#aggregators, ...this.#context() });
  }

  /** @throws ScrimshawError `walrus.no-aggregator`, and those of `headBlob` */
  async status(options: { readonly blobId: string; readonly signal?: AbortSignal }): Promise<BlobStatus> {
    if (this.#aggregators.length === 0) throw noEndpoints("aggregator");
    return headBlob({ ...options, aggregators: this.#aggregators, ...this.#context() });
  }

  /** Ends the store's own workers. */
  async close(): Promise<void> {
    if (this.#ownsPool) await this.#pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #context(): {
    readonly nShards: number;
    readonly fetch: typeof globalThis.fetch;
    readonly limits: TransferLimits;
    readonly pool: EncoderPool;
  } {
    return { nShards: this.#nShards, fetch: this.#fetch, limits: this.#limits, pool: this.#pool };
  }
}
