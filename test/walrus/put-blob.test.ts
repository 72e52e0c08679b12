import { expect } from "chai";

import type { BlobProgress } from "../../src/walrus/blob-store.ts";
import { failure } from "./failure.ts";
import { deadUrl, fakeServer } from "./fake-server.ts";
import { absent, bytes, sha256, useStore } from "./use-store.ts";

describe("HttpBlobStore.put", () => {
  const { walrus, stored, open } = useStore();

  /** The walrus's own answer to a put, changed by `change`. */
  async function lyingPublisher(change: (answer: string) => string): Promise<ReturnType<typeof fakeServer>> {
    const real = await fetch(`${walrus().url}/v1/blobs?epochs=5&permanent=true&force=true`, {
      method: "PUT",
      body: bytes,
    });
    const answer = change(await real.text());
    return fakeServer((request, response) => {
      request.resume();
      request.on("end", () => response.end(answer));
    });
  }

  it("stores a blob and tells its reference, end and progress", async () => {
    const events: BlobProgress["kind"][] = [];
    const own = Uint8Array.from([...bytes, 1]);
    const put = await open({ epochs: 3 }).put({ bytes: own, onProgress: ({ kind }) => events.push(kind) });
    expect(put).to.include({
      size: 5_001,
      contentHash: sha256(own),
      endEpoch: walrus().epoch + 3,
      alreadyCertified: false,
    });
    expect(events.toSorted()).to.deep.equal(["encode", "encode", "stored", "upload"]);
    expect(events.at(-1)).to.equal("stored");
  });

  it("stores the same blob again for free", async () => {
    const again = await open().put({ bytes });
    expect(again).to.deep.equal({ ...stored(), alreadyCertified: true });
  });

  it("takes an empty blob", async () => {
    const empty = await open().put({ bytes: new Uint8Array() });
    expect(await open().get({ blobId: empty.blobId })).to.have.length(0);
    expect(await open().get({ blobId: empty.blobId, contentHash: empty.contentHash, size: 0 })).to.have.length(0);
  });

  it("refuses a publisher that answers with another Blob ID", async () => {
    await using liar = await lyingPublisher((answer) => answer.replace(stored().blobId, absent));
    const error = await failure(open({ publishers: [liar.url] }).put({ bytes }));
    expect(error.code).to.equal("walrus.blob-id-mismatch");
    expect(error.expected).to.contain(stored().blobId);
    expect(error.found).to.contain(absent);
  });

  for (const [what, from, to, code] of [
    ["stores it deletable", '"deletable":false', '"deletable":true', "walrus.publisher-broke-terms"],
    ["only registers it", '"certifiedEpoch":1', '"certifiedEpoch":null', "walrus.publisher-broke-terms"],
    ["stores another length", '"size":5000', '"size":4999', "walrus.publisher-broke-terms"],
    ["answers in another shape", '"newlyCreated"', '"created"', "walrus.publisher-answer-invalid"],
    ["answers no JSON", "{", "<", "walrus.publisher-answer-invalid"],
    ["answers JSON too deep to follow", /.*/s, "[".repeat(60_000), "walrus.publisher-answer-invalid"],
    [
      "answers objects too deep",
      /.*/s,
      `${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`,
      "walrus.publisher-answer-invalid",
    ],
    ["answers without end", /.*/s, `"${"x".repeat(1_000_000)}"`, "walrus.publisher-answer-invalid"],
    ["names an epoch that is none", '"endEpoch":6', '"endEpoch":1e300', "walrus.publisher-answer-invalid"],
  ] as const) {
    it(`refuses a publisher that ${what}`, async () => {
      await using liar = await lyingPublisher((answer) => answer.replace(from, to));
      expect((await failure(open({ publishers: [liar.url] }).put({ bytes }))).code).to.equal(code);
    });
  }

  it("goes on to the next publisher when one is down, broken or lies", async () => {
    await using broken = await fakeServer((_, response) => response.writeHead(500).end("oops"));
    await using liar = await lyingPublisher((answer) => answer.replace(stored().blobId, absent));
    const publishers = [await deadUrl(), broken.url, liar.url, walrus().url];
    expect((await open({ publishers }).put({ bytes })).blobId).to.equal(stored().blobId);
  });

  it("says how to start a publisher when none is there", async () => {
    const error = await failure(open({ publishers: [await deadUrl()] }).put({ bytes }));
    expect(error.code).to.equal("walrus.publisher-unreachable");
    expect(error.next).to.contain("npx hardhat walrus serve");
    expect((await failure(open({ publishers: [] }).put({ bytes }))).code).to.equal("walrus.no-publisher");
  });

  it("passes on why a publisher refused, without control characters", async () => {
    const error = { error: { message: "too \u001b[31mlarge\u0007\n for us" } };
    await using strict = await fakeServer((request, response) => {
      request.resume();
      response.writeHead(413).end(JSON.stringify(error));
    });
    const refused = await failure(open({ publishers: [strict.url] }).put({ bytes }));
    expect(refused.code).to.equal("walrus.publisher-refused");
    expect(refused.found).to.contain("HTTP 413").and.contain("too [31mlarge for us");
  });

  it("gives up a publisher that never answers, and stops at once when aborted", async () => {
    await using mute = await fakeServer((request) => request.resume());
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error("enough")), 50);
    const put = open({ publishers: [mute.url] }).put({ bytes, signal: abort.signal });
    expect(await put.catch((error: unknown) => error)).to.have.property("message", "enough");
  });

  it("follows no redirect", async () => {
    await using elsewhere = await fakeServer((_, response) =>
      response.writeHead(307, { location: `${walrus().url}/v1/blobs` }).end(),
    );
    const error = await failure(open({ publishers: [elsewhere.url] }).put({ bytes }));
    expect(error.code).to.equal("walrus.publisher-unreachable");
  });

  it("refuses a blob that the network cannot hold, before it sends anything", async () => {
    let requests = 0;
    await using server = await fakeServer((_, response) => {
      requests += 1;
      response.end();
    });
    const large = new Uint8Array(1_834_953);
    const error = await failure(open({ publishers: [server.url] }).put({ bytes: large }));
    expect([error.code, requests]).to.deep.equal(["walrus.blob-too-large", 0]);
  });

  for (const epochs of [0, -1, 1.5]) {
    it(`refuses ${epochs} epochs`, async () => {
      expect((await failure(open().put({ bytes, epochs }))).code).to.equal("walrus.epochs-invalid");
    });
  }
});
