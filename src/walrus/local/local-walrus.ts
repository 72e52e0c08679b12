import { mkdir } from "node:fs/promises";

import { ScrimshawError } from "../../errors.ts";
import { assembleCertificate } from "../assemble-certificate.ts";
import type { BlobId } from "../blob-id.ts";
import { parseSignature } from "../bls.ts";
import type { Committee } from "../committee.ts";
import { encodeConfirmation } from "../confirmation-message.ts";
import { EncoderPool } from "../encoder-pool.ts";
import { encodingParameters } from "../encoding-parameters.ts";
import { type Certificate, verifyCertificate } from "../verify-certificate.ts";
import { aggregatorRoutes } from "./aggregator.ts";
import { jsonAnswer } from "./api-answer.ts";
import { BlobFiles } from "./blob-files.ts";
import type { BlobRecord } from "./blob-record.ts";
import { type NodeIdentity, openCommitteeKeys } from "./committee-keys.ts";
import { lockDirectory } from "./directory-lock.ts";
import { EpochClock } from "./epoch-clock.ts";
import { Faults } from "./faults.ts";
import { HttpServer, type Route } from "./http-server.ts";
import { publisherRoutes } from "./publisher.ts";
import { quiltRoutes } from "./quilt-routes.ts";
import { signConfirmation, storageNodeRoutes } from "./storage-node.ts";
import { STORAGE_PRICE, WRITE_PRICE } from "./store-answer.ts";

const MAINNET_SHARDS = 1000;

export interface LocalWalrusOptions {
  /** Keeps keys, blobs and the epoch; made when absent. One network at a time uses it. */
  readonly directory: string;
  /** Of publisher and aggregator; storage nodes take free ports. Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 1000. Other counts are faster and give other Blob IDs. */
  readonly nShards?: number;
  /** Storage nodes that share the shards. Default 10. */
  readonly nodes?: number;
  /** Length of an epoch. Without it epochs change by `advanceEpoch` alone. */
  readonly epochSeconds?: number;
  /** Largest body the publisher takes. Default 512 MiB, where public publishers take 10 MiB. */
  readonly maxBlobSize?: number;
  /** The wall clock in milliseconds, which ends epochs. Default `Date.now`. */
  readonly now?: () => number;
  /** Workers for encoding, left open by `stop`. Without it the network has its own. */
  readonly pool?: EncoderPool;
}

/** A certificate, and the epoch in which it was made. */
export interface Certified {
  readonly epoch: number;
  readonly certificate: Certificate;
}

interface Parts {
  readonly options: LocalWalrusOptions;
  readonly nShards: number;
  readonly identities: readonly NodeIdentity[];
  readonly clock: EpochClock;
  readonly files: BlobFiles;
  readonly faults: Faults;
  readonly abort: AbortController;
  readonly release: () => Promise<void>;
  readonly pool: EncoderPool;
}

/** A Walrus network in this process: storage nodes with their own keys and ports, a publisher and an aggregator on one. */
export class LocalWalrus implements AsyncDisposable {
  readonly faults: Faults;
  readonly nShards: number;
  readonly #parts: Parts;
  readonly #servers: HttpServer[] = [];
  #front: HttpServer | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.faults = parts.faults;
    this.nShards = parts.nShards;
  }

  /**
   * Starts a network, or continues the one kept in `directory`.
   * @throws ScrimshawError `walrus.local-directory-in-use`, `walrus.local-directory-mismatch`,
   * `walrus.local-directory-damaged`, `walrus.local-port-unavailable`, `walrus.local-options-invalid`,
   * `walrus.shard-count-invalid`
   * @example
   * const walrus = await LocalWalrus.start({ directory: ".scrimshaw/walrus" });
   * const store = new HttpBlobStore({ publishers: [walrus.url], aggregators: [walrus.url] });
   */
  static async start(options: LocalWalrusOptions): Promise<LocalWalrus> {
    const {
      directory,
      host = "127.0.0.1",
      port = 0,
      nShards = MAINNET_SHARDS,
      nodes = 10,
      epochSeconds,
      now,
    } = options;
    encodingParameters(nShards);
    await mkdir(directory, { recursive: true });
    const { release } = await lockDirectory(directory);
    let walrus: LocalWalrus | undefined;
    try {
      const identities = await openCommitteeKeys({ directory, nShards, nodes });
      const clock = await EpochClock.open({ directory, epochSeconds, now });
      const files = await BlobFiles.open({ directory, clock });
      const pool = options.pool ?? new EncoderPool();
      const parts = { options, nShards, identities, clock, files, pool, release };
      walrus = new LocalWalrus({ ...parts, faults: new Faults(), abort: new AbortController() });
      await walrus.#listen({ host, port });
      return walrus;
    } catch (error) {
      await (walrus === undefined ? release() : walrus.stop());
      throw error;
    }
  }

  /** Of publisher and aggregator. */
  get url(): string {
    return this.#front?.url ?? "";
  }

  /** The storage nodes' URLs, in committee order. */
  get nodes(): readonly string[] {
    return this.#servers.map(({ url }) => url);
  }

  get epoch(): number {
    return this.#parts.clock.epoch();
  }

  /** A warning to show to people, when this network's Blob IDs are not those of mainnet and testnet. */
  get notice(): string | undefined {
    if (this.nShards === MAINNET_SHARDS) return undefined;
    return `${this.nShards} shards instead of ${MAINNET_SHARDS}: Blob IDs differ from mainnet and testnet`;
  }

  /** The current committee, which on Walrus the Sui system object tells. */
  get committee(): Committee {
    const { identities, clock } = this.#parts;
    const members = identities.map(({ nodeId, publicKey, shards }, place) => ({
      nodeId,
      publicKey,
      weight: shards.length,
      url: this.#servers[place]?.url ?? "",
    }));
    return { epoch: clock.epoch(), nShards: this.nShards, members };
  }

  /** Begins the next epoch and removes blobs whose leases have ended. Returns the new epoch. */
  async advanceEpoch(): Promise<number> {
    const epoch = await this.#parts.clock.advance();
    await this.#parts.files.sweep();
    return epoch;
  }

  /** Blob IDs of all blobs that are paid for. */
  blobs(): readonly BlobId[] {
    return this.#parts.files.list();
  }

  /** The certificate under which a blob was stored, and its epoch; undefined for a blob that is not there. */
  certificateOf(blobId: BlobId): Certified | undefined {
    return this.#parts.files.find(blobId)?.certified;
  }

  /** Ends all servers and workers. Stopping twice does no harm. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const { abort, options, pool, release } = this.#parts;
    abort.abort(
      new ScrimshawError({
        code: "walrus.local-stopped",
        expected: "a running local Walrus",
        found: "one that was stopped",
        next: "Start it again with `npx hardhat walrus serve`.",
      }),
    );
    const servers = [...this.#servers, ...(this.#front === undefined ? [] : [this.#front])];
    await Promise.all(servers.map((server) => server.close()));
    if (options.pool === undefined) await pool.close();
    await release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #listen({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
    const { files, clock, pool, nShards, abort, faults, identities, options } = this.#parts;
    const { signal } = abort;
    for (const identity of identities) {
      const routes = storageNodeRoutes({ identity, files, clock, pool, nShards, signal });
      this.#servers.push(await HttpServer.start({ host, port: 0, routes }));
    }
    const { maxBlobSize = 2 ** 29 } = options;
    const certify = (record: BlobRecord): Certified => this.#certify(record);
    const routes: Route[] = [
      ...quiltRoutes({ nShards, maxBlobSize, front: () => this.url }),
      ...publisherRoutes({ files, clock, pool, nShards, signal, maxBlobSize, certify }),
      ...aggregatorRoutes({ files, faults }),
      { method: "GET", path: "/status", handle: () => jsonAnswer({ value: this.#status() }) },
      { method: "GET", path: "/local/committee", handle: () => jsonAnswer({ value: this.committee }) },
    ];
    this.#front = await HttpServer.start({ host, port, routes });
  }

  /** Every node signs; the publisher checks what came together before anyone relies on it. */
  #certify({ blobId }: BlobRecord): Certified {
    const committee = this.committee;
    const persistence = { kind: "permanent" } as const;
    const message = encodeConfirmation({ epoch: committee.epoch, blobId, persistence });
    const signatures = this.#parts.identities.map((identity, place) => {
      const { signature } = signConfirmation({ identity, epoch: committee.epoch, blobId, persistence });
      return { place, signature: parseSignature(signature) };
    });
    const certificate = assembleCertificate({ message, signatures });
    verifyCertificate({ certificate, committee });
    return { epoch: committee.epoch, certificate };
  }

  #status(): unknown {
    const { notice, nShards, epoch } = this;
    const { clock } = this.#parts;
    return {
      status: "OK",
      network: "local",
      epoch,
      nShards,
      epochStartedAt: clock.startedAt(),
      epochSeconds: clock.epochSeconds ?? null,
      prices: { storage: STORAGE_PRICE, write: WRITE_PRICE },
      ...(notice === undefined ? {} : { notice }),
    };
  }
}
