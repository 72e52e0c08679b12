import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { referenceForChain } from "../../../src/attesters/records.ts";
import { type AttesterSigner, walletAttester } from "../../../src/attesters/sign-digest.ts";
import { publishModel } from "../../../src/models/publish.ts";
import type { PublishedModel } from "../../../src/models/publish.ts";
import { auditProof } from "../../../src/proofs/audit/audit-proof.ts";
import { auditRange } from "../../../src/proofs/audit/audit-range.ts";
import type { AuditRangeOptions } from "../../../src/proofs/audit/audit-range.ts";
import type { AuditOptions, AuditSources } from "../../../src/proofs/audit/context.ts";
import type { CheckStatus } from "../../../src/checks.ts";
import type { AuditReport } from "../../../src/proofs/audit/report.ts";
import type { BundlePart } from "../../../src/proofs/batch-part.ts";
import { describeInference } from "../../../src/proofs/describe-inference.ts";
import type { DescribeInferenceOptions } from "../../../src/proofs/describe-inference.ts";
import { recordProof } from "../../../src/proofs/record-proof.ts";
import { OnnxSession } from "../../../src/proofs/runtime/onnx-session.ts";
import { sealProof } from "../../../src/proofs/seal-proof.ts";
import type { Backing, SealProofOptions } from "../../../src/proofs/seal-proof.ts";
import { settleBatch } from "../../../src/proofs/settle-batch.ts";
import type { BatchSettlement } from "../../../src/proofs/settle-batch.ts";
import type { Hex } from "../../../src/proofs/statement.ts";
import type { Tensor } from "../../../src/proofs/tensors.ts";
import { blobIdToHex } from "../../../src/walrus/blob-id.ts";
import { certificateCheck } from "../../../src/walrus/certificate-check.ts";
import { computeBlobId } from "../../../src/walrus/compute-blob-id.ts";
import { EncoderPool } from "../../../src/walrus/encoder-pool.ts";
import { fetchLocalCommittee } from "../../../src/walrus/fetch-local-committee.ts";
import { localSystemSource } from "../../../src/walrus/fetch-local-system.ts";
import { HttpBlobStore } from "../../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { ethers, networkHelpers } from "../../contracts/support/chain.ts";
import { deploy, now } from "../../contracts/support/deployment.ts";
import type { Deployment } from "../../contracts/support/deployment.ts";
import { bytes32 } from "./sample-proof.ts";

const N_SHARDS = 10;

/** What a proof is made of; left out is what an honest node would put in. */
export interface Making {
  readonly place?: "alone" | "batch";
  readonly vanilla?: boolean;
  readonly attester?: AttesterSigner;
  readonly input?: Tensor;
  readonly outputs?: readonly Tensor[];
  readonly plaintextFor?: DescribeInferenceOptions["plaintextFor"];
  readonly modelId?: Hex;
  readonly modelVersion?: number;
  readonly manifestHash?: Hex;
  readonly runtime?: { readonly id: string; readonly version: string };
  readonly producedAt?: bigint;
}

interface Parts {
  readonly folder: string;
  readonly walrus: LocalWalrus;
  readonly pool: EncoderPool;
  readonly store: HttpBlobStore;
  readonly session: OnnxSession;
  readonly deployed: Deployment;
  readonly model: PublishedModel;
}

export function features(...values: readonly number[]): Tensor {
  return {
    name: "features",
    dtype: "float32",
    shape: [1, values.length],
    data: new Uint8Array(Float32Array.from(values).buffer),
  };
}

/** Names of the checks that ended in `status`, each once. */
export function named({ checks }: AuditReport, status: CheckStatus): readonly string[] {
  return [...new Set(checks.filter((check) => check.status === status).map(({ check }) => check))];
}

/** A chain with the contracts, a local Walrus, the iris model published on both, and everything to make proofs with. */
export class AuditWorld {
  readonly walrus: LocalWalrus;
  readonly store: HttpBlobStore;
  readonly session: OnnxSession;
  readonly deployed: Deployment;
  readonly model: PublishedModel;
  readonly #folder: string;
  readonly #pool: EncoderPool;
  #snapshot: Awaited<ReturnType<typeof networkHelpers.takeSnapshot>> | undefined;

  private constructor({ folder, walrus, pool, store, session, deployed, model }: Parts) {
    this.#folder = folder;
    this.walrus = walrus;
    this.#pool = pool;
    this.store = store;
    this.session = session;
    this.deployed = deployed;
    this.model = model;
  }

  static async create(): Promise<AuditWorld> {
    const folder = await mkdtemp(join(tmpdir(), "scrimshaw-audit-"));
    const walrus = await LocalWalrus.start({ directory: join(folder, "walrus"), nShards: N_SHARDS });
    const pool = new EncoderPool();
    const urls = [walrus.url];
    const system = localSystemSource({ urls });
    const store = new HttpBlobStore({ publishers: urls, aggregators: urls, nShards: N_SHARDS, system, pool });
    const deployed = await deploy();
    // Nothing is known here of the kind of its document.
    await deployed.attesters.setDocument(deployed.attesterId, referenceForChain(undefined));
    const registry = deployed.models.connect(deployed.accounts.publisher);
    const model = await publishModel({ folder: "examples/iris/model", registry, store });
    const session = await OnnxSession.open({ model: await readFile("examples/iris/model/iris.onnx") });
    return new AuditWorld({ folder, walrus, pool, store, session, deployed, model });
  }

  /** Remembers the chain as it is now, for `restore`. */
  async remember(): Promise<void> {
    this.#snapshot = await networkHelpers.takeSnapshot();
  }

  async restore(): Promise<void> {
    this.walrus.faults.clear();
    await this.#snapshot?.restore();
  }

  async close(): Promise<void> {
    await this.session.close();
    await this.store.close();
    await this.#pool.close();
    await this.walrus.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** What a stranger has who trusts the deployed verifier. */
  async knowledge(): Promise<AuditOptions> {
    const { proofs, models, attesters, verifier } = this.deployed;
    const committee = await fetchLocalCommittee({ url: this.walrus.url });
    return {
      provider: ethers.provider,
      proofRegistry: proofs,
      modelRegistry: models,
      attesterRegistry: attesters,
      trustedVerifiers: [await verifier.getAddress()],
      keyVerifiers: {},
      fromBlock: 0,
      store: this.store,
      computeBlobId: (bytes) => this.blobIdOf(bytes),
      checkCertificate: certificateCheck({ committee }),
      rerun: true,
    };
  }

  async audit(id: Hex, overrides: Partial<AuditOptions> = {}): Promise<AuditReport> {
    return auditProof({ ...(await this.knowledge()), ...overrides, id });
  }

  async auditRange(options: Omit<AuditRangeOptions, keyof AuditSources> & Partial<AuditOptions>): Promise<AuditReport> {
    return auditRange({ ...(await this.knowledge()), ...options });
  }

  async blobIdOf(bytes: Uint8Array): Promise<string> {
    return (await computeBlobId({ bytes, nShards: N_SHARDS, pool: this.#pool })).blobId;
  }

  /** A proof of a real inference, or of one that lies as told. */
  async make(making: Making = {}): Promise<BundlePart> {
    const { input = features(5.1, 3.5, 1.4, 0.2), plaintextFor = "everybody" } = making;
    const { statement, evidence } = await describeInference({
      model: {
        modelId: making.modelId ?? this.model.modelId,
        modelVersion: making.modelVersion ?? this.model.version,
        manifestHash: making.manifestHash ?? this.model.manifestReference.contentHash,
      },
      inputs: [input],
      outputs: making.outputs ?? (await this.session.run({ inputs: [input] })),
      runtime: making.runtime ?? this.session.runtime,
      requestId: bytes32("request"),
      producedAt: making.producedAt ?? (await now()),
      plaintextFor,
    });
    return this.seal({ statement, evidence }, making);
  }

  async seal(
    { statement, evidence }: Pick<SealProofOptions, "statement" | "evidence">,
    { place = "alone", vanilla = false, attester = walletAttester(this.deployed.attester) }: Making = {},
  ): Promise<BundlePart> {
    const { accounts, verifier, proofs } = this.deployed;
    const backing: Backing = vanilla
      ? { kind: "vanilla", submitter: accounts.submitter.address }
      : { kind: "attester", attester, verifier: (await verifier.getAddress()) as Hex };
    const { chainId } = await ethers.provider.getNetwork();
    const domain = { chainId, proofRegistry: await proofs.getAddress() };
    const blobId = place === "alone" ? blobIdToHex(await this.blobIdOf(evidence)) : undefined;
    const sealed = await sealProof({ statement, evidence, backing, domain, ...(blobId !== undefined && { blobId }) });
    return { ...sealed, evidence };
  }

  async record(part: BundlePart): Promise<Hex> {
    const registry = this.deployed.proofs.connect(this.deployed.accounts.submitter);
    return (await recordProof({ part, store: this.store, registry })).proofId;
  }

  async settle(parts: readonly BundlePart[]): Promise<BatchSettlement> {
    const { settler } = this.deployed.accounts;
    const registry = this.deployed.proofs.connect(settler);
    return settleBatch({ parts, store: this.store, registry, settler: settler.address });
  }
}
