import { expect } from "chai";

import { agreedStatus } from "../../src/walrus/agreed-status.ts";
import { certificateCheck } from "../../src/walrus/certificate-check.ts";
import { collectCertificate } from "../../src/walrus/collect-certificate.ts";
import type { Committee } from "../../src/walrus/committee.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { fetchLocalCommittee } from "../../src/walrus/fetch-local-committee.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { verifyCertificate } from "../../src/walrus/verify-certificate.ts";
import { failure } from "./failure.ts";
import { deadUrl, fakeServer } from "./fake-server.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";
import { readVectors } from "./vectors.ts";

const samples = readVectors<{
  readonly storageNode: { readonly status: { readonly success: { readonly data: object } } };
}>("http-samples.json");
const absent = "SOXf9RHkBueSe_TPBBL-o3dzbxBNhDNzf1W5zplXmdc";

describe("collectCertificate", () => {
  let directory: TemporaryDirectory;
  let walrus: LocalWalrus;
  let pool: EncoderPool;
  let blobId: string;
  let committee: Committee;

  before(async () => {
    directory = await temporaryDirectory();
    pool = new EncoderPool();
    // Seven nodes share ten shards: weights 2, 2, 2, 1, 1, 1, 1, and a quorum is 7.
    walrus = await LocalWalrus.start({ directory: directory.path, nShards: 10, nodes: 7, pool });
    const store = new HttpBlobStore({ publishers: [walrus.url], aggregators: [], nShards: 10, pool });
    ({ blobId } = await store.put({ bytes: Buffer.from("certified"), epochs: 5 }));
  });
  beforeEach(async () => {
    committee = await fetchLocalCommittee({ url: walrus.url });
  });
  after(async () => {
    await walrus.stop();
    await pool.close();
    await directory[Symbol.asyncDispose]();
  });

  /** The committee with some nodes' addresses replaced. */
  function withUrls(urls: Readonly<Record<number, string>>): Committee {
    return {
      ...committee,
      members: committee.members.map((member, place) => ({ ...member, url: urls[place] ?? member.url })),
    };
  }

  it("collects a quorum's signatures in the current epoch", async () => {
    const { certificate, facts } = await collectCertificate({ blobId, committee });
    expect(facts).to.include({ blobId, epoch: walrus.epoch });
    expect(facts.weight).to.be.at.least(7);
    expect(verifyCertificate({ certificate, committee })).to.deep.equal(facts);
  });

  it("keeps the certificate under which the blob was stored", () => {
    const kept = walrus.certificateOf(blobId);
    if (kept === undefined) throw new Error("no certificate");
    const facts = verifyCertificate({ certificate: kept.certificate, committee: { ...committee, epoch: kept.epoch } });
    expect(facts).to.include({ blobId });
    expect(facts.weight).to.be.at.least(7);
  });

  it("does with exactly a quorum, and not with one less", async () => {
    const dead = await deadUrl();
    const enough = await collectCertificate({ blobId, committee: withUrls({ 4: dead, 5: dead, 6: dead }) });
    expect(enough.facts).to.deep.include({ weight: 7, signers: [0, 1, 2, 3] });
    const short = withUrls({ 3: dead, 4: dead, 5: dead, 6: dead });
    const error = await failure(collectCertificate({ blobId, committee: short }));
    expect(error.code).to.equal("walrus.certificate-below-quorum");
    expect(error.found)
      .to.contain("weight 6")
      .and.match(/ECONNREFUSED.* \(and 3 more nodes\)$/);
  });

  it("leaves out a node that forges its signature, and names it when that breaks the quorum", async () => {
    // Each node's address leads to another node, whose signature is well-formed but not its own.
    const crossed = withUrls({ 0: committee.members[1]?.url ?? "", 6: committee.members[5]?.url ?? "" });
    const { facts } = await collectCertificate({ blobId, committee: crossed });
    expect(facts.signers).to.deep.equal([1, 2, 3, 4, 5]);
    const worse = withUrls({ 0: committee.members[1]?.url ?? "", 1: committee.members[2]?.url ?? "" });
    const error = await failure(collectCertificate({ blobId, committee: worse }));
    expect(error.code).to.equal("walrus.certificate-below-quorum");
    expect(error.found).to.contain("weight 6").and.contain("another signature");
  });

  it("refuses each of two nodes that hand in the other's signature", async () => {
    const [first, second] = committee.members;
    const swapped = withUrls({ 0: second?.url ?? "", 1: first?.url ?? "" });
    const error = await failure(collectCertificate({ blobId, committee: swapped }));
    // Weight 4 of 10 handed in what is not their own; together it would have added up.
    expect(error.code).to.equal("walrus.certificate-below-quorum");
    expect(error.found).to.contain("weight 6").and.contain("another signature");
  });

  it("waits for no slow node once a quorum has signed, and asks no more nodes than it must", async () => {
    await using mute = await fakeServer(() => undefined);
    const weights: number[] = [];
    const slow = withUrls({ 0: mute.url, 4: mute.url });
    const began = performance.now();
    const onWeight = (weight: number): void => void weights.push(weight);
    const { facts } = await collectCertificate({ blobId, committee: slow, onWeight });
    expect(facts).to.deep.include({ weight: 7, signers: [1, 2, 3, 5, 6] });
    expect(weights.at(-1)).to.equal(7);
    expect(performance.now() - began).to.be.lessThan(5_000);
    const fast = await collectCertificate({ blobId, committee, concurrency: 1 });
    expect(fast.facts).to.deep.include({ weight: 7, signers: [0, 1, 2, 3] });
  });

  it("gives up a node that begins no answer in time, when it is needed", async () => {
    await using mute = await fakeServer(() => undefined);
    const slow = withUrls({ 0: mute.url, 1: mute.url });
    const limits = { answerMs: 2_000, idleMs: 2_000, minBytesPerSecond: 1 };
    const error = await failure(collectCertificate({ blobId, committee: slow, limits }));
    expect(error.found).to.contain("weight 6").and.contain("no answer within 2000 ms");
  });

  it("counts weight, not nodes: many light ones are no quorum", async () => {
    const dead = await deadUrl();
    const light = withUrls({ 0: dead, 1: dead });
    expect((await failure(collectCertificate({ blobId, committee: light }))).found).to.contain("weight 6");
  });

  it("leaves out nodes that sign another message, send none, or send too much", async () => {
    const other = await collectCertificate({ blobId, committee });
    const signed = {
      serializedMessage: Buffer.from(
        other.certificate.message.slice(2).replace("01000301", "01000302"),
        "hex",
      ).toString("base64"),
      signature: Buffer.from(other.certificate.signature.slice(2), "hex").toString("base64"),
    };
    await using stale = await fakeServer((_, response) =>
      response.end(JSON.stringify({ success: { data: { signed } } })),
    );
    await using silly = await fakeServer((_, response) => response.end('{"success":1}'));
    await using long = await fakeServer((_, response) => response.end(Buffer.alloc(1_000_000)));
    const { facts } = await collectCertificate({
      blobId,
      committee: withUrls({ 4: stale.url, 5: silly.url, 6: long.url }),
    });
    expect(facts.signers).to.deep.equal([0, 1, 2, 3]);
  });

  it("gets no certificate for a blob that is not there", async () => {
    const error = await failure(collectCertificate({ blobId: absent, committee }));
    expect(error.code).to.equal("walrus.certificate-below-quorum");
    expect(error.found).to.contain("not been registered");
  });

  it("gets none under a committee whose epoch has ended, and a new one under the next", async () => {
    await walrus.advanceEpoch();
    const error = await failure(collectCertificate({ blobId, committee }));
    expect(error.code).to.equal("walrus.certificate-below-quorum");
    const next = await fetchLocalCommittee({ url: walrus.url });
    expect((await collectCertificate({ blobId, committee: next })).facts.epoch).to.equal(committee.epoch + 1);
  });

  it("says in words what an audit's check has shown", async () => {
    const text = await certificateCheck({ committee })(blobId);
    expect(text).to.contain(blobId).and.contain(`epoch ${committee.epoch}`);
    expect((await failure(certificateCheck({ committee })(absent))).code).to.equal("walrus.certificate-below-quorum");
  });

  it("stops when aborted", async () => {
    await using mute = await fakeServer(() => undefined);
    const urls = Object.fromEntries(committee.members.map((_, place) => [place, mute.url]));
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error("enough")), 30);
    const work = collectCertificate({ blobId, committee: withUrls(urls), signal: abort.signal });
    expect(await work.catch((error: unknown) => error)).to.have.property("message", "enough");
  });

  describe("agreedStatus", () => {
    it("tells the lease on which the nodes agree", async () => {
      const status = await agreedStatus({ blobId, committee });
      expect(status).to.include({ state: "certified", endEpoch: 6, deletable: false });
      expect((await agreedStatus({ blobId: absent, committee })).state).to.equal("nonexistent");
    });

    for (const [what, data, expected] of [
      [
        "a permanent blob",
        samples.storageNode.status.success.data,
        { state: "certified", endEpoch: 35, deletable: false },
      ],
      [
        "a registered blob",
        {
          permanent: {
            endEpoch: 40,
            isCertified: false,
            statusEvent: {},
            deletableCounts: {},
            initialCertifiedEpoch: null,
          },
        },
        { state: "registered", endEpoch: 40, deletable: false },
      ],
      [
        "a deletable blob",
        { deletable: { deletableCounts: { count_deletable_total: 1 }, initialCertifiedEpoch: 3 } },
        { state: "certified", endEpoch: undefined, deletable: true },
      ],
      ["an invalid blob", { invalid: { event: {} } }, { state: "invalid", endEpoch: undefined, deletable: undefined }],
      ["no blob", "nonexistent", { state: "nonexistent", endEpoch: undefined, deletable: undefined }],
    ] as const) {
      it(`understands the specification's shape of ${what}`, async () => {
        await using node = await fakeServer((_, response) =>
          response.end(JSON.stringify({ success: { code: 200, data } })),
        );
        const all = Object.fromEntries(committee.members.map((_, place) => [place, node.url]));
        expect(await agreedStatus({ blobId, committee: withUrls(all) })).to.deep.include(expected);
      });
    }

    it("waits for no slow node once a quorum agrees", async () => {
      await using mute = await fakeServer(() => undefined);
      const status = await agreedStatus({ blobId, committee: withUrls({ 0: mute.url, 4: mute.url }) });
      expect(status.sources?.endEpoch).to.contain("weight 7 of 10");
    });

    it("believes no minority that could be dishonest", async () => {
      await using liar = await fakeServer((_, response) =>
        response.end(JSON.stringify({ success: { data: { permanent: { endEpoch: 99, isCertified: true } } } })),
      );
      // Weight 3 of 10 lies.
      const lied = await agreedStatus({ blobId, committee: withUrls({ 0: liar.url, 3: liar.url }) });
      expect(lied.endEpoch).to.equal(6);
      const dead = await deadUrl();
      const alone = withUrls({ 0: liar.url, 1: dead, 2: dead, 3: liar.url, 4: dead, 5: dead, 6: dead });
      expect((await failure(agreedStatus({ blobId, committee: alone }))).code).to.equal("walrus.status-disputed");
    });
  });

  describe("fetchLocalCommittee", () => {
    it("reads the committee, sorted and of full weight", () => {
      expect(committee.members.map(({ nodeId }) => nodeId)).to.deep.equal(
        committee.members.map(({ nodeId }) => nodeId).toSorted(),
      );
      expect(committee.members.map(({ weight }) => weight)).to.deep.equal([2, 2, 2, 1, 1, 1, 1]);
    });

    it("says so where there is no local network", async () => {
      await using other = await fakeServer((_, response) => response.writeHead(404).end());
      expect((await failure(fetchLocalCommittee({ url: other.url }))).code).to.equal("walrus.no-local-committee");
      const error = await failure(fetchLocalCommittee({ url: await deadUrl() }));
      expect(error.code).to.equal("walrus.aggregator-unreachable");
    });

    it("refuses a committee of wrong form", async () => {
      const wrong = { ...committee, nShards: 11 };
      await using liar = await fakeServer((_, response) => response.end(JSON.stringify(wrong)));
      expect((await failure(fetchLocalCommittee({ url: liar.url }))).code).to.equal("walrus.committee-invalid");
      await using silly = await fakeServer((_, response) => response.end("[]"));
      expect((await failure(fetchLocalCommittee({ url: silly.url }))).code).to.equal(
        "walrus.aggregator-answer-invalid",
      );
    });
  });
});
