import { ScrimshawError } from "../../errors.ts";
import type { BlobId } from "../blob-id.ts";
import { collectCertificate } from "../collect-certificate.ts";
import type { Committee } from "../committee.ts";
import type { Certificate } from "../verify-certificate.ts";
import type { BlobObject } from "./blob-object.ts";
import type { NewMember } from "./committees.ts";
import type { Faults } from "./faults.ts";
import { frontRoutes } from "./front-routes.ts";
import { HttpServer } from "./http-server.ts";
import type { Ledger } from "./ledger.ts";
import type { LocalWalrusOptions } from "./local-walrus-options.ts";
import { committeeOf, type NetworkParts, openParts } from "./network-parts.ts";
import { NodeServers } from "./node-servers.ts";
import { settleEpoch } from "./settle-epoch.ts";
import type { LocalCommitteeMember, LocalSystem } from "./sui-state/local-system.ts";
import { Turns } from "./turns.ts";

const MAINNET_SHARDS = 1000;

export type { LocalWalrusOptions };

/** A certificate, and the epoch in which it was made. */
export interface Certified {
  readonly epoch: number;
  readonly certificate: Certificate;
}

/** A Walrus network in this process: storage nodes with their own keys and ports; publisher, aggregator and upload relay on one. */
export class LocalWalrus implements AsyncDisposable {
  readonly faults: Faults;
  readonly nShards: number;
  /** Stands for Walrus's contracts on Sui. */
  readonly ledger: Ledger;
  readonly #parts: NetworkParts;
  readonly #options: LocalWalrusOptions;
  readonly #servers: NodeServers;
  readonly #turns = new Turns();
  #settled: number | undefined;
  #front: HttpServer | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(options: LocalWalrusOptions, parts: NetworkParts, servers: NodeServers) {
    this.#options = options;
    this.#parts = parts;
    this.#servers = servers;
    this.faults = parts.faults;
    this.ledger = parts.ledger;
    this.nShards = parts.nShards;
  }

  /**
   * Starts a network, or continues the one kept in `directory`.
   * @throws ScrimshawError `walrus.local-directory-in-use`, `walrus.local-directory-mismatch`,
   * `walrus.local-directory-damaged`, `walrus.local-port-unavailable`, `walrus.local-options-invalid`,
   * `walrus.shard-count-invalid`, `walrus.publisher-secret-invalid`
   * @example
   * const walrus = await LocalWalrus.start({ directory: ".scrimshaw/walrus" });
   * const store = new HttpBlobStore({ publishers: [walrus.url], aggregators: [walrus.url] });
   */
  static async start(options: LocalWalrusOptions): Promise<LocalWalrus> {
    const { directory, nShards = MAINNET_SHARDS, nodes = 10, epochSeconds, now, pool } = options;
    const servers = new NodeServers();
    const urlOf = (nodeId: string): string => servers.url(nodeId);
    const parts = await openParts({ directory, nShards, nodes, epochSeconds, now, pool, urlOf });
    const walrus = new LocalWalrus(options, parts, servers);
    try {
      await walrus.#settle();
      await walrus.#listen();
      return walrus;
    } catch (error) {
      await walrus.stop();
      throw error;
    }
  }

  /** Of publisher, aggregator and upload relay. */
  get url(): string {
    return this.#front?.url ?? "";
  }

  /** The storage nodes' URLs, in committee order. */
  get nodes(): readonly string[] {
    return this.committee.members.map(({ url }) => url);
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
    return this.committeeOf(this.epoch);
  }

  /** The committee of any epoch from the first to the one after the current. */
  committeeOf(epoch: number): Committee {
    const { committees, nShards } = this.#parts;
    return committeeOf({ epoch, nShards, members: committees.at(epoch), urlOf: (nodeId) => this.#servers.url(nodeId) });
  }

  /** What the network's Sui can see and change. */
  get system(): LocalSystem {
    const { committees, clock, nShards, ledger } = this.#parts;
    const url = (nodeId: string): string => this.#servers.url(nodeId);
    const members = (epoch: number): LocalCommitteeMember[] =>
      committees.at(epoch).map(({ nodeId, publicKey, shards }) => ({ nodeId, publicKey, shards, url: url(nodeId) }));
    const committee = (): ReturnType<LocalSystem["committee"]> => {
      const epoch = clock.epoch();
      const previous = members(Math.max(1, epoch - 1));
      return {
        epoch,
        nShards,
        members: members(epoch),
        previous,
        epochStartedAt: clock.startedAt(),
        epochSeconds: clock.epochSeconds,
      };
    };
    return { committee, ledger };
  }

  /**
   * Begins the next epoch, under another committee if `members` are given: leases end, and slivers go where their shards are. Returns
   * the new epoch.
   * @throws ScrimshawError `walrus.local-options-invalid`
   */
  async advanceEpoch({ members }: { readonly members?: readonly NewMember[] } = {}): Promise<number> {
    const { committees, clock } = this.#parts;
    if (members !== undefined) {
      await committees.set({ fromEpoch: clock.epoch() + 1, members });
      await this.#listenNodes(clock.epoch() + 1);
    }
    const epoch = await clock.advance();
    await this.#settle();
    return epoch;
  }

  /** Blob IDs of all blobs that are certified, paid for, and here. */
  blobs(): readonly BlobId[] {
    const { ledger, files, slivers } = this.#parts;
    return ledger
      .blobs()
      .filter((blobId) => ledger.certified(blobId) !== undefined)
      .filter((blobId) => files.size(blobId) !== undefined || slivers.holders(blobId).length > 0);
  }

  /** The certificate under which a blob was stored, and its epoch; undefined for a blob that is not there. */
  certificateOf(blobId: BlobId): Certified | undefined {
    const { certifiedEpoch, certificate } = this.ledger.certified(blobId) ?? {};
    return certifiedEpoch === undefined || certificate === undefined
      ? undefined
      : { epoch: certifiedEpoch, certificate };
  }

  /** Ends all servers and workers. Stopping twice does no harm. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(): Promise<void> {
    this.#parts.abort.abort(
      new ScrimshawError({
        code: "walrus.local-stopped",
        expected: "a running local Walrus",
        found: "one that was stopped",
        next: "Start it again with `npx hardhat walrus serve`.",
      }),
    );
    // Requests that wait for an encoding are answered at once.
    await this.#parts.codec.close();
    await this.#front?.close();
    await this.#servers.close();
    await this.#parts.close();
  }

  async #listen(): Promise<void> {
    await this.#listenNodes(this.epoch);
    await this.#listenNodes(this.epoch + 1);
    const { host = "127.0.0.1", port = 0 } = this.#options;
    const intercept = async (): Promise<undefined> => {
      await this.#settle();
    };
    const routes = frontRoutes({
      parts: this.#parts,
      options: this.#options,
      notice: this.notice,
      url: () => this.url,
      nodeUrl: (nodeId) => this.#servers.url(nodeId),
      committee: () => this.committee,
      collect: (object) => this.#collect(object),
    });
    this.#front = await HttpServer.start({ host, port, routes, intercept });
  }

  #listenNodes(epoch: number): Promise<void> {
    const { host = "127.0.0.1" } = this.#options;
    return this.#servers.listen({ epoch, host, parts: this.#parts, before: () => this.#settle() });
  }

  async #collect({ blobId, objectId, deletable }: BlobObject): Promise<Certificate> {
    const persistence = deletable ? ({ kind: "deletable", objectId } as const) : ({ kind: "permanent" } as const);
    const { signal } = this.#parts.abort;
    return (await collectCertificate({ blobId, committee: this.committee, persistence, signal })).certificate;
  }

  /** Brings what is on disk into the current epoch, once an epoch. */
  async #settle(): Promise<void> {
    if (this.#settled === this.epoch) return;
    await this.#turns.take("epoch", async () => {
      const { epoch } = this;
      if (this.#settled === epoch) return;
      await settleEpoch(this.#parts);
      this.#settled = epoch;
    });
  }
}
