import { expect } from "chai";
import { addDocument } from "../../../src/models/documents/add-document.ts";
import { previewRenewal } from "../../../src/models/leases/preview-renewal.ts";
import { renewVersion } from "../../../src/models/leases/renew-version.ts";
import type { RenewVersionOptions } from "../../../src/models/leases/renew-version.ts";
import { refusal } from "../../support/rejection.ts";
import { Folders } from "../support/folders.ts";
import { LeaseStore } from "../support/lease-store.ts";
import { setUpLeases } from "../support/lease-world.ts";

describe("renewVersion", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  async function setUp() {
    const world = await setUpLeases(folders);
    const { blobs, manifestReference } = await world.publish({ a: "1", b: "2" });
    const [pack = ""] = blobs.map(({ blobId }) => blobId);
    const renew = async (options: Partial<RenewVersionOptions> = {}) =>
      renewVersion({ ...world.renewing, resolved: await world.resolve("@1"), ...options });
    const claimed = async () => (await world.resolve("@1")).version.endEpoch;
    return { ...world, pack, manifest: manifestReference.blobId, renew, claimed };
  }

  it("pays for all blobs, the manifest's too, and records the end; run again it does nothing", async () => {
    const { store, pack, manifest, renew, claimed } = await setUp();
    const renewed = await renew();
    expect(renewed).to.include({ complete: true, endEpoch: 14, problem: undefined });
    expect(renewed.transaction?.what).to.equal("renew");
    expect(store.extended.toSorted()).to.deep.equal([pack, manifest].toSorted());
    expect(await claimed()).to.equal(14);
    const again = await renew();
    expect(again).to.include({ complete: true, endEpoch: 14, transaction: undefined });
    expect(again.leases.map(({ outcome }) => outcome)).to.deep.equal(["kept", "kept"]);
    expect(store.extended).to.have.length(2);
  });

  it("names what could not be renewed, renews the rest, and records what is true of all", async () => {
    const { store, pack, renew, claimed } = await setUp();
    store.leases.set(pack, { state: "registered", endEpoch: 14, deletable: false });
    const partly = await renew();
    expect(partly).to.include({ complete: false, endEpoch: undefined, transaction: undefined });
    const failed = partly.leases.filter(({ outcome }) => outcome === "failed");
    expect(failed.map(({ blob, problem }) => [blob.blobId, problem?.code])).to.deep.equal([
      [pack, "walrus.blob-not-found"],
    ]);
    expect(await claimed()).to.equal(9);
    // Somebody else has stored it again, for less.
    store.leases.set(pack, { state: "certified", endEpoch: 12, deletable: false });
    const refuse: LeaseStore["extend"] = () => new LeaseStore().extend({ blobId: pack, epochs: 1 });
    const stuck = await renew({ store: Object.assign(Object.create(store) as LeaseStore, { extend: refuse }) });
    expect(stuck).to.include({ complete: false, endEpoch: 12 });
    expect(await claimed()).to.equal(12);
    expect(await renew()).to.include({ complete: true, endEpoch: 14 });
  });

  it("believes no publisher: what storage nodes do not confirm is not recorded", async () => {
    const { store, renew, claimed } = await setUp();
    const lie: LeaseStore["extend"] = async (options) => ({
      ...(await new LeaseStore().put({ bytes: new Uint8Array([1]) })),
      blobId: options.blobId,
      endEpoch: 4_000_000,
    });
    const lied = await renew({ store: Object.assign(Object.create(store) as LeaseStore, { extend: lie }) });
    expect(lied).to.include({ complete: false, endEpoch: 9, transaction: undefined });
    expect(lied.leases[0]?.problem?.code).to.equal("walrus.publisher-broke-terms");
    const short: LeaseStore["extend"] = async (options) => ({ ...(await lie(options)), endEpoch: 13 });
    const broke = await renew({ store: Object.assign(Object.create(store) as LeaseStore, { extend: short }) });
    expect(broke.leases[0]?.problem?.found).to.equal("until epoch 13");
    expect(await claimed()).to.equal(9);
  });

  it("records no more than it asked for where nobody but the publisher knows the lease", async () => {
    const { store, renew, claimed } = await setUp();
    const blind = Object.assign(Object.create(store) as LeaseStore, {
      status: ({ blobId }: { readonly blobId: string }) =>
        Promise.resolve({ blobId, state: "certified", endEpoch: undefined, deletable: undefined, source: "a server" }),
      extend: async (options: Parameters<LeaseStore["extend"]>[0]) => ({
        ...(await store.extend(options)),
        endEpoch: 4_000_000,
      }),
    });
    expect(await renew({ store: blind })).to.include({ complete: true, endEpoch: 14 });
    expect(await claimed()).to.equal(14);
  });

  it("waits for storage nodes, which hear of an extension a little later", async () => {
    const { store, renew } = await setUp();
    const asked = new Map<string, number>();
    const slow = Object.assign(Object.create(store) as LeaseStore, {
      status: async ({ blobId }: { readonly blobId: string }) => {
        asked.set(blobId, (asked.get(blobId) ?? 0) + 1);
        const status = await store.status({ blobId });
        return (asked.get(blobId) ?? 0) < 4 ? { ...status, endEpoch: 9 } : status;
      },
    });
    expect(await renew({ store: slow })).to.include({ complete: true, endEpoch: 14 });
  });

  it("pays for the signer's own documents if it is told to, and for nobody else's", async () => {
    const { registry, stranger, store, reference, renew } = await setUp();
    const folder = await folders.with({ ours: "1", theirs: "2" });
    const common = { reference: reference(), kind: "audit", store } as const;
    const ours = await addDocument({ ...common, registry, file: `${folder}/ours` });
    await addDocument({ ...common, registry: registry.connect(stranger), file: `${folder}/theirs` });
    const { leases, endEpoch } = await renew({ documents: true });
    expect(leases.map(({ role, blob }) => (role === "document" ? blob.blobId : role))).to.deep.equal([
      "manifest",
      "files",
      ours.blob.blobId,
    ]);
    expect(endEpoch).to.equal(14);
  });

  it("pays for nothing that it may not record, nor where the epoch is unknown", async () => {
    const { registry, stranger, store, renew } = await setUp();
    await refusal("models.not-publisher", () => renew({ registry: registry.connect(stranger) }));
    const unknown = { ...store.system, system: () => Promise.resolve(undefined) };
    await refusal("models.epoch-unknown", () => renew({ system: unknown }));
    expect(store.extended).to.be.empty;
  });

  it("is previewed with its cost, for objects of one's own and for others", async () => {
    const { store, registry, pack, renewing, resolve } = await setUp();
    store.leases.set(pack, { state: "certified", endEpoch: 12, deletable: false });
    const prices = { storage: 100n, write: 2_000n };
    const preview = async (epochs: number) =>
      previewRenewal({ ...renewing, registry, resolved: await resolve("@1"), epochs, prices });
    const found = await preview(10);
    expect(found.wantedEnd).to.equal(14);
    expect(found.leases.map(({ epochs }) => epochs)).to.deep.equal([5, 2]);
    // 63 MiB of 1000 shards each.
    expect([found.extend, found.again]).to.deep.equal([63n * 100n * 7n, 2n * 63n * (100n * 10n + 2_000n)]);
    expect((await preview(5)).extend).to.equal(0n);
    expect(store.extended).to.be.empty;
  });
});
