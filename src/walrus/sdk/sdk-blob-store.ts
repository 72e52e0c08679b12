import { ScrimshawError } from "../../errors.ts";
import { agreedStatus } from "../agreed-status.ts";
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
} from "../blob-store.ts";
import { type CollectedCertificate, collectCertificate } from "../collect-certificate.ts";
import { type CollectedCertificates, collectCertificates } from "../collect-certificates.ts";
import { EncoderPool } from "../encoder-pool.ts";
import { encodingParameters } from "../encoding-parameters.ts";
import { endpointUrl } from "../endpoint.ts";
import { checkEpochs } from "../epochs.ts";
import { DEFAULT_LIMITS, type TransferLimits } from "../exchange.ts";
import { checkStreamOptions } from "../read-options.ts";
import { loadSdk } from "./load-sdk.ts";
import { priceProgress } from "./price-progress.ts";
import { SDK_NETWORKS, type SdkNetwork } from "./sdk-network.ts";
import type { SdkSession } from "./sdk-session.ts";
import { DEFAULT_CAPS, type SdkBlobStoreOptions } from "./sdk-store-options.ts";
import type { SuiSigner } from "./sui-signer.ts";

/** Bytes handed out at once by `stream`. */
const PIECE = 2 ** 20;

/**
 * Walrus through `@mysten/walrus`: reads and writes go to the storage nodes, or writes to an upload relay, and leases are paid for on Sui
 * with a key of one's own. Bytes, certificates and transactions that the SDK or a Sui node had a hand in are checked here. Needs the
 * optional peers `@mysten/sui` and `@mysten/walrus`; without them its methods throw `walrus.sdk-missing`.
 * @example
 * await using store = new SdkBlobStore({
 *   network: "testnet",
 *   journalDir: "/home/me/.scrimshaw/writes",
 *   signer: () => suiSignerFromSecret(process.env.SUI_PRIVATE_KEY ?? ""),
 * });
 * const { blobId, endEpoch } = await store.put({ bytes, epochs: 3 });
 */
export class SdkBlobStore implements BlobStore, AsyncDisposable {
  readonly #options: SdkBlobStoreOptions;
  readonly #network: SdkNetwork;
  readonly #fetch: typeof globalThis.fetch;
  readonly #limits: TransferLimits;
  readonly #pool: EncoderPool;
  #session: Promise<SdkSession> | undefined;
  #signer: Promise<SuiSigner> | undefined;

  /** @throws ScrimshawError `walrus.shard-count-invalid`, `walrus.endpoint-invalid` */
  constructor(options: SdkBlobStoreOptions) {
    const { network, relay, limits, pool } = options;
    this.#options = relay === undefined ? options : { ...options, relay: { ...relay, host: endpointUrl(relay.host) } };
    this.#network = typeof network === "string" ? SDK_NETWORKS[network] : network;
    encodingParameters(this.#network.nShards);
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#pool = pool ?? new EncoderPool();
  }

  /**
   * Pays for a blob and stores it, each step once: run again after whatever went wrong, it goes on where it stopped.
   * @throws ScrimshawError `walrus.no-sui-signer`, `walrus.epochs-invalid`, `walrus.cost-above-cap`, `walrus.relay-tip-above-cap`,
   * `walrus.transaction-unexpected`, `walrus.sui-failed`, `walrus.sui-transaction-failed`, `walrus.sui-transaction-dropped`,
   * `walrus.upload-below-quorum`, `walrus.certificate-below-quorum`, `walrus.relay-failed`, `walrus.relay-certificate-invalid`,
   * `walrus.blob-too-large`, `walrus.encoder-failed`; the signal's reason when aborted
   */
  async put(put: PutOptions): Promise<StoredBlob> {
    const epochs = this.#epochs(put.epochs);
    const { putWithSdk } = await loadSdk(() => import("./put-with-sdk.ts"));
    const session = await this.#open();
    const signer = (): Promise<SuiSigner> => this.#sign();
    return putWithSdk({ put, epochs, session, signer, store: this.#options, ...this.#transfer() });
  }

  /** @throws ScrimshawError those of `readBlob`, `walrus.sui-failed` */
  async get(options: GetOptions): Promise<Uint8Array> {
    const { readBlob } = await loadSdk(() => import("./read-blob.ts"));
    const session = await this.#open();
    const { committee } = await session.chain(options.signal);
    return readBlob({ ...options, committee, openClient: (fetch) => session.client({ fetch }), ...this.#transfer() });
  }

  /** Slivers do not come in the order of bytes: the blob is read and checked as a whole before its first byte is handed out. */
  async *stream({ parts, unverified, ...options }: StreamOptions): AsyncIterable<Uint8Array> {
    checkStreamOptions({ ...options, unverified: true, ...(parts === undefined ? {} : { parts }) });
    const bytes = await this.get({ ...options, ...(unverified === undefined ? {} : { unverified }) });
    for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
  }

  /** What storage nodes of at least one honest node's weight agree on. */
  async status({ blobId, signal }: BlobLookup): Promise<BlobStatus> {
    const { committee } = await (await this.#open()).chain(signal);
    return agreedStatus({ blobId, committee, fetch: this.#fetch, limits: this.#limits, ...(signal && { signal }) });
  }

  /** Under the committee that the Sui node tells. */
  async certificate({ blobId, ...options }: BlobLookup): Promise<CollectedCertificate> {
    return collectCertificate({ blobId, ...(await this.#collecting(options)) });
  }

  async certificates({ blobIds, ...options }: BlobsLookup): Promise<CollectedCertificates> {
    return collectCertificates({ blobIds, ...(await this.#collecting(options)) });
  }

  async #collecting(options: { readonly signal?: AbortSignal }) {
    const { committee } = await (await this.#open()).chain(options.signal);
    return { committee, fetch: this.#fetch, limits: this.#limits, ...options };
  }

  /**
   * Extends the signer's own object of the blob.
   * @throws ScrimshawError `walrus.blob-not-owned`, `walrus.no-sui-signer`, `walrus.cost-above-cap`, and those of a transaction
   */
  async extend({ blobId, epochs: wanted, signal, contentHash, size, onProgress }: ExtendOptions): Promise<StoredBlob> {
    const epochs = this.#epochs(wanted);
    const session = await this.#open();
    const chain = await session.chain(signal);
    const { maxCost = DEFAULT_CAPS.cost, maxGas = DEFAULT_CAPS.gas } = this.#options;
    const { extendOwned } = await loadSdk(() => import("./extend-owned.ts"));
    const blob = await extendOwned({
      blobId,
      endEpoch: chain.committee.epoch + epochs,
      chain,
      suiClient: session.suiClient,
      client: session.client(),
      signer: await this.#sign(),
      maxCost,
      maxGas,
      onStep: (step) => {
        this.#options.onStep?.(step);
        priceProgress(step, onProgress);
      },
      signal,
    });
    const hash = contentHash ?? (await this.#hashOf({ blobId, signal }));
    return { blobId, contentHash: hash, size: size ?? blob.size, endEpoch: blob.endEpoch, alreadyCertified: true };
  }

  /** Ends the store's own workers. */
  async close(): Promise<void> {
    if (this.#options.pool === undefined) await this.#pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #hashOf({
    blobId,
    signal,
  }: {
    readonly blobId: string;
    readonly signal: AbortSignal | undefined;
  }): Promise<`0x${string}`> {
    const { createHash } = await import("node:crypto");
    const bytes = await this.get({ blobId, ...(signal && { signal }) });
    return `0x${createHash("sha256").update(bytes).digest("hex")}`;
  }

  #transfer(): {
    readonly fetch: typeof globalThis.fetch;
    readonly limits: TransferLimits;
    readonly pool: EncoderPool;
  } {
    return { fetch: this.#fetch, limits: this.#limits, pool: this.#pool };
  }

  #open(): Promise<SdkSession> {
    const { suiClient } = this.#options;
    const opening = async (): Promise<SdkSession> => {
      const { SdkSession: Session } = await loadSdk(() => import("./sdk-session.ts"));
      return Session.open({ network: this.#network, suiClient, fetch: this.#fetch });
    };
    return (this.#session ??= opening());
  }

  #sign(): Promise<SuiSigner> {
    const { signer } = this.#options;
    if (signer !== undefined) {
      this.#signer ??= signer().catch((error: unknown) => {
        this.#signer = undefined;
        throw error;
      });
      return this.#signer;
    }
    throw new ScrimshawError({
      code: "walrus.no-sui-signer",
      expected: "a Sui key to pay with",
      found: "none",
      next: "Give the store a `signer`, from Hardhat's keystore or the environment.",
    });
  }

  #epochs(epochs = this.#options.epochs ?? 5): number {
    checkEpochs(epochs);
    return epochs;
  }
}
