import { expect } from "chai";
import { addDocument } from "../../../src/models/documents/add-document.ts";
import { describeEnd, describeLease } from "../../../src/models/leases/describe-lease.ts";
import { versionStatus } from "../../../src/models/leases/version-status.ts";
import { Folders } from "../support/folders.ts";
import { setUpLeases } from "../support/lease-world.ts";

describe("versionStatus", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  async function setUp() {
    const world = await setUpLeases(folders);
    const { store, registry, reference } = world;
    const { blobs, manifestReference } = await world.publish({ a: "1", b: "2" });
    const [pack = ""] = blobs.map(({ blobId }) => blobId);
    const status = (documents = false) => versionStatus({ reference: reference(), registry, store, documents });
    return { ...world, pack, manifest: manifestReference.blobId, status };
  }

  it("tells the end of each blob, and the first of them", async () => {
    const { store, pack, manifest, status } = await setUp();
    store.leases.set(pack, { state: "certified", endEpoch: 7, deletable: false });
    const found = await status();
    expect(found.leases.map(({ role, blob }) => [role, blob.blobId])).to.deep.equal([
      ["manifest", manifest],
      ["files", pack],
    ]);
    expect(found.leases.map((lease) => lease.status?.endEpoch)).to.deep.equal([9, 7]);
    expect(found).to.include({ endEpoch: 7, safe: true, problem: undefined });
    expect(found.version.endEpoch, "as claimed").to.equal(9);
  });

  it("calls nothing safe that is lost, not certified, or its owner's to delete", async () => {
    const { store, pack, status } = await setUp();
    for (const lease of [
      { state: "registered", endEpoch: 9, deletable: false },
      { state: "certified", endEpoch: undefined, deletable: true },
      { state: "invalid", endEpoch: undefined, deletable: undefined },
    ] as const) {
      store.leases.set(pack, lease);
      expect((await status()).safe, lease.state).to.equal(false);
    }
    store.leases.delete(pack);
    expect(await status()).to.include({ safe: false, endEpoch: undefined });
  });

  it("says what is known when the manifest is lost, or nobody answers", async () => {
    const { store, manifest, status } = await setUp();
    store.blobs.delete(manifest);
    const lost = await status();
    expect(lost.problem?.code).to.equal("walrus.blob-not-found");
    expect(lost).to.include({ safe: false, endEpoch: undefined });
    expect(lost.leases).to.have.length(1);
  });

  it("looks at the documents that stand, if it is asked to", async () => {
    const { registry, store, reference, stranger, status } = await setUp();
    const folder = await folders.with({ one: "1", two: "2" });
    for (const name of ["one", "two"]) {
      const file = `${folder}/${name}`;
      await addDocument({ registry: registry.connect(stranger), reference: reference(), kind: "audit", file, store });
    }
    await registry.connect(stranger).revokeDocument((await status()).model.modelId, 1, 1, "");
    const { leases } = await status(true);
    expect(leases.map(({ role }) => role)).to.deep.equal(["manifest", "files", "document"]);
    expect(await status())
      .to.have.property("leases")
      .with.length(2);
  });
});

describe("Leases for people", () => {
  const blob = { blobId: "B", contentHash: "0x00", size: 1 } as const;
  const status = { blobId: "B", state: "certified", endEpoch: 9, deletable: false, source: "nodes" } as const;

  it("say the day where epochs follow a clock, and who says so", () => {
    const endsAt = new Date(Date.UTC(2027, 0, 5));
    const line = describeLease({ role: "files", blob, status: { ...status, endsAt }, problem: undefined });
    expect(line).to.equal("files     B  certified, until epoch 9 begins, about 2027-01-05, say nodes");
    const deletable = describeLease({
      role: "files",
      blob,
      status: { ...status, deletable: true },
      problem: undefined,
    });
    expect(deletable).to.include("DELETABLE");
    const lost = { ...status, state: "nonexistent" } as const;
    expect(describeLease({ role: "manifest", blob, status: lost, problem: undefined })).to.include("NONEXISTENT");
  });

  it("say that an end is past, or not known", () => {
    const times = { epochStartedAt: new Date(Date.UTC(2027, 0, 1)), epochSeconds: 86_400 };
    const system = { epoch: 4, nShards: 10, ...times, prices: undefined, source: "a test" };
    expect(describeEnd(6, system)).to.equal("until epoch 6 begins, about 2027-01-03");
    expect(describeEnd(4, system)).to.include("which is past");
    expect(describeEnd(6, undefined)).to.equal("until epoch 6 begins");
    expect(describeEnd(undefined, system)).to.equal("until an unknown epoch");
  });
});
