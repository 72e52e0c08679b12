import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishModel } from "../../src/models/publish.ts";
import { describeInference } from "../../src/proofs/describe-inference.ts";
import { now } from "../contracts/support/deployment.ts";
import { AuditWorld, features, named } from "./support/audit-world.ts";
import { endless, int64, one } from "./support/hostile-graphs.ts";
import { bytes32 } from "./support/sample-proof.ts";

describe("auditProof and the time that models take", () => {
  let world: AuditWorld;
  let folder: string;

  before(async () => {
    world = await AuditWorld.create();
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-endless-"));
    await writeFile(join(folder, "model.onnx"), endless());
  });
  after(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("gives it up after a few time limits, however many proofs speak of it, and runs the others", async () => {
    const registry = world.deployed.models.connect(world.deployed.accounts.stranger);
    const { modelId, version, manifestReference } = await publishModel({
      ...{ folder, name: "endless", registry, store: world.store },
    });
    const model = { modelId, modelVersion: version, manifestHash: manifestReference.contentHash };
    const producedAt = await now();
    const make = async (request: number) => {
      const described = await describeInference({
        model,
        inputs: [int64("n", [], 2n ** 62n), one],
        outputs: [one],
        runtime: world.session.runtime,
        requestId: bytes32(`request ${String(request)}`),
        producedAt,
        plaintextFor: "everybody",
      });
      return world.seal(described, { place: "batch" });
    };
    const hostile = await Promise.all([1, 2, 3, 4].map(make));
    const { batchId } = await world.settle([...hostile, await world.make({ place: "batch" })]);
    const report = await world.audit(batchId, { rerunTimeoutMs: 4_000 });
    expect(named(report, "failed")).to.deep.equal([]);
    const reruns = report.checks.filter(({ check }) => check === "rerun");
    expect(reruns.filter(({ status }) => status === "passed")).to.have.length(1);
    expect(reruns.filter(({ detail }) => detail.startsWith("runtime.timeout"))).to.have.length(2);
    expect(reruns.filter(({ detail }) => detail === "this model took too long 2 times")).to.have.length(2);
  });

  it("begins no further run once all its time is spent, and says so of the rest", async () => {
    const rows = [features(5.1, 3.5, 1.4, 0.2), features(6.4, 3.2, 4.5, 1.5), features(6.3, 3.3, 6, 2.5)];
    const parts = await Promise.all(rows.map((input) => world.make({ place: "batch", input })));
    const { batchId } = await world.settle(parts);
    // Loading the first takes longer than that.
    const report = await world.audit(batchId, { rerunBudgetMs: 1 });
    expect(report.outcome).to.equal("incomplete");
    const reruns = report.checks.filter(({ check }) => check === "rerun");
    expect(reruns.map(({ status }) => status)).to.deep.equal(["passed", "not-checked", "not-checked"]);
    expect(reruns.at(-1)!.detail).to.contain("all that this audit gives them");
  });
});
