import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import { expect } from "chai";

import type { BlobProgress, StoredBlob } from "../../src/walrus/blob-store.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { failure } from "./failure.ts";
import { deadUrl, fakeServer } from "./fake-server.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";

const N_SHARDS = 10;
const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7) % 256);
const absent = "SOXf9RHkBueSe_TPBBL-o3dzbxBNhDNzf1W5zplXmdc";

function sha256(data: Uint8Array): `0x${string}` {
  return `0x${createHash("sha256").update(data).digest("hex")}`;
}

describe("HttpBlobStore", () => {
  let directory: TemporaryDirectory;
  let walrus: LocalWalrus;
  let pool: EncoderPool;
  let stored: StoredBlob;

  before(async () => {
    directory = await temporaryDirectory();
    pool = new EncoderPool();
    walrus = await LocalWalrus.start({ directory: directory.path, nShards: N_SHARDS, nodes: 4, pool });
    stored = await open().put({ bytes });
  });
  afterEach(() => walrus.faults.clear());
  after(async () => {
    await walrus.stop();
    await pool.close();
    await directory[Symbol.asyncDispose]();
  });

  function open({
    publishers = [walrus.url],
    aggregators = [walrus.url],
    ...rest
  }: Partial<ConstructorParameters<typeof HttpBlobStore>[0]> = {}): HttpBlobStore {
    return new HttpBlobStore({ publishers, aggregators, nShards: N_SHARDS, pool, ...rest });
  }

  /** The walrus's own answer to a put, changed by `change`. */
  async function lyingPublisher(change: (answer: string) => string): Promise<ReturnType<typeof fakeServer>> {
    const real = await fetch(`${walrus.url}/v1/blobs?epochs=5&permanent=true&force=true`, {
      method: "PUT",
      body: bytes,
    });
    const answer = change(await real.text());
    return fakeServer((request, response) => {
      request.resume();
      request.on("end", () => response.end(answer));
    });
  }

  describe("put", () => {
    it("stores a blob and tells its reference, end and progress", async () => {
      const events: BlobProgress["kind"][] = [];
      const own = Uint8Array.from([...bytes, 1]);
      const put = await open({ epochs: 3 }).put({ bytes: own, onProgress: ({ kind }) => events.push(kind) });
      expect(put).to.include({
        size: 5_001,
        contentHash: sha256(own),
        endEpoch: walrus.epoch + 3,
        alreadyCertified: false,
      });
      expect(events).to.deep.equal(["encode", "upload", "stored"]);
    });

    it("stores the same blob again for free", async () => {
      const again = await open().put({ bytes });
      expect(again).to.deep.equal({ ...stored, alreadyCertified: true });
    });

    it("takes an empty blob", async () => {
      const empty = await open().put({ bytes: new Uint8Array() });
      expect(await open().get({ blobId: empty.blobId })).to.have.length(0);
      expect(await open().get({ blobId: empty.blobId, contentHash: empty.contentHash, size: 0 })).to.have.length(0);
    });

    it("refuses a publisher that answers with another Blob ID", async () => {
      await using liar = await lyingPublisher((answer) => answer.replace(stored.blobId, absent));
      const error = await failure(open({ publishers: [liar.url] }).put({ bytes }));
      expect(error.code).to.equal("walrus.blob-id-mismatch");
      expect(error.expected).to.contain(stored.blobId);
      expect(error.found).to.contain(absent);
    });

    for (const [what, from, to, code] of [
      ["stores it deletable", '"deletable":false', '"deletable":true', "walrus.publisher-broke-terms"],
      ["only registers it", '"certifiedEpoch":1', '"certifiedEpoch":null', "walrus.publisher-broke-terms"],
      ["stores another length", '"size":5000', '"size":4999', "walrus.publisher-broke-terms"],
      ["answers in another shape", '"newlyCreated"', '"created"', "walrus.publisher-answer-invalid"],
      ["answers no JSON", "{", "<", "walrus.publisher-answer-invalid"],
    ] as const) {
      it(`refuses a publisher that ${what}`, async () => {
        await using liar = await lyingPublisher((answer) => answer.replace(from, to));
        expect((await failure(open({ publishers: [liar.url] }).put({ bytes }))).code).to.equal(code);
      });
    }

    it("goes on to the next publisher when one is down, broken or lies", async () => {
      await using broken = await fakeServer((_, response) => response.writeHead(500).end("oops"));
      await using liar = await lyingPublisher((answer) => answer.replace(stored.blobId, absent));
      const publishers = [await deadUrl(), broken.url, liar.url, walrus.url];
      expect((await open({ publishers }).put({ bytes })).blobId).to.equal(stored.blobId);
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
        response.writeHead(307, { location: `${walrus.url}/v1/blobs` }).end(),
      );
      const error = await failure(open({ publishers: [elsewhere.url] }).put({ bytes }));
      expect(error.code).to.equal("walrus.publisher-unreachable");
    });

    it("refuses a blob that the network cannot hold, before asking for its storage", async () => {
      const large = new Uint8Array(1_834_953);
      expect((await failure(open().put({ bytes: large }))).code).to.equal("walrus.blob-too-large");
    });

    for (const epochs of [0, -1, 1.5]) {
      it(`refuses ${epochs} epochs`, async () => {
        expect((await failure(open().put({ bytes, epochs }))).code).to.equal("walrus.epochs-invalid");
      });
    }
  });

  describe("get", () => {
    it("reads a blob by its content hash and by its Blob ID alone", async () => {
      const { blobId, contentHash } = stored;
      expect(await open().get({ blobId, contentHash, size: 5_000 })).to.deep.equal(bytes);
      expect(await open().get({ blobId, contentHash })).to.deep.equal(bytes);
      expect(await open().get({ blobId })).to.deep.equal(bytes);
    });

    it("reads a range by its own content hash", async () => {
      const part = bytes.subarray(100, 350);
      const range = { offset: 100, length: 250 };
      const { blobId } = stored;
      expect(await open().get({ blobId, range, contentHash: sha256(part) })).to.deep.equal(part);
      expect(await open().get({ blobId, range, unverified: true })).to.deep.equal(part);
      const error = await failure(open().get({ blobId, range, contentHash: stored.contentHash }));
      expect(error.code).to.equal("walrus.content-hash-mismatch");
    });

    it("refuses a range that nothing could be checked against, or past the end", async () => {
      const { blobId } = stored;
      const code = async (options: Parameters<HttpBlobStore["get"]>[0]): Promise<string> =>
        (await failure(open().get(options))).code;
      expect(await code({ blobId, range: { offset: 0, length: 1 } })).to.equal("walrus.get-options-invalid");
      const unverified = true;
      expect(await code({ blobId, range: { offset: 0, length: 0 }, unverified })).to.equal(
        "walrus.get-options-invalid",
      );
      expect(await code({ blobId, range: { offset: -1, length: 2 }, unverified })).to.equal(
        "walrus.get-options-invalid",
      );
      const past = { offset: 4_999, length: 2 };
      expect(await code({ blobId, range: past, unverified, size: 5_000 })).to.equal("walrus.get-options-invalid");
      expect(await code({ blobId, range: past, unverified })).to.equal("walrus.range-not-satisfiable");
    });

    it("lets no flipped byte through, whichever way it is checked", async () => {
      const { blobId, contentHash } = stored;
      walrus.faults.flipByte({ blobId, offset: 4_321 });
      expect((await failure(open().get({ blobId, contentHash }))).code).to.equal("walrus.content-hash-mismatch");
      expect((await failure(open().get({ blobId }))).code).to.equal("walrus.blob-id-mismatch");
      const range = { offset: 4_300, length: 100 };
      const partHash = sha256(bytes.subarray(4_300, 4_400));
      const error = await failure(open().get({ blobId, range, contentHash: partHash }));
      expect(error.code).to.equal("walrus.content-hash-mismatch");
      const before = { offset: 0, length: 4_321 };
      expect(await open().get({ blobId, range: before, contentHash: sha256(bytes.subarray(0, 4_321)) })).to.have.length(
        4_321,
      );
    });

    /** Aggregators that misbehave, and what is made of them. */
    const bad: readonly [string, (request: IncomingMessage, response: ServerResponse) => void, string][] = [
      ["cuts the body short", (_, response) => response.end(bytes.subarray(0, 4_999)), "walrus.body-truncated"],
      [
        "sends one byte more",
        (_, response) => response.end(Buffer.concat([bytes, Buffer.of(0)])),
        "walrus.body-too-long",
      ],
      [
        "breaks off",
        (_, response) => {
          response.writeHead(200, { "content-length": "5000" });
          response.write(bytes.subarray(0, 100), () => setTimeout(() => response.destroy(), 20));
        },
        "walrus.body-truncated",
      ],
      [
        "sends without end",
        (_, response) => {
          const send = (): void => {
            while (!response.destroyed && response.write(Buffer.alloc(65_536)));
          };
          response.on("drain", send);
          send();
        },
        "walrus.body-too-long",
      ],
      ["stalls", (_, response) => void response.write(bytes.subarray(0, 100)), "walrus.aggregator-too-slow"],
      ["never answers", () => undefined, "walrus.aggregator-too-slow"],
      [
        "drips",
        (_, response) => {
          const timer = setInterval(() => response.write("x"), 30);
          response.on("close", () => clearInterval(timer));
        },
        "walrus.aggregator-too-slow",
      ],
      ["fails", (_, response) => response.writeHead(503).end(), "walrus.aggregator-failed"],
      ["refuses", (_, response) => response.writeHead(451).end(), "walrus.aggregator-refused"],
      ["sends another blob", (_, response) => response.end(Buffer.alloc(5_000)), "walrus.content-hash-mismatch"],
    ];
    for (const [what, handle, code] of bad) {
      it(`refuses an aggregator that ${what}, and goes on to the next`, async () => {
        await using server = await fakeServer(handle);
        const limits = { answerMs: 400, idleMs: 400, minBytesPerSecond: 1_000 };
        const wanted = { blobId: stored.blobId, contentHash: stored.contentHash, size: 5_000 };
        const alone = open({ aggregators: [server.url], limits });
        expect((await failure(alone.get(wanted))).code).to.equal(code);
        const both = open({ aggregators: [server.url, walrus.url], limits });
        expect(await both.get(wanted)).to.deep.equal(bytes);
      });
    }

    it("bounds a blob of unknown size by maxSize", async () => {
      const error = await failure(
        open().get({ blobId: stored.blobId, contentHash: stored.contentHash, maxSize: 4_999 }),
      );
      expect(error.code).to.equal("walrus.body-too-long");
    });

    for (const [what, status, headers] of [
      ["ignores the range", 200, {}],
      ["sends another range", 206, { "content-range": "bytes 1-10/5000" }],
      ["names no range", 206, {}],
    ] as const) {
      it(`refuses an aggregator that ${what}`, async () => {
        await using server = await fakeServer((_, response) =>
          response.writeHead(status, headers).end(bytes.subarray(0, 10)),
        );
        const range = { offset: 0, length: 10 };
        const get = open({ aggregators: [server.url] }).get({ blobId: stored.blobId, range, unverified: true });
        expect((await failure(get)).code).to.equal("walrus.range-ignored");
      });
    }

    it("tells a blob that is not there from an aggregator that is not there", async () => {
      expect((await failure(open().get({ blobId: absent }))).code).to.equal("walrus.blob-not-found");
      const dead = await deadUrl();
      const error = await failure(open({ aggregators: [dead] }).get({ blobId: absent }));
      expect(error.code).to.equal("walrus.aggregator-unreachable");
      expect(error.next).to.contain("npx hardhat walrus serve");
      const both = await failure(open({ aggregators: [dead, walrus.url] }).get({ blobId: absent }));
      expect(both.code).to.equal("walrus.blob-not-found");
      expect(both.found).to.contain(dead).and.contain(walrus.url);
    });

    it("stops a download when aborted", async () => {
      await using server = await fakeServer((_, response) => void response.write("x"));
      const abort = new AbortController();
      setTimeout(() => abort.abort(new Error("enough")), 50);
      const get = open({ aggregators: [server.url] }).get({ blobId: stored.blobId, signal: abort.signal });
      expect(await get.catch((error: unknown) => error)).to.have.property("message", "enough");
    });

    it("refuses what is no Blob ID or no content hash before asking anyone", async () => {
      expect((await failure(open().get({ blobId: "../v1" }))).code).to.equal("walrus.blob-id-invalid");
      const error = await failure(open().get({ blobId: stored.blobId, contentHash: "0x12" }));
      expect(error.code).to.equal("walrus.get-options-invalid");
    });
  });

  describe("status", () => {
    it("tells whether an aggregator can read the blob, and which", async () => {
      expect(await open().status({ blobId: stored.blobId })).to.include({ state: "certified" });
      expect((await open().status({ blobId: stored.blobId })).source).to.contain(walrus.url);
      expect(await open().status({ blobId: absent })).to.include({ state: "nonexistent" });
      const dead = await deadUrl();
      expect(await open({ aggregators: [dead, walrus.url] }).status({ blobId: stored.blobId })).to.include({
        state: "certified",
      });
      const error = await failure(open({ aggregators: [dead] }).status({ blobId: stored.blobId }));
      expect(error.code).to.equal("walrus.aggregator-unreachable");
    });
  });

  it("refuses addresses that are no plain http URLs", () => {
    for (const url of ["ftp://host", "walrus", "http://user:secret@host", "http://host/?a=b"]) {
      expect(() => open({ aggregators: [url] }))
        .to.throw("walrus.endpoint-invalid")
        .with.property("found")
        .not.contain("secret");
    }
  });
});
