import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipients } from "../../src/models/age/recipients.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { publishModel } from "../../src/models/publish.ts";
import { newKey } from "../models/support/private-world.ts";
import { AuditWorld, named } from "./support/audit-world.ts";

describe("auditProof of a private model's inference", () => {
  it("checks all but the rerun without an identity, and the rerun too with the right one", async () => {
    const world = await AuditWorld.create();
    const root = await mkdtemp(join(tmpdir(), "scrimshaw-audit-private-"));
    try {
      const [reader, stranger] = [await newKey(), await newKey()];
      const encryption = { recipients: await parseRecipients([reader.recipient]), cache: new ModelCache({ root }) };
      const registry = world.deployed.models.connect(world.deployed.accounts.publisher);
      const folder = "examples/iris/model";
      const published = await publishModel({ folder, name: "private", registry, store: world.store, encryption });
      const { modelId, version, manifestReference } = published;
      const manifestHash = manifestReference.contentHash;
      const id = await world.record(await world.make({ modelId, modelVersion: version, manifestHash }));
      for (const sources of [{}, { identities: stranger.identities }]) {
        const report = await world.audit(id, sources);
        expect(report.outcome).to.equal("incomplete");
        expect(named(report, "not-checked")).to.deep.equal(["rerun"]);
      }
      expect(await world.audit(id, { identities: reader.identities })).to.include({ outcome: "passed" });
    } finally {
      await world.close();
      await rm(root, { recursive: true, force: true });
    }
  });

  it("runs an inference again from encrypted evidence for whom it was encrypted to alone", async () => {
    const world = await AuditWorld.create();
    try {
      const [reader, stranger] = [await newKey(), await newKey()];
      const plaintextFor = await parseRecipients([reader.recipient]);
      for (const place of ["alone", "batch"] as const) {
        const part = await world.make({ plaintextFor, place });
        const id = place === "alone" ? await world.record(part) : (await world.settle([part])).batchId;
        for (const [sources, why] of [
          [{}, "no identity that opens it was given"],
          [{ identities: stranger.identities }, "none of the given identities opens it"],
        ] as const) {
          const report = await world.audit(id, sources);
          expect(named(report, "failed")).to.be.empty;
          expect(named(report, "not-checked")).to.deep.equal(["rerun"]);
          expect(report.checks.find(({ check }) => check === "rerun")?.detail).to.contain(why);
        }
        expect(await world.audit(id, { identities: reader.identities })).to.include({ outcome: "passed" });
      }
    } finally {
      await world.close();
    }
  });
});
