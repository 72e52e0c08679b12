import { expect } from "chai";
import { auditProof } from "../../src/proofs/audit/audit-proof.ts";
import { encodeEvidence } from "../../src/proofs/evidence-bytes.ts";
import { proofIdOf } from "../../src/proofs/proof.ts";
import type { Tensor } from "../../src/proofs/tensors.ts";
import { certificateCheck } from "../../src/walrus/certificate-check.ts";
import { blobIdFromHex } from "../../src/walrus/blob-id.ts";
import type { BlobStatus, BlobStore } from "../../src/walrus/blob-store.ts";
import { fetchLocalCommittee } from "../../src/walrus/fetch-local-committee.ts";
import { networkHelpers } from "../contracts/support/chain.ts";
import { now } from "../contracts/support/deployment.ts";
import { rejection } from "../support/rejection.ts";
import { AuditWorld, named } from "./support/audit-world.ts";
import { bytes32 } from "./support/sample-proof.ts";

describe("auditProof of one recorded proof", () => {
  let world: AuditWorld;

  before(async () => {
    world = await AuditWorld.create();
  });
  beforeEach(() => world.remember());
  afterEach(() => world.restore());
  after(() => world.close());

  it("passes every check when all is right", async () => {
    const report = await world.audit(await world.record(await world.make()));
    expect(named(report, "failed")).to.deep.equal([]);
    expect(named(report, "not-checked")).to.deep.equal([]);
    expect(named(report, "passed")).to.have.members([
      "recorded",
      "not-withdrawn",
      "anchor-time",
      "evidence-blob-id",
      "certificate",
      "lease",
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
    const part = await world.make();
    const id = await world.record(part);
    world.walrus.faults.flipByte({
      blobId: await world.blobIdOf(part.evidence),
      offset: 50,
    });
    const report = await world.audit(id);
    expect(named(report, "failed")).to.deep.equal(["evidence-hash", "evidence-blob-id"]);
    expect(report.outcome).to.equal("failed");
  });

  it("finds a withdrawal", async () => {
    const part = await world.make({ vanilla: true });
    const id = await world.record(part);
    await world.deployed.proofs.connect(world.deployed.accounts.submitter).withdraw(part.proof);
    expect(named(await world.audit(id), "failed")).to.deep.equal(["not-withdrawn"]);
  });

  it("counts a withdrawal by the attester, but not one by a key that is revoked for a time before it", async () => {
    const part = await world.make();
    const id = await world.record(part);
    const { proofs, attester, attesters, attesterId } = world.deployed;
    const seal = attester.signingKey.sign(await proofs.withdrawalDigestOf(id)).serialized;
    await networkHelpers.time.increase(1000);
    await proofs.withdrawWithSeal(part.proof, seal);
    expect(named(await world.audit(id), "failed")).to.deep.equal(["not-withdrawn"]);
    await attesters.revoke(attesterId, (await now()) - 500n, "stolen");
    expect(named(await world.audit(id), "failed")).to.deep.equal([]);
  });

  it("finds that the attester was revoked for a time before the proof", async () => {
    const id = await world.record(await world.make());
    await world.deployed.attesters.revoke(world.deployed.attesterId, (await now()) - 1000n, "stolen");
    expect(named(await world.audit(id), "failed")).to.deep.equal(["seal", "attester"]);
  });

  it("still passes when the attester is revoked for a later time", async () => {
    const id = await world.record(await world.make());
    await networkHelpers.time.increase(1000);
    await world.deployed.attesters.revoke(world.deployed.attesterId, await now(), "retired");
    expect((await world.audit(id)).outcome).to.equal("passed");
  });

  it("does not take the word of a verifier that the auditor does not trust", async () => {
    const report = await world.audit(await world.record(await world.make()), { trustedVerifiers: [] });
    expect(named(report, "not-checked")).to.deep.equal(["seal"]);
    expect(report.outcome).to.equal("incomplete");
  });

  it("says that nobody verified a vanilla proof", async () => {
    const report = await world.audit(await world.record(await world.make({ vanilla: true })));
    expect(named(report, "not-checked")).to.deep.equal(["seal"]);
    expect(named(report, "failed")).to.deep.equal([]);
  });

  it("finds a statement about a version that does not exist", async () => {
    const report = await world.audit(await world.record(await world.make({ modelVersion: 9 })));
    expect(named(report, "failed")).to.deep.equal(["model-version"]);
  });

  it("finds a statement that names another manifest than the registry", async () => {
    const report = await world.audit(
      await world.record(await world.make({ manifestHash: bytes32("another manifest") })),
    );
    expect(named(report, "failed")).to.deep.equal(["model-version"]);
  });

  it("finds that the version was revoked", async () => {
    const id = await world.record(await world.make());
    await world.deployed.models
      .connect(world.deployed.accounts.publisher)
      .setStatus(world.model.modelId, world.model.version, 2, "wrong weights");
    expect(named(await world.audit(id), "failed")).to.deep.equal(["manifest"]);
  });

  it("finds a manifest that the aggregator changed", async () => {
    const id = await world.record(await world.make());
    world.walrus.faults.flipByte({ blobId: world.model.manifestReference.blobId, offset: 3 });
    expect(named(await world.audit(id), "failed")).to.deep.equal(["manifest", "manifest-blob-id"]);
  });

  it("finds outputs that the model does not give", async () => {
    const lie: Tensor = {
      name: world.session.outputNames[0]!,
      dtype: "float32",
      shape: [1, 3],
      data: new Uint8Array(12),
    };
    expect(named(await world.audit(await world.record(await world.make({ outputs: [lie] }))), "failed")).to.deep.equal([
      "rerun",
    ]);
  });

  it("cannot run again what the evidence does not show", async () => {
    const report = await world.audit(await world.record(await world.make({ plaintextFor: "nobody" })));
    expect(named(report, "not-checked")).to.deep.equal(["rerun"]);
  });

  it("does not call a differing run under another version of the runtime a failure", async () => {
    const lie: Tensor = {
      name: world.session.outputNames[0]!,
      dtype: "float32",
      shape: [1, 3],
      data: new Uint8Array(12),
    };
    const runtime = { ...world.session.runtime, version: "0.0.1" };
    const report = await world.audit(await world.record(await world.make({ outputs: [lie], runtime })));
    expect(named(report, "not-checked")).to.deep.equal(["rerun"]);
  });

  it("does not run again what ran under a runtime that is not here", async () => {
    const runtime = { id: "another-runtime", version: "1.0.0" };
    const report = await world.audit(await world.record(await world.make({ runtime })));
    expect(named(report, "not-checked")).to.deep.equal(["rerun"]);
  });

  it("finds evidence that is bound to another statement", async () => {
    const { proof } = await world.make();
    const statement = { ...proof.statement, requestId: bytes32("another request") };
    const evidence = encodeEvidence({ statement, content: { runtime: world.session.runtime } });
    const part = await world.seal({ statement: proof.statement, evidence });
    await world.store.put({ bytes: evidence });
    await world.deployed.proofs.record(part.proof, part.seal);
    expect(named(await world.audit(proofIdOf(part.proof)), "failed")).to.deep.equal(["binding"]);
  });

  it("cannot check a certificate without a committee, and says so", async () => {
    const id = await world.record(await world.make());
    const knowledge = await world.knowledge();
    const { checkCertificate: known, ...without } = knowledge;
    expect(known).to.be.a("function");
    const report = await auditProof({ ...without, id });
    expect(named(report, "not-checked")).to.deep.equal(["certificate"]);
  });

  it("finds a certificate that other keys signed than the committee's", async () => {
    const id = await world.record(await world.make());
    const committee = await fetchLocalCommittee({ url: world.walrus.url });
    const [one, two, ...others] = committee.members;
    const members = [{ ...one!, publicKey: two!.publicKey }, { ...two!, publicKey: one!.publicKey }, ...others];
    const report = await world.audit(id, {
      checkCertificate: certificateCheck({ committee: { ...committee, epoch: committee.epoch + 1, members } }),
    });
    expect(named(report, "failed")).to.deep.equal(["certificate"]);
  });

  it("finds that nobody pays for the evidence any more, and that its owner may delete it", async () => {
    const part = await world.make();
    const blobId = blobIdFromHex(part.proof.evidence.blobId);
    const id = await world.record(part);
    const knowledge = await world.knowledge();
    const leaseOf = async (change: Partial<BlobStatus>) => {
      const status = async (): Promise<BlobStatus> => ({ ...(await world.store.status({ blobId })), ...change });
      const store: BlobStore = {
        status,
        put: (options) => world.store.put(options),
        get: (options) => world.store.get(options),
        stream: (options) => world.store.stream(options),
        extend: (options) => world.store.extend(options),
        certificate: (options) => world.store.certificate(options),
        certificates: (options) => world.store.certificates(options),
      };
      return world.audit(id, { ...knowledge, store });
    };
    expect(named(await leaseOf({}), "passed")).to.include("lease");
    expect(named(await leaseOf({ state: "nonexistent" }), "failed")).to.deep.equal(["lease"]);
    expect(named(await leaseOf({ deletable: true }), "failed")).to.deep.equal(["lease"]);
    const open = await leaseOf({ endEpoch: undefined });
    expect([named(open, "failed"), named(open, "not-checked")]).to.deep.equal([[], ["lease"]]);
  });

  it("does not hold in memory what the chain merely claims to be there", async () => {
    const { proof, seal } = await world.make({ vanilla: true });
    const huge = { ...proof, evidence: { ...proof.evidence, size: (1n << 40n) - 1n } };
    await world.deployed.proofs.connect(world.deployed.accounts.submitter).record(huge, seal);
    const report = await world.audit(proofIdOf(huge));
    expect(named(report, "failed")).to.deep.equal([]);
    expect(named(report, "not-checked")).to.include("evidence-hash");
  });

  it("refuses an id that nothing is recorded under", async () => {
    expect((await rejection(() => world.audit(bytes32("nothing")))).code).to.equal("proofs.unknown");
  });
});
