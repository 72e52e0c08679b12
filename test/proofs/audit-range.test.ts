import { expect } from "chai";
import { publishModel } from "../../src/models/publish.ts";
import type { BundlePart } from "../../src/proofs/batch-part.ts";
import { ethers } from "../contracts/support/chain.ts";
import { AuditWorld, features, named } from "./support/audit-world.ts";

describe("auditRange", () => {
  let world: AuditWorld;
  let before_: number;
  let single: string;
  let batch: Awaited<ReturnType<AuditWorld["settle"]>>;

  /** Proofs of the world's model in a batch, with one of another model first. */
  async function mixed(): Promise<BundlePart[]> {
    const registry = world.deployed.models.connect(world.deployed.accounts.publisher);
    const folder = "examples/iris/model";
    const other = await publishModel({ folder, name: "other", registry, store: world.store });
    const { modelId, version: modelVersion, manifestReference } = other;
    const manifestHash = manifestReference.contentHash;
    const inputs = [features(6.4, 3.2, 4.5, 1.5), features(6.3, 3.3, 6, 2.5)];
    const same = await Promise.all(inputs.map((input) => world.make({ place: "batch", input })));
    return [await world.make({ place: "batch", modelId, modelVersion, manifestHash }), ...same];
  }

  before(async () => {
    world = await AuditWorld.create();
    before_ = await ethers.provider.getBlockNumber();
    single = await world.record(await world.make());
    batch = await world.settle(await mixed());
  });
  after(() => world.close());

  const whole = async () => ({ fromBlock: 0, toBlock: await ethers.provider.getBlockNumber() });
  // Loading the model takes longer than all else.
  const quick = async () => ({ range: await whole(), rerun: false });

  it("audits all records and batches of some blocks, and passes when all is right", async () => {
    const report = await world.auditRange({ range: await whole() });
    expect(report.checks.filter(({ status }) => status !== "passed")).to.deep.equal([]);
    expect(report).to.include({ proofs: 4, outcome: "passed" });
    expect(
      report.checks.filter(({ check }) => check === "manifest"),
      "each version once",
    ).to.have.length(2);
    const none = await world.auditRange({ range: { fromBlock: 0, toBlock: before_ } });
    expect(none).to.include({ proofs: 0, outcome: "passed" });
  });

  it("audits the records of one model, and its proofs in batches when they are searched", async () => {
    const { modelId } = world.model;
    const records = await world.auditRange({ ...(await quick()), modelId });
    expect(records.proofs).to.equal(1);
    expect(new Set(records.checks.map(({ proofId }) => proofId))).to.deep.equal(new Set([single, undefined]));
    const all = await world.auditRange({ ...(await quick()), modelId, searchBatches: true });
    expect(all).to.include({ proofs: 3, outcome: "passed" });
    const other = batch.entries.find(({ proof }) => proof.statement.modelId !== modelId)!;
    expect(all.checks.map(({ proofId }) => proofId)).to.not.include(other.proofId);
  });

  it("looks at a sample of each batch, says how much that tells, and draws it again by its seed", async () => {
    const report = await world.auditRange({ ...(await quick()), sample: { size: 2 } });
    expect(report).to.include({ proofs: 3, outcome: "passed" });
    const said = report.checks.find(({ check }) => check === "sample")!.detail;
    expect(said).to.match(/^2 of 3 proofs were drawn by seed 0x[0-9a-f]{64}: if 2 or more of all were bad, one/);
    const seed = /0x[0-9a-f]{64}/.exec(said)![0] as `0x${string}`;
    const again = await world.auditRange({ ...(await quick()), sample: { size: 2, seed } });
    expect(again.checks).to.deep.equal(report.checks);
  });

  it("names the proof that fails, and only that", async () => {
    const victim = batch.entries[1]!;
    const { offset, length } = victim;
    world.walrus.faults.flipByte({ blobId: batch.bundle.blobId, offset: offset + length - 1 });
    try {
      const report = await world.auditRange(await quick());
      expect(named(report, "failed")).to.deep.equal(["bundle-hash", "evidence-hash", "bundle-blob-id"]);
      const failed = report.checks.filter(({ status, proofId }) => status === "failed" && proofId !== undefined);
      expect(failed.map(({ proofId }) => proofId)).to.deep.equal([victim.proofId]);
    } finally {
      world.walrus.faults.clear();
    }
  });
});
