import { expect } from "chai";

import { fetchLocalCommittee } from "../../src/walrus/fetch-local-committee.ts";
import { localSystemSource } from "../../src/walrus/fetch-local-system.ts";
import { encodedSize } from "../../src/walrus/encoding-parameters.ts";
import type { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { formatWal, storageCost } from "../../src/walrus/storage-cost.ts";
import { epochBeginsAt, type SystemSource, type WalrusSystem } from "../../src/walrus/system.ts";
import { verifyCertificate } from "../../src/walrus/verify-certificate.ts";
import { failure } from "./failure.ts";
import { deadUrl, fakeServer } from "./fake-server.ts";
import { absent, bytes, useStore } from "./use-store.ts";

const system: WalrusSystem = {
  epoch: 10,
  nShards: 1000,
  epochStartedAt: new Date("2026-11-01T00:00:00Z"),
  epochSeconds: 14 * 86_400,
  prices: { storage: 100n, write: 2_000n },
  source: "a test",
};

describe("the life of a blob", () => {
  const { walrus, stored, open } = useStore();
  const source = (): SystemSource => localSystemSource({ urls: [walrus().url] });
  const informed = (): HttpBlobStore => open({ system: source() });

  describe("status", () => {
    it("tells state, end and deletability, each with where it was learned", async () => {
      const { state, endEpoch, deletable, sources } = await informed().status({ blobId: stored().blobId });
      expect({ state, endEpoch, deletable }).to.deep.equal({ state: "certified", endEpoch: 6, deletable: false });
      const nodes = "storage nodes of weight";
      expect(sources?.state).to.contain(nodes);
      expect(sources?.endEpoch).to.contain(nodes);
      expect(sources?.deletable).to.contain(nodes);
    });

    it("dates the end where epochs follow a clock, and says by whom", async () => {
      const timed: SystemSource = { ...source(), system: () => Promise.resolve({ ...system, epoch: walrus().epoch }) };
      const { endsAt, sources } = await open({ system: timed }).status({ blobId: stored().blobId });
      expect(endsAt?.toISOString()).to.equal("2027-01-10T00:00:00.000Z");
      expect(sources?.endsAt).to.equal("a test");
      expect(await informed().status({ blobId: stored().blobId })).to.not.have.property("endsAt");
    });

    it("says that a blob is deletable", async () => {
      const { blobId } = await informed().put({ bytes: Buffer.from("deletable"), deletable: true });
      expect(await informed().status({ blobId })).to.include({ state: "certified", deletable: true });
    });

    it("knows only what an aggregator says where there is no committee", async () => {
      const status = await open().status({ blobId: stored().blobId });
      expect(status).to.include({ state: "certified", endEpoch: undefined, deletable: undefined });
      expect(status.sources).to.deep.equal({ state: `${walrus().url}/v1/blobs/${stored().blobId}` });
    });
  });

  describe("extend", () => {
    it("pays for more epochs and keeps the Blob ID", async () => {
      const { blobId, contentHash } = await informed().put({ bytes: Buffer.from("extended"), epochs: 2 });
      const extended = await informed().extend({ blobId, epochs: 9 });
      expect(extended).to.include({ blobId, contentHash, endEpoch: walrus().epoch + 9 });
      expect((await informed().status({ blobId })).endEpoch).to.equal(walrus().epoch + 9);
      const again = await informed().extend({ blobId, contentHash, epochs: 4 });
      expect(again).to.include({ endEpoch: walrus().epoch + 9, alreadyCertified: true });
    });

    it("refuses what is not there, half an epoch, and a publisher that does less than asked", async () => {
      expect((await failure(informed().extend({ blobId: absent, epochs: 3 }))).code).to.equal("walrus.blob-not-found");
      const { blobId } = stored();
      expect((await failure(informed().extend({ blobId, epochs: 0.5 }))).code).to.equal("walrus.epochs-invalid");
      await using short = await fakeServer((request, response) => {
        request.resume();
        request.on("end", () => response.end(JSON.stringify({ alreadyCertified: { blobId, endEpoch: 6 } })));
      });
      const store = open({ publishers: [short.url], system: source() });
      expect((await failure(store.extend({ blobId, epochs: 20 }))).code).to.equal("walrus.publisher-broke-terms");
      expect((await failure(open({ publishers: [] }).extend({ blobId, epochs: 1 }))).code).to.equal(
        "walrus.no-publisher",
      );
    });
  });

  it("is paid for as long as was asked, or the publisher is passed over", async () => {
    const bytes = Buffer.from("for as long as was asked");
    const { blobId } = await open().put({ bytes, epochs: 1 });
    let end = walrus().epoch + 19;
    await using short = await fakeServer((request, response) => {
      request.resume();
      request.on("end", () => response.end(JSON.stringify({ alreadyCertified: { blobId, endEpoch: end } })));
    });
    const error = await failure(open({ publishers: [short.url], system: source() }).put({ bytes, epochs: 20 }));
    expect([error.code, error.expected]).to.deep.equal([
      "walrus.publisher-broke-terms",
      "a blob paid for until epoch 21",
    ]);
    const both = open({ publishers: [short.url, walrus().url], system: source() });
    expect((await both.put({ bytes, epochs: 20 })).endEpoch).to.equal(walrus().epoch + 20);
    // Who does not know the epoch has to take the publisher's word, and one that pays for more is welcome.
    expect((await open({ publishers: [short.url] }).put({ bytes, epochs: 20 })).endEpoch).to.equal(end);
    end += 5;
    expect((await open({ publishers: [short.url], system: source() }).put({ bytes, epochs: 20 })).endEpoch).to.equal(
      end,
    );
  });

  it("goes to no network of another number of shards, where it would have another Blob ID", async () => {
    let asked = 0;
    await using publisher = await fakeServer((_, response) => {
      asked += 1;
      response.end();
    });
    const store = open({ publishers: [publisher.url], system: source(), nShards: 13 });
    const error = await failure(store.put({ bytes }));
    expect([error.code, asked]).to.deep.equal(["walrus.shard-count-mismatch", 0]);
    expect(error.found).to.contain("10 shards");
  });

  describe("certificate", () => {
    it("is fresh and verified, and needs a committee", async () => {
      const { certificate, facts } = await informed().certificate({ blobId: stored().blobId });
      const committee = await fetchLocalCommittee({ url: walrus().url });
      expect(verifyCertificate({ certificate, committee })).to.deep.equal(facts);
      expect((await failure(open().certificate({ blobId: stored().blobId }))).code).to.equal("walrus.no-committee");
    });
  });

  describe("storageCost", () => {
    it("is that of Walrus's own sample", () => {
      const cost = storageCost({ size: 17, epochs: 1, prices: { storage: 100n, write: 2_000n } });
      expect(cost).to.include({
        encodedSize: 66_034_000,
        units: 63,
        perEpoch: 6_300n,
        write: 126_000n,
        total: 132_300n,
      });
    });

    it("grows with epochs, not with bytes below the smallest blob", () => {
      const prices = { storage: 7n, write: 11n };
      const of = (size: number, epochs: number): bigint | undefined => storageCost({ size, epochs, prices }).total;
      expect(of(1, 53)).to.equal(63n * (7n * 53n + 11n));
      expect(of(0, 53)).to.equal(of(400_000, 53));
      expect(storageCost({ size: 1, epochs: 1 })).to.include({
        encodedSize: encodedSize({ size: 1, nShards: 1000 }),
        total: undefined,
      });
    });

    it("is shown in WAL without losing a FROST", () => {
      expect([0n, 1n, 132_300n, 10n ** 9n, 1_500_000_001n].map(formatWal)).to.deep.equal([
        "0 WAL",
        "0.000000001 WAL",
        "0.0001323 WAL",
        "1 WAL",
        "1.500000001 WAL",
      ]);
    });
  });

  describe("localSystemSource", () => {
    it("tells epoch, shards and prices", async () => {
      const told = await source().system();
      expect(told).to.deep.include({ epoch: 1, nShards: 10, prices: { storage: 100n, write: 2_000n } });
      expect(told?.epochStartedAt?.getTime()).to.be.within(Date.now() - 600_000, Date.now());
      expect(told?.epochSeconds, "its epochs end by call").to.equal(undefined);
    });

    it("knows nothing of other networks, asks the next server where one is down, and fails where all are", async () => {
      await using other = await fakeServer((_, response) => response.writeHead(404).end());
      const { system: readSystem, committee } = localSystemSource({ urls: [other.url] });
      expect([await readSystem(), await committee()]).to.deep.equal([undefined, undefined]);
      const dead = await deadUrl();
      expect((await localSystemSource({ urls: [dead, walrus().url] }).system())?.epoch).to.equal(1);
      const none = localSystemSource({ urls: [dead] }).system();
      expect((await failure(none)).code).to.equal("walrus.aggregator-unreachable");
    });

    it("reckons when an epoch begins", () => {
      expect(epochBeginsAt({ system, epoch: 12 })?.toISOString()).to.equal("2026-11-29T00:00:00.000Z");
      expect(epochBeginsAt({ system: { ...system, epochSeconds: undefined }, epoch: 12 })).to.equal(undefined);
    });
  });

  it("is the same blob for everyone: a second put of the same bytes costs nothing", async () => {
    expect(await informed().put({ bytes })).to.include({ blobId: stored().blobId, alreadyCertified: true });
  });
});
