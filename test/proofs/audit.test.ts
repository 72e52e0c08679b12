import { expect } from "chai";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { walletAttester } from "../../src/attesters/sign-digest.ts";
import { publishModel } from "../../src/models/publish.ts";
import type { PublishedModel } from "../../src/models/publish.ts";
import { auditProof } from "../../src/proofs/audit/audit-proof.ts";
import type { AuditOptions } from "../../src/proofs/audit/context.ts";
import type { AuditReport, CheckStatus } from "../../src/proofs/audit/report.ts";
import { BatchTree } from "../../src/proofs/batch-tree.ts";
import { batchForChain } from "../../src/proofs/batch.ts";
import type { BundlePart } from "../../src/proofs/bundle.ts";
import { describeInference } from "../../src/proofs/describe-inference.ts";
import { encodeEvidence } from "../../src/proofs/evidence-bytes.ts";
import { proofIdOf } from "../../src/proofs/proof.ts";
import { recordProof } from "../../src/proofs/record-proof.ts";
import { OnnxSession } from "../../src/proofs/runtime/onnx-session.ts";
import { sealProof } from "../../src/proofs/seal-proof.ts";
import type { Backing } from "../../src/proofs/seal-proof.ts";
import { settleBatch } from "../../src/proofs/settle-batch.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import type { Tensor } from "../../src/proofs/tensors.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { certificateCheck } from "../../src/walrus/certificate-check.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { fetchLocalCommittee } from "../../src/walrus/fetch-local-committee.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { ethers, networkHelpers } from "../contracts/support/chain.ts";
import { deploy, now } from "../contracts/support/deployment.ts";
import type { Deployment } from "../contracts/support/deployment.ts";
import { rejection } from "../support/rejection.ts";
import { bytes32 } from "./support/sample-proof.ts";

const N_SHARDS = 10;

function features(...values: readonly number[]): Tensor {
  return {
    name: "features",
    dtype: "float32",
    shape: [1, values.length],
    data: new Uint8Array(Float32Array.from(values).buffer),
  };
}

/** Checks by what became of them, each once, with the proof they speak of left out. */
function named({ checks }: AuditReport, status: CheckStatus): readonly string[] {
  return [...new Set(checks.filter((check) => check.status === status).map(({ check }) => check))];
}

describe("auditProof", function () {
  let folder: string;
  let walrus: LocalWalrus;
  let pool: EncoderPool;
  let store: HttpBlobStore;
  let session: OnnxSession;
  let deployed: Deployment;
  let model: PublishedModel;
  let snapshot: Awaited<ReturnType<typeof networkHelpers.takeSnapshot>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-audit-"));
    walrus = await LocalWalrus.start({ directory: join(folder, "walrus"), nShards: N_SHARDS });
    pool = new EncoderPool();
    store = new HttpBlobStore({ publishers: [walrus.url], aggregators: [walrus.url], nShards: N_SHARDS, pool });
    deployed = await deploy();
    model = await publishModel({
      folder: "examples/iris/model",
      registry: deployed.models.connect(deployed.accounts.publisher),
      store,
    });
    session = await OnnxSession.open({ model: await readFile("examples/iris/model/iris.onnx") });
  });
  beforeEach(async () => {
    snapshot = await networkHelpers.takeSnapshot();
  });
  afterEach(async () => {
    walrus.faults.clear();
    await snapshot.restore();
  });
  after(async () => {
    await session.close();
    await store.close();
    await pool.close();
    await walrus.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function audit(id: Hex, overrides: Partial<AuditOptions> = {}): Promise<AuditReport> {
    const committee = await fetchLocalCommittee({ url: walrus.url });
    return auditProof({
      id,
      provider: ethers.provider,
      proofRegistry: deployed.proofs,
      modelRegistry: deployed.models,
      attesterRegistry: deployed.attesters,
      trustedVerifiers: [await deployed.verifier.getAddress()],
      fromBlock: 0,
      store: new HttpBlobStore({ publishers: [], aggregators: [walrus.url], nShards: N_SHARDS, pool }),
      computeBlobId: async (bytes) => (await computeBlobId({ bytes, nShards: N_SHARDS, pool })).blobId,
      checkCertificate: certificateCheck({ committee }),
      rerun: true,
      ...overrides,
    });
  }

  interface Making {
    readonly place?: "alone" | "batch";
    readonly vanilla?: boolean;
    readonly outputs?: readonly Tensor[];
    readonly publishPlaintext?: boolean;
    readonly modelVersion?: number;
    readonly manifestHash?: Hex;
    readonly input?: Tensor;
  }

  /** A proof of a real inference, or of one that lies as told. */
  async function make(making: Making = {}): Promise<BundlePart> {
    const { place = "alone", vanilla = false, publishPlaintext = true, input = features(5.1, 3.5, 1.4, 0.2) } = making;
    const { statement, evidence } = describeInference({
      model: {
        modelId: model.modelId,
        modelVersion: making.modelVersion ?? model.version,
        manifestHash: making.manifestHash ?? model.manifestReference.contentHash,
      },
      inputs: [input],
      outputs: making.outputs ?? (await session.run({ inputs: [input] })),
      runtime: session.runtime,
      requestId: bytes32("request"),
      producedAt: await now(),
      publishPlaintext,
    });
    return seal({ statement, evidence, place, vanilla });
  }

  async function seal(
    given: Pick<Parameters<typeof sealProof>[0], "statement" | "evidence"> & Making,
  ): Promise<BundlePart> {
    const { statement, evidence, place = "alone", vanilla = false } = given;
    const computed = await computeBlobId({ bytes: evidence, nShards: N_SHARDS, pool });
    const backing: Backing = vanilla
      ? { kind: "vanilla", submitter: deployed.accounts.submitter.address }
      : {
          kind: "attester",
          attester: walletAttester(deployed.attester),
          verifier: (await deployed.verifier.getAddress()) as Hex,
        };
    const { chainId } = await ethers.provider.getNetwork();
    const sealed = await sealProof({
      statement,
      evidence,
      backing,
      domain: { chainId, proofRegistry: await deployed.proofs.getAddress() },
      ...(place === "alone" && { blobId: blobIdToHex(computed.blobId) }),
    });
    return { ...sealed, evidence };
  }

  async function record(part: BundlePart): Promise<Hex> {
    const registry = deployed.proofs.connect(deployed.accounts.submitter);
    return (await recordProof({ part, store, registry })).proofId;
  }

  async function settle(parts: readonly BundlePart[]) {
    const { settler } = deployed.accounts;
    return settleBatch({ parts, store, registry: deployed.proofs.connect(settler), settler: settler.address });
  }

  describe("of one recorded proof", () => {
    it("passes every check when all is right", async () => {
      const report = await audit(await record(await make()));
      expect(named(report, "failed")).to.deep.equal([]);
      expect(named(report, "not-checked")).to.deep.equal([]);
      expect(named(report, "passed")).to.have.members([
        "recorded",
        "not-withdrawn",
        "anchor-time",
        "evidence-blob-id",
        "certificate",
        "evidence-hash",
        "binding",
        "seal",
        "attester",
        "manifest-blob-id",
        "manifest",
        "model-version",
        "rerun",
      ]);
      expect(report.outcome).to.equal("passed");
    });

    it("finds evidence bytes that the aggregator changed", async () => {
      const part = await make();
      const id = await record(part);
      walrus.faults.flipByte({
        blobId: (await computeBlobId({ bytes: part.evidence, nShards: N_SHARDS })).blobId,
        offset: 50,
      });
      const report = await audit(id);
      expect(named(report, "failed")).to.deep.equal(["evidence-blob-id", "evidence-hash"]);
      expect(report.outcome).to.equal("failed");
    });

    it("finds a withdrawal", async () => {
      const part = await make({ vanilla: true });
      const id = await record(part);
      await deployed.proofs.connect(deployed.accounts.submitter).withdraw(part.proof);
      expect(named(await audit(id), "failed")).to.deep.equal(["not-withdrawn"]);
    });

    it("finds that the attester was revoked for a time before the proof", async () => {
      const id = await record(await make());
      await deployed.attesters.revoke(deployed.attesterId, (await now()) - 1000n, "stolen");
      expect(named(await audit(id), "failed")).to.deep.equal(["seal", "attester"]);
    });

    it("still passes when the attester is revoked for a later time", async () => {
      const id = await record(await make());
      await networkHelpers.time.increase(1000);
      await deployed.attesters.revoke(deployed.attesterId, await now(), "retired");
      expect((await audit(id)).outcome).to.equal("passed");
    });

    it("does not take the word of a verifier that the auditor does not trust", async () => {
      const report = await audit(await record(await make()), { trustedVerifiers: [] });
      expect(named(report, "not-checked")).to.deep.equal(["seal"]);
      expect(report.outcome).to.equal("incomplete");
    });

    it("says that nobody verified a vanilla proof", async () => {
      const report = await audit(await record(await make({ vanilla: true })));
      expect(named(report, "not-checked")).to.deep.equal(["seal"]);
      expect(named(report, "failed")).to.deep.equal([]);
    });

    it("finds a statement about a version that does not exist", async () => {
      const report = await audit(await record(await make({ modelVersion: 9 })));
      expect(named(report, "failed")).to.deep.equal(["model-version"]);
    });

    it("finds a statement that names another manifest than the registry", async () => {
      const report = await audit(await record(await make({ manifestHash: bytes32("another manifest") })));
      expect(named(report, "failed")).to.deep.equal(["model-version"]);
    });

    it("finds that the version was revoked", async () => {
      const id = await record(await make());
      await deployed.models
        .connect(deployed.accounts.publisher)
        .setStatus(model.modelId, model.version, 2, "wrong weights");
      expect(named(await audit(id), "failed")).to.deep.equal(["manifest"]);
    });

    it("finds a manifest that the aggregator changed", async () => {
      const id = await record(await make());
      walrus.faults.flipByte({ blobId: model.manifestReference.blobId, offset: 3 });
      expect(named(await audit(id), "failed")).to.deep.equal(["manifest-blob-id", "manifest"]);
    });

    it("finds outputs that the model does not give", async () => {
      const lie: Tensor = { name: session.outputNames[0]!, dtype: "float32", shape: [1, 3], data: new Uint8Array(12) };
      expect(named(await audit(await record(await make({ outputs: [lie] }))), "failed")).to.deep.equal(["rerun"]);
    });

    it("cannot run again what the evidence does not show", async () => {
      const report = await audit(await record(await make({ publishPlaintext: false })));
      expect(named(report, "not-checked")).to.deep.equal(["rerun"]);
    });

    it("does not call a differing run under another version of the runtime a failure", async () => {
      const lie: Tensor = { name: session.outputNames[0]!, dtype: "float32", shape: [1, 3], data: new Uint8Array(12) };
      const input = features(1, 2, 3, 4);
      const described = describeInference({
        model: {
          modelId: model.modelId,
          modelVersion: model.version,
          manifestHash: model.manifestReference.contentHash,
        },
        inputs: [input],
        outputs: [lie],
        runtime: { ...session.runtime, version: "0.0.1" },
        requestId: bytes32("request"),
        producedAt: await now(),
        publishPlaintext: true,
      });
      expect(named(await audit(await record(await seal(described))), "not-checked")).to.deep.equal(["rerun"]);
    });

    it("finds evidence that is bound to another statement", async () => {
      const { proof } = await make();
      const statement = { ...proof.statement, requestId: bytes32("another request") };
      const evidence = encodeEvidence({ statement, content: { runtime: session.runtime } });
      const part = await seal({ statement: proof.statement, evidence });
      await store.put({ bytes: evidence });
      await deployed.proofs.record(part.proof, part.seal);
      expect(named(await audit(proofIdOf(part.proof)), "failed")).to.deep.equal(["binding"]);
    });

    it("cannot check a certificate without a committee, and says so", async () => {
      const committee = await fetchLocalCommittee({ url: walrus.url });
      const id = await record(await make());
      const report = await auditProof({
        id,
        provider: ethers.provider,
        proofRegistry: deployed.proofs,
        modelRegistry: deployed.models,
        attesterRegistry: deployed.attesters,
        trustedVerifiers: [await deployed.verifier.getAddress()],
        fromBlock: 0,
        store,
        computeBlobId: async (bytes) => (await computeBlobId({ bytes, nShards: N_SHARDS, pool })).blobId,
      });
      expect(named(report, "not-checked")).to.deep.equal(["certificate"]);
      const members = committee.members.map((member) => ({ ...member, publicKey: committee.members[0]!.publicKey }));
      const wrong = await audit(id, { checkCertificate: certificateCheck({ committee: { ...committee, members } }) });
      expect(named(wrong, "failed")).to.deep.equal(["certificate"]);
    });

    it("refuses an id that nothing is recorded under", async () => {
      expect((await rejection(() => audit(bytes32("nothing")))).code).to.equal("proofs.unknown");
    });
  });

  describe("of a batch", () => {
    const rows = [features(5.1, 3.5, 1.4, 0.2), features(6.4, 3.2, 4.5, 1.5), features(6.3, 3.3, 6, 2.5)];
    const makeAll = (): Promise<BundlePart[]> => Promise.all(rows.map((input) => make({ place: "batch", input })));

    it("passes every check for every proof when all is right", async () => {
      const { batchId } = await settle(await makeAll());
      const report = await audit(batchId);
      expect(report.checks.filter(({ status }) => status !== "passed")).to.deep.equal([]);
      expect(report.proofs).to.equal(rows.length);
      for (const check of ["evidence-hash", "binding", "seal", "attester", "rerun"]) {
        expect(report.checks.filter((one) => one.check === check)).to.have.length(rows.length);
      }
    });

    it("names the one proof whose evidence was changed, and no other", async () => {
      const { batchId, bundle, entries } = await settle(await makeAll());
      const victim = entries[1]!;
      walrus.faults.flipByte({ blobId: bundle.blobId, offset: victim.offset + victim.length - 1 });
      const { checks } = await audit(batchId);
      const failed = checks.filter(({ status }) => status === "failed");
      expect(failed.map(({ check, proofId }) => [check, proofId])).to.deep.equal([
        ["bundle-hash", undefined],
        ["bundle-blob-id", undefined],
        ["evidence-hash", victim.proofId],
      ]);
    });

    it("finds an index that does not build the stored root", async () => {
      const parts = await makeAll();
      const { bundle, entries } = await settle(parts);
      const { settler } = deployed.accounts;
      const registry = deployed.proofs.connect(settler);
      const { root } = new BatchTree(entries.slice(1));
      const batch = batchForChain({ root, count: entries.length, bundle });
      await registry.settle(batch);
      const id = (await registry.batchIdOf(settler.address, batch)) as Hex;
      expect(named(await audit(id), "failed")).to.deep.equal(["root"]);
    });

    it("finds a count that the bundle does not bear out", async () => {
      const { bundle, root } = await settle(await makeAll());
      const { settler } = deployed.accounts;
      const registry = deployed.proofs.connect(settler);
      const batch = batchForChain({ root, count: 1000, bundle });
      await registry.settle(batch);
      const id = (await registry.batchIdOf(settler.address, batch)) as Hex;
      expect(named(await audit(id), "failed")).to.deep.equal(["bundle-index"]);
    });

    it("finds a proof in it whose seal is of another key", async () => {
      const [first, second] = await makeAll();
      const { batchId, entries } = await settle([first!, { ...second!, seal: first!.seal }]);
      const report = await audit(batchId);
      expect(named(report, "failed")).to.deep.equal(["seal"]);
      expect(entries).to.have.length(2);
      expect(report.checks.filter(({ status }) => status === "failed")).to.have.length(1);
    });

    it("audits a proof that was recorded from it, with its place under the stored root", async () => {
      const { batchId, entries, tree } = await settle(await makeAll());
      const { proof, proofId, seal: sealOf, offset, length } = entries[2]!;
      await deployed.proofs.recordFromBatch(batchId, proof, offset, length, [...tree.merkleProof(proofId)!], sealOf);
      const recordId = (await deployed.proofs.batchRecordIdOf(batchId, proofId)) as Hex;
      const report = await audit(recordId);
      expect(report.outcome, JSON.stringify(report.checks.filter(({ status }) => status !== "passed"))).to.equal(
        "passed",
      );
      expect(named(report, "passed")).to.include("position");
    });

    it("is the same batch when it is settled again", async () => {
      const parts = await makeAll();
      const first = await settle(parts);
      const second = await settle([...parts].reverse());
      expect(second.batchId).to.equal(first.batchId);
      expect(second.alreadySettled).to.equal(true);
    });
  });
});
