import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyObject } from "node:crypto";
import { type Admission, addAttester } from "../../../src/attesters/add-attester.ts";
import { approveMeasurement } from "../../../src/attesters/approve-measurement.ts";
import type { DocumentTerms } from "../../../src/attesters/check-document.ts";
import { verifyNitroDocument } from "../../../src/attesters/nitro/verify-document.ts";
import type { AttesterRecord } from "../../../src/attesters/records.ts";
import type { Hex } from "../../../src/attesters/sign-digest.ts";
import type { KeyVerifiers } from "../../../src/attesters/signer-key.ts";
import { signerOfKey } from "../../../src/attesters/signer-key.ts";
import { storeDocument } from "../../../src/attesters/store-document.ts";
import { type AttesterVerification, verifyAttester } from "../../../src/attesters/verify-attester.ts";
import type { VerifyAttesterOptions } from "../../../src/attesters/verify-attester.ts";
import type { StoredBlob } from "../../../src/walrus/blob-store.ts";
import { computeBlobId } from "../../../src/walrus/compute-blob-id.ts";
import { EncoderPool } from "../../../src/walrus/encoder-pool.ts";
import { HttpBlobStore } from "../../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { ethers, networkHelpers } from "../../contracts/support/chain.ts";
import { type Deployment, deploy, now } from "../../contracts/support/deployment.ts";
import { TestHypervisor } from "./test-enclave.ts";

const N_SHARDS = 10;

/** A chain with the contracts, a local Walrus and a hypervisor of our own, whose root the readers here trust. */
export class AttesterWorld {
  readonly deployed: Deployment;
  readonly walrus: LocalWalrus;
  readonly store: HttpBlobStore;
  readonly verifiers: KeyVerifiers;
  readonly #pool: EncoderPool;
  readonly #folder: string;
  readonly #stored = new Map<string, StoredBlob>();
  #snapshot: Awaited<ReturnType<typeof networkHelpers.takeSnapshot>> | undefined;

  private constructor(parts: {
    readonly deployed: Deployment;
    readonly walrus: LocalWalrus;
    readonly store: HttpBlobStore;
    readonly verifiers: KeyVerifiers;
    readonly pool: EncoderPool;
    readonly folder: string;
  }) {
    this.deployed = parts.deployed;
    this.walrus = parts.walrus;
    this.store = parts.store;
    this.verifiers = parts.verifiers;
    this.#pool = parts.pool;
    this.#folder = parts.folder;
  }

  static async create(): Promise<AttesterWorld> {
    const folder = await mkdtemp(join(tmpdir(), "scrimshaw-attesters-"));
    const walrus = await LocalWalrus.start({ directory: join(folder, "walrus"), nShards: N_SHARDS });
    const pool = new EncoderPool();
    const store = new HttpBlobStore({ publishers: [walrus.url], aggregators: [walrus.url], nShards: N_SHARDS, pool });
    const deployed = await deploy();
    const address = async (contract: { getAddress(): Promise<string> }) => (await contract.getAddress()).toLowerCase();
    const verifiers = { p256: await address(deployed.p256), rsaPss: await address(deployed.rsaPss) };
    const world = new AttesterWorld({ deployed, walrus, store, verifiers, pool, folder });
    world.#snapshot = await networkHelpers.takeSnapshot();
    return world;
  }

  async restore(): Promise<void> {
    this.walrus.faults.clear();
    await this.#snapshot?.restore();
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.#pool.close();
    await this.walrus.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The registry for those who may decide. */
  get registry(): Deployment["attesters"] {
    return this.deployed.attesters.connect(this.deployed.accounts.admin);
  }

  signerOf(key: KeyObject): Hex {
    return signerOfKey({ key, verifiers: this.verifiers });
  }

  /** A hypervisor whose certificates are valid now, by the chain's clock. */
  async hypervisor(): Promise<TestHypervisor> {
    return new TestHypervisor({ at: Number(await now()) * 1000 });
  }

  /** Stores bytes as a document, whatever they are. What is stored stays when the chain is put back. */
  async put(bytes: Uint8Array): Promise<StoredBlob> {
    const key = Buffer.from(bytes).toString("base64");
    const stored = this.#stored.get(key) ?? (await storeDocument({ bytes, store: this.store }));
    this.#stored.set(key, stored);
    return stored;
  }

  async approve(measurement: Hex): Promise<void> {
    const terms = { validFrom: 0n, validUntil: (await now()) + 500n * 86_400n, note: "an image" };
    await approveMeasurement({ registry: this.registry, measurement, ...terms });
  }

  /** What is said of a key for a year; its document is stored, its measurement approved. */
  async admission(
    signer: Hex,
    { bytes, root }: { readonly bytes: Uint8Array; readonly root: string },
  ): Promise<Admission & { readonly document: StoredBlob }> {
    const { measurement } = verifyNitroDocument({ bytes, root });
    await this.approve(measurement);
    const validUntil = (await now()) + 365n * 86_400n;
    const reference = await this.put(bytes);
    return {
      signer,
      measurement,
      kind: "nitro",
      document: reference,
      endpoint: "",
      validFrom: 0n,
      validUntil,
    };
  }

  async admit(admission: Admission): Promise<AttesterRecord> {
    return (await addAttester({ registry: this.registry, ...admission })).attester;
  }

  /** What a stranger finds who trusts the root. */
  async verify(
    attesterId: Hex,
    terms: DocumentTerms,
    overrides: Partial<VerifyAttesterOptions> = {},
  ): Promise<AttesterVerification> {
    return verifyAttester({
      attesterId,
      registry: this.deployed.attesters,
      provider: ethers.provider,
      fromBlock: 0,
      store: this.store,
      computeBlobId: async (bytes) => (await computeBlobId({ bytes, nShards: N_SHARDS, pool: this.#pool })).blobId,
      verifiers: this.verifiers,
      terms,
      ...overrides,
    });
  }
}

/** The checks of a verification that ended in `status`. */
export function checksThat(status: "passed" | "failed" | "not-checked", { answers }: AttesterVerification): string[] {
  return answers.filter((answer) => answer.status === status).map(({ check }) => check);
}
