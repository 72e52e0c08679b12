import { expect } from "chai";
import { parseReference } from "../../src/models/reference.ts";
import { registerModel } from "../../src/models/register.ts";
import { setStatus } from "../../src/models/set-status.ts";
import type { SetStatusOptions } from "../../src/models/set-status.ts";
import { resolveVersion } from "../../src/models/resolve.ts";
import { refusal } from "../support/rejection.ts";
import { deployRegistry, ethers, networkHelpers } from "./support/chain.ts";

async function setUp() {
  const chain = await networkHelpers.loadFixture(deployRegistry);
  const { registry, publisher, stranger } = chain;
  const { modelId } = await registerModel({ registry, name: "m" });
  for (const seed of ["one", "two"]) {
    const hash = ethers.id(seed);
    await registry.publish(modelId, {
      manifest: { blobId: hash, contentHash: hash, size: 1 },
      blobsHash: hash,
      endEpoch: 1,
      label: seed,
    });
  }
  const reference = (after: string) => parseReference({ text: `${publisher.address}/m${after}` });
  const say = (after: string, status: SetStatusOptions["status"], reason?: string) =>
    setStatus({ registry, reference: reference(after), status, ...(reason !== undefined && { reason }) });
  const statusOf = async (after: string) =>
    (await resolveVersion({ registry, reference: reference(after) })).version.status;
  return { ...chain, theirs: registry.connect(stranger), modelId, reference, say, statusOf };
}

describe("setStatus", () => {
  it("deprecates a version, and takes that back", async () => {
    const { say, statusOf } = await setUp();
    const change = await say("@1", "deprecated", "use 2");
    expect(change).to.include({ version: 1, status: "deprecated", before: "active" });
    expect(change.transaction?.what).to.equal("status");
    expect(await statusOf("@1")).to.equal("deprecated");
    expect((await say("@one", "deprecated")).transaction).to.equal(undefined);
    expect(await say("@1", "active")).to.include({ status: "active", before: "deprecated" });
  });

  it("revokes a version for good, with a reason that the event keeps", async () => {
    const { registry, modelId, say, statusOf } = await setUp();
    const change = await say("@two", "revoked", "trained on the test set");
    const [event] = await registry.queryFilter(registry.filters.StatusSet(modelId), change.transaction?.blockNumber);
    expect(event?.args.reason).to.equal("trained on the test set");
    expect(await statusOf("@2")).to.equal("revoked");
    expect((await say("@2", "revoked", "again")).transaction).to.equal(undefined);
    await refusal("models.version-revoked", () => say("@2", "active"));
    await refusal("models.version-revoked", () => say("@2", "deprecated"));
  });

  it("sends nothing without a version, without a reason to revoke, or with too long a one", async () => {
    const { say, statusOf } = await setUp();
    for (const after of ["", "@latest"]) await refusal("models.version-missing", () => say(after, "revoked", "bad"));
    for (const reason of [undefined, "", " "])
      await refusal("models.reason-missing", () => say("@1", "revoked", reason));
    await refusal("models.reason-too-long", () => say("@1", "deprecated", "ü".repeat(129)));
    await say("@1", "deprecated", "ü".repeat(128));
    expect(await statusOf("@2")).to.equal("active");
    await refusal("models.version-unknown", () => say("@3", "revoked", "bad"));
  });

  it("is the owner's to say", async () => {
    const { theirs, reference } = await setUp();
    const options = { registry: theirs, reference: reference("@1"), status: "revoked", reason: "envy" } as const;
    expect((await refusal("chain.reverted", () => setStatus(options))).found).to.include("ModelRegistryNotOwner");
  });
});
