import { expect } from "chai";
import { BatchTree } from "../../src/proofs/batch-tree.ts";
import { batchForChain } from "../../src/proofs/batch.ts";
import type { BundlePart } from "../../src/proofs/batch-part.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { bend } from "./support/bend.ts";
import { AuditWorld, features, named } from "./support/audit-world.ts";

describe("auditProof of a batch", () => {
  let world: AuditWorld;

  before(async () => {
    world = await AuditWorld.create();
  });
  beforeEach(() => world.remember());
  afterEach(() => world.restore());
  after(() => world.close());

  const rows = [features(5.1, 3.5, 1.4, 0.2), features(6.4, 3.2, 4.5, 1.5), features(6.3, 3.3, 6, 2.5)];
  const makeAll = (): Promise<BundlePart[]> => Promise.all(rows.map((input) => world.make({ place: "batch", input })));

  it("passes every check for every proof when all is right", async () => {
    const { batchId } = await world.settle(await makeAll());
    const report = await world.audit(batchId);
    expect(report.checks.filter(({ status }) => status !== "passed")).to.deep.equal([]);
    expect(report.proofs).to.equal(rows.length);
    for (const check of ["evidence-hash", "binding", "seal", "attester", "rerun"]) {
      expect(report.checks.filter((one) => one.check === check)).to.have.length(rows.length);
    }
  });

  it("names the one proof whose evidence was changed, and no other", async () => {
    const { batchId, bundle, entries } = await world.settle(await makeAll());
    const victim = entries[1]!;
    world.walrus.faults.flipByte({ blobId: bundle.blobId, offset: victim.offset + victim.length - 1 });
    const { checks } = await world.audit(batchId);
    const failed = checks.filter(({ status }) => status === "failed");
    expect(failed.map(({ check, proofId }) => [check, proofId])).to.deep.equal([
      ["bundle-hash", undefined],
      ["evidence-hash", victim.proofId],
      ["bundle-blob-id", undefined],
    ]);
  });

  it("finds an index that does not build the stored root", async () => {
    const parts = await makeAll();
    const { bundle, entries } = await world.settle(parts);
    const { settler } = world.deployed.accounts;
    const registry = world.deployed.proofs.connect(settler);
    const { root } = new BatchTree(entries.slice(1));
    const batch = batchForChain({ root, count: entries.length, bundle });
    await registry.settle(batch);
    const id = (await registry.batchIdOf(settler.address, batch)) as Hex;
    expect(named(await world.audit(id), "failed")).to.deep.equal(["root"]);
  });

  it("finds a count that the bundle does not bear out", async () => {
    const { bundle, root } = await world.settle(await makeAll());
    const { settler } = world.deployed.accounts;
    const registry = world.deployed.proofs.connect(settler);
    const batch = batchForChain({ root, count: 1000, bundle });
    await registry.settle(batch);
    const id = (await registry.batchIdOf(settler.address, batch)) as Hex;
    expect(named(await world.audit(id), "failed")).to.deep.equal(["bundle-index"]);
  });

  it("asks the verifier about no seal that it can check itself, and says which those are", async () => {
    const verifier = (await world.deployed.verifier.getAddress()).toLowerCase();
    const { provider: honest } = await world.knowledge();
    let asked = 0;
    const provider = bend(honest, {
      call: (request): Promise<string> => {
        if (request.to === verifier) asked += 1;
        return honest.call(request);
      },
    });
    const [first, second] = await makeAll();
    const report = await world.audit((await world.settle([first!])).batchId, { provider });
    expect(named(report, "failed")).to.deep.equal([]);
    expect(report.checks.find(({ check }) => check === "seal")!.detail).to.contain("checked here");
    expect(asked).to.equal(0);
    const forged = await world.settle([{ ...second!, seal: first!.seal }]);
    expect(named(await world.audit(forged.batchId, { provider }), "failed")).to.deep.equal(["seal"]);
    expect(asked).to.equal(1);
  });

  it("finds a proof in it whose seal is of another key", async () => {
    const [first, second] = await makeAll();
    const { batchId, entries } = await world.settle([first!, { ...second!, seal: first!.seal }]);
    const report = await world.audit(batchId);
    expect(named(report, "failed")).to.deep.equal(["seal"]);
    expect(entries).to.have.length(2);
    expect(report.checks.filter(({ status }) => status === "failed")).to.have.length(1);
  });

  it("audits a proof that was recorded from it, with its place under the stored root", async () => {
    const { batchId, entries, tree } = await world.settle(await makeAll());
    const { proof, proofId, seal: sealOf, offset, length } = entries[2]!;
    await world.deployed.proofs.recordFromBatch(
      batchId,
      proof,
      offset,
      length,
      [...tree.merkleProof(proofId)!],
      sealOf,
    );
    const recordId = (await world.deployed.proofs.batchRecordIdOf(batchId, proofId)) as Hex;
    const report = await world.audit(recordId);
    expect(report.outcome, JSON.stringify(report.checks.filter(({ status }) => status !== "passed"))).to.equal(
      "passed",
    );
    expect(named(report, "passed")).to.include("position");
  });

  it("is the same batch when it is settled again", async () => {
    const parts = await makeAll();
    const first = await world.settle(parts);
    const second = await world.settle([...parts].reverse());
    expect(second.batchId).to.equal(first.batchId);
    expect(second.alreadySettled).to.equal(true);
  });
});
