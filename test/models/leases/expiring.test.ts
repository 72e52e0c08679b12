import { expect } from "chai";
import { expiringVersions } from "../../../src/models/leases/expiring-versions.ts";
import type { ExpiringVersionsOptions } from "../../../src/models/leases/expiring-versions.ts";
import { renewVersions } from "../../../src/models/leases/renew-versions.ts";
import { lastEndWithin, parseWithin } from "../../../src/models/leases/within.ts";
import { refusal } from "../../support/rejection.ts";
import { Folders } from "../support/folders.ts";
import { setUpLeases } from "../support/lease-world.ts";

describe("Versions that end soon", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  async function setUp() {
    const world = await setUpLeases(folders);
    const { registry, publisher, store, source } = world;
    const looking = { ...source, registry, store, account: publisher.address, epoch: 4, lastEnd: 9 };
    const found = async (options: Partial<ExpiringVersionsOptions> = {}): Promise<string[]> => {
      const names: string[] = [];
      for await (const { model, version } of expiringVersions({ ...looking, ...options })) {
        names.push(`${model.name}@${version.version}`);
      }
      return names;
    };
    return { ...world, looking, found };
  }

  it("are the active ones of the models that an account registered or accepted, and still owns", async () => {
    const { registry, publisher, stranger, publish, found } = await setUp();
    const theirs = registry.connect(stranger);
    const { modelId } = await publish({ a: "1" });
    await publish({ a: "2" }, { epochs: 20 });
    await publish({ a: "3" });
    await publish({ a: "4" });
    await registry.setStatus(modelId, 3, 1, "");
    const given = await publish({ a: "5" }, { name: "given" });
    await registry.offerModel(given.modelId, stranger);
    await theirs.acceptModel(given.modelId);
    const taken = await publish({ a: "6" }, { name: "taken", as: theirs });
    await theirs.offerModel(taken.modelId, publisher);
    await registry.acceptModel(taken.modelId);
    // Anybody may name anybody as publisher, who must not pay for that.
    const named = await publish({ a: "7" }, { name: "named", as: theirs });
    await theirs.setPublisher(named.modelId, publisher, true);
    expect(await found()).to.deep.equal(["m@4", "m@1", "taken@1"]);
    expect(await found({ lastEnd: 8 })).to.be.empty;
    expect(await found({ account: stranger.address })).to.deep.equal(["named@1", "given@1"]);
  });

  it("are found whatever was claimed, where the claim cannot be true or storage nodes are asked anyway", async () => {
    const { registry, publish, found } = await setUp();
    const { modelId } = await publish({ a: "1" });
    await registry.renew(modelId, 1, 4 + 53);
    expect(await found()).to.be.empty;
    expect(await found({ thorough: true })).to.deep.equal(["m@1"]);
    await registry.renew(modelId, 1, 4_000_000);
    expect(await found()).to.deep.equal(["m@1"]);
    expect(await found({ lastEnd: 8 })).to.be.empty;
  });

  it("are renewed one after the other, shared blobs once, and each failure is named", async () => {
    const { registry, store, publish, looking, renewing } = await setUp();
    const large = { weights: Buffer.alloc(32 * 1024 * 1024, 1) };
    const { blobs } = await publish({ ...large, a: "1" });
    const lost = await publish({ ...large, a: "2" });
    store.blobs.delete(lost.manifestReference.blobId);
    const shared = blobs.find(({ size }) => size > 1_000)?.blobId ?? "";
    const outcomes = await renewVersions({ ...renewing, versions: expiringVersions(looking) });
    const complete = outcomes.map((outcome) => outcome.kind === "renewed" && outcome.renewed.complete);
    expect(complete).to.deep.equal([false, true]);
    expect(store.extended.filter((blobId) => blobId === shared)).to.have.length(1);
    const [first] = outcomes;
    expect(first?.kind === "renewed" && first.renewed.problem?.code).to.equal("walrus.blob-not-found");
    expect((await registry.releaseOf(lost.modelId, 1)).endEpoch).to.equal(14n);
    expect((await registry.releaseOf(lost.modelId, 2)).endEpoch).to.equal(9n);
  });
});

describe("A span until a lease ends", () => {
  const times = { epochStartedAt: new Date(Date.UTC(2027, 0, 1)), epochSeconds: 14 * 86_400 };
  const system = { epoch: 10, nShards: 1000, ...times, prices: undefined, source: "a test" };
  const now = Date.UTC(2027, 0, 8);

  it("is read as epochs or days", async () => {
    expect(parseWithin("3")).to.deep.equal({ epochs: 3 });
    expect(parseWithin("10d")).to.deep.equal({ days: 10 });
    for (const text of ["", "-1", "1.5", "3w", "d", "123456"]) {
      await refusal("models.within-invalid", () => parseWithin(text));
    }
  });

  it("reaches to the last end that falls into it", async () => {
    expect(lastEndWithin({ epochs: 3 }, { system })).to.equal(13);
    // Epoch 11 begins in seven days, epoch 12 in twenty-one.
    expect([6, 7, 20, 21].map((days) => lastEndWithin({ days }, { system, now }))).to.deep.equal([10, 11, 11, 12]);
    const still = { ...system, epochStartedAt: undefined, epochSeconds: undefined };
    await refusal("models.epoch-length-unknown", () => lastEndWithin({ days: 1 }, { system: still }));
  });
});
