import { bls12_381 } from "@noble/curves/bls12-381.js";
import { expect } from "chai";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { parseSignature } from "../../src/walrus/bls.ts";
import { collectCertificates } from "../../src/walrus/collect-certificates.ts";
import type { Committee } from "../../src/walrus/committee.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { fetchLocalCommittee } from "../../src/walrus/fetch-local-committee.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { verifyCertificate } from "../../src/walrus/verify-certificate.ts";
import { deadUrl, type FakeServer, fakeServer } from "./fake-server.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";

const absent = "SOXf9RHkBueSe_TPBBL-o3dzbxBNhDNzf1W5zplXmdc";

interface Answer {
  readonly success: { readonly data: { readonly signed: { readonly serializedMessage: string; signature: string } } };
}

describe("collectCertificates", () => {
  let directory: TemporaryDirectory;
  let walrus: LocalWalrus;
  let pool: EncoderPool;
  let blobIds: string[];
  let committee: Committee;

  before(async () => {
    directory = await temporaryDirectory();
    pool = new EncoderPool();
    // Seven nodes share ten shards: weights 2, 2, 2, 1, 1, 1, 1, and a quorum is 7.
    walrus = await LocalWalrus.start({ directory: directory.path, nShards: 10, nodes: 7, pool });
    const store = new HttpBlobStore({ publishers: [walrus.url], aggregators: [], nShards: 10, pool });
    const texts = ["one", "two", "three"];
    blobIds = await Promise.all(
      texts.map(async (text) => (await store.put({ bytes: Buffer.from(text), epochs: 5 })).blobId),
    );
    blobIds.sort((a, b) => (blobIdToHex(a) < blobIdToHex(b) ? -1 : 1));
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

  /** A node that answers as another one does, unless `change` says otherwise; and how often it was asked. */
  async function instead(
    place: number,
    change: (blobId: string, answer: Answer) => Answer | undefined,
  ): Promise<FakeServer & { readonly asked: string[] }> {
    const asked: string[] = [];
    const server = await fakeServer((request, response) => {
      const blobId = request.url?.split("/")[3] ?? "";
      asked.push(blobId);
      void fetch(`${committee.members[place]!.url}${request.url!}`)
        .then(async (real) => change(blobId, (await real.json()) as Answer))
        .then((answer) => response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer)));
    });
    return { ...server, asked };
  }

  const signersOf = (group: readonly { readonly facts: { readonly signers: readonly number[] } }[]) =>
    group.map(({ facts }) => facts.signers.join(""));

  it("gets certificates of all blobs by the same signers, each valid alone, in ascending order", async () => {
    const { groups, missing } = await collectCertificates({ blobIds: blobIds.toReversed(), committee });
    expect(missing.size).to.equal(0);
    expect(groups).to.have.length(1);
    const [group] = groups;
    expect(group!.map(({ facts }) => facts.blobId)).to.deep.equal(blobIds);
    for (const { certificate, facts } of group!) {
      expect(certificate.bitmap).to.equal(group![0]!.certificate.bitmap);
      expect(verifyCertificate({ certificate, committee })).to.deep.equal(facts);
    }
  });

  it("chooses those who signed for all blobs, and needs nobody who did not", async () => {
    await using forgetful = await instead(0, (blobId, answer) => (blobId === blobIds[1] ? undefined : answer));
    const { groups } = await collectCertificates({ blobIds, committee: withUrls({ 0: forgetful.url }) });
    expect(groups).to.have.length(1);
    for (const signers of signersOf(groups[0]!)) expect(signers).not.to.include("0");
  });

  it("makes single certificates where no quorum signed for all", async () => {
    // Weights 2 and 2 of 10: together too much to leave out.
    await using first = await instead(0, (blobId, answer) => (blobId === blobIds[0] ? undefined : answer));
    await using second = await instead(1, (blobId, answer) => (blobId === blobIds[2] ? undefined : answer));
    const urls = withUrls({ 0: first.url, 1: second.url });
    const { groups, missing } = await collectCertificates({ blobIds, committee: urls });
    expect(missing.size).to.equal(0);
    expect(groups.map((group) => group.map(({ facts }) => facts.blobId))).to.deep.equal([
      [blobIds[0], blobIds[1]],
      [blobIds[2]],
    ]);
    expect(signersOf(groups[0]!)).to.deep.equal(["123456", "123456"]);
    expect(signersOf(groups[1]!)).to.deep.equal(["023456"]);
  });

  it("gives up a blob that no quorum holds, and holds up no other", async () => {
    // Slow about what nobody has: it is not waited for.
    await using slow = await fakeServer(() => undefined);
    const all = [...blobIds, absent];
    const { groups, missing } = await collectCertificates({ blobIds: all, committee: withUrls({ 6: slow.url }) });
    expect(groups.map((group) => group.map(({ facts }) => facts.blobId))).to.deep.equal([blobIds]);
    expect([...missing.keys()]).to.deep.equal([absent]);
    expect(missing.get(absent)).to.include({ code: "walrus.certificate-below-quorum" });
    const none = await collectCertificates({ blobIds: [absent, absent.replace("SOX", "TOX")], committee });
    expect([none.groups.length, none.missing.size]).to.deep.equal([0, 2]);
  });

  it("finds a node whose signatures are wrong one by one and right in sum", async () => {
    const shift = bls12_381.G2.Point.BASE;
    const bent = (blobId: string, answer: Answer): Answer => {
      const { signed } = answer.success.data;
      const point = parseSignature(Buffer.from(signed.signature, "base64"));
      const moved = blobId === blobIds[0] ? point.add(shift) : blobId === blobIds[1] ? point.subtract(shift) : point;
      return {
        success: { data: { signed: { ...signed, signature: Buffer.from(moved.toBytes()).toString("base64") } } },
      };
    };
    await using liar = await instead(1, bent);
    const dead = await deadUrl();
    // Without node 0 the liar's weight is needed as long as nobody looks closely.
    const { groups, missing } = await collectCertificates({
      blobIds,
      committee: withUrls({ 1: liar.url, 5: dead }),
    });
    expect(missing.size).to.equal(0);
    expect(groups.flat()).to.have.length(3);
    for (const { certificate } of groups.flat()) verifyCertificate({ certificate, committee });
    for (const { facts } of groups.flat()) if (facts.blobId !== blobIds[2]) expect(facts.signers).not.to.include(1);
  });

  it("asks a node that does not answer only once", async () => {
    let asked = 0;
    await using broken = await fakeServer((request) => {
      asked += 1;
      request.socket.destroy();
    });
    const dead = await deadUrl();
    const rest = withUrls({ 0: broken.url, 6: dead });
    const { groups } = await collectCertificates({ blobIds, committee: rest });
    expect(groups).to.have.length(1);
    expect(asked).to.equal(1);
  });
});
