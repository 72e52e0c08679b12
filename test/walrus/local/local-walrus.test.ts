import { appendFile, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { blobIdToHex } from "../../../src/walrus/blob-id.ts";
import { EncoderPool } from "../../../src/walrus/encoder-pool.ts";
import { LocalWalrus, type LocalWalrusOptions } from "../../../src/walrus/local/local-walrus.ts";
import { failure } from "../failure.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../temporary-directory.ts";
import { readVectors } from "../vectors.ts";

interface HttpSamples {
  readonly newlyCreated: unknown;
  readonly requestBodyForThatSample: string;
  readonly alreadyCertified: unknown;
}

/** The names and kinds of values in a JSON document. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shapeOf(item)]));
}

describe("LocalWalrus", () => {
  let directory: TemporaryDirectory;
  let pool: EncoderPool;

  before(() => {
    pool = new EncoderPool();
  });
  beforeEach(async () => {
    directory = await temporaryDirectory();
  });
  afterEach(() => directory[Symbol.asyncDispose]());
  after(() => pool.close());

  function start(options: Partial<LocalWalrusOptions> = {}): Promise<LocalWalrus> {
    return LocalWalrus.start({ directory: directory.path, nShards: 10, nodes: 4, pool, ...options });
  }

  async function put(walrus: LocalWalrus, body: string, query = "epochs=1&permanent=true"): Promise<Response> {
    return fetch(`${walrus.url}/v1/blobs?${query}`, { method: "PUT", body });
  }

  async function store(walrus: LocalWalrus, body: string, query?: string): Promise<string> {
    const answer = (await (await put(walrus, body, query)).json()) as {
      readonly newlyCreated?: { readonly blobObject: { readonly blobId: string } };
      readonly alreadyCertified?: { readonly blobId: string };
    };
    return answer.newlyCreated?.blobObject.blobId ?? answer.alreadyCertified?.blobId ?? "";
  }

  async function errorOf(response: Response): Promise<unknown> {
    const { error } = (await response.json()) as {
      readonly error: { readonly details: readonly { readonly reason: string }[] };
    };
    return [response.status, error.details[0]?.reason];
  }

  it("answers at 1000 shards as the public publisher did, to the byte where nothing is drawn by lot", async () => {
    const samples = readVectors<HttpSamples>("http-samples.json");
    await using walrus = await start({ nShards: 1000, nodes: 10 });
    expect(walrus.notice).to.equal(undefined);
    const first: unknown = await (await put(walrus, samples.requestBodyForThatSample)).json();
    expect(shapeOf(first)).to.deep.equal(shapeOf(samples.newlyCreated));
    expect(first).to.have.nested.include({
      "newlyCreated.blobObject.blobId": "M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk",
      "newlyCreated.blobObject.storage.storageSize": 66_034_000,
      "newlyCreated.resourceOperation.registerFromScratch.encodedLength": 66_034_000,
      "newlyCreated.cost": 132_300,
      "newlyCreated.blobObject.storage.endEpoch": 2,
    });
    const second: unknown = await (await put(walrus, samples.requestBodyForThatSample)).json();
    expect(shapeOf(second)).to.deep.equal(shapeOf(samples.alreadyCertified));
  }).timeout(30_000);

  it("says in its status that other shard counts give other Blob IDs", async () => {
    await using walrus = await start();
    expect(walrus.notice).to.contain("10 shards");
    const status: unknown = await (await fetch(`${walrus.url}/status`)).json();
    expect(status).to.deep.equal({ status: "OK", network: "local", epoch: 1, nShards: 10, notice: walrus.notice });
  });

  describe("aggregator", () => {
    it("serves a blob with ETag, cache rules and length, and for HEAD without body", async () => {
      await using walrus = await start();
      const blobId = await store(walrus, "some bytes");
      for (const method of ["GET", "HEAD"]) {
        const response = await fetch(`${walrus.url}/v1/blobs/${blobId}?strict_consistency_check=true`, { method });
        expect(response.status).to.equal(200);
        expect(Object.fromEntries(response.headers)).to.include({
          etag: blobId,
          "cache-control": "public, max-age=86400, stale-while-revalidate=3600",
          "content-length": "10",
          "content-type": "application/octet-stream",
        });
        expect(await response.text()).to.equal(method === "GET" ? "some bytes" : "");
      }
    });

    it("serves one closed range with 206 and refuses every other with 416", async () => {
      await using walrus = await start();
      const url = `${walrus.url}/v1/blobs/${await store(walrus, "some bytes")}`;
      const get = (range: string): Promise<Response> => fetch(url, { headers: { range } });
      const part = await get("bytes=5-9");
      expect(part.status).to.equal(206);
      expect(part.headers.get("content-range")).to.equal("bytes 5-9/10");
      expect(await part.text()).to.equal("bytes");
      for (const range of ["bytes=5-", "bytes=-3", "bytes=0-1,3-4", "bytes=6-5", "bytes=5-10", "lines=1-2"]) {
        expect(await errorOf(await get(range)), range).to.deep.equal([416, "INVALID_BYTE_RANGE"]);
      }
    });

    it("serves the byte-range route with 200 and refuses bad ones with 400", async () => {
      await using walrus = await start();
      const blobId = await store(walrus, "some bytes");
      const url = `${walrus.url}/v1/blobs/${blobId}/byte-range`;
      const part = await fetch(`${url}?start=0&length=4`);
      expect([part.status, part.headers.get("etag"), await part.text()]).to.deep.equal([200, `${blobId}-0-4`, "some"]);
      for (const query of ["start=0&length=0", "start=8&length=3", "start=99999999999999&length=1"]) {
        expect(await errorOf(await fetch(`${url}?${query}`)), query).to.deep.equal([400, "INVALID_BYTE_RANGE"]);
      }
      for (const query of ["start=-1&length=1", "start=0", ""]) {
        expect((await fetch(`${url}?${query}`)).status, query).to.equal(400);
      }
    });

    it("refuses what it does not know with Walrus's error body", async () => {
      await using walrus = await start();
      const get = async (path: string, method = "GET"): Promise<unknown> =>
        errorOf(await fetch(walrus.url + path, { method }));
      expect(await get(`/v1/blobs/${"A".repeat(43)}`)).to.deep.equal([404, "BLOB_NOT_FOUND"]);
      expect((await fetch(`${walrus.url}/v1/blobs/${"A".repeat(43)}`, { method: "HEAD" })).status).to.equal(404);
      expect(await get("/v1/blobs/nonsense")).to.deep.equal([400, "INVALID_REQUEST"]);
      expect(await get("/v1/nothing")).to.deep.equal([404, "NO_SUCH_ROUTE"]);
      expect(await get("/v1/blobs", "DELETE")).to.deep.equal([405, "METHOD_NOT_ALLOWED"]);
      const blobId = await store(walrus, "some bytes");
      const both = "strict_consistency_check=true&skip_consistency_check=true";
      expect(await get(`/v1/blobs/${blobId}?${both}`)).to.deep.equal([400, "INVALID_REQUEST"]);
    });

    it("flips the byte it is told to flip until that is cleared", async () => {
      await using walrus = await start();
      const blobId = await store(walrus, "some bytes");
      const read = async (range?: string): Promise<string> =>
        (await fetch(`${walrus.url}/v1/blobs/${blobId}`, range === undefined ? {} : { headers: { range } })).text();
      walrus.faults.flipByte({ blobId, offset: 5 });
      expect(await read()).not.to.equal("some bytes");
      expect((await read()).slice(0, 5)).to.equal("some ");
      expect(await read("bytes=6-9")).to.equal("ytes");
      expect(await read("bytes=4-6")).not.to.equal(" by");
      walrus.faults.clear();
      expect(await read()).to.equal("some bytes");
    });
  });

  describe("publisher", () => {
    it("refuses options that contradict each other or make no sense", async () => {
      await using walrus = await start();
      for (const query of [
        "deletable=true&permanent=true",
        "epochs=0",
        "epochs=54",
        "epochs=x",
        "permanent=yes",
        "encoding_type=RS3",
        "color=red",
        "share=true&send_object_to=0x1",
        "send_object_to=me",
      ]) {
        expect(await errorOf(await put(walrus, "x", query)), query).to.deep.equal([400, "INVALID_STORE_OPTIONS"]);
      }
    });

    it("refuses bodies over its limit, declared or not, and keeps nothing of them", async () => {
      await using walrus = await start({ maxBlobSize: 9 });
      for (const size of [10, 5_000_000]) {
        const bytes = new Uint8Array(size);
        const declared = await fetch(`${walrus.url}/v1/blobs`, { method: "PUT", body: bytes });
        expect(await errorOf(declared)).to.deep.equal([413, "BLOB_TOO_LARGE"]);
        const init = { method: "PUT", body: new Blob([bytes]).stream(), duplex: "half" } as RequestInit;
        const streamed = await fetch(`${walrus.url}/v1/blobs`, init);
        expect(await errorOf(streamed)).to.deep.equal([413, "BLOB_TOO_LARGE"]);
      }
      expect(await readdir(join(directory.path, "uploads"))).to.deep.equal([]);
      expect(await readdir(join(directory.path, "blobs"))).to.deep.equal([]);
    });

    it("extends a lease, and never takes a deletable one for a permanent one", async () => {
      await using walrus = await start();
      const answer = async (query: string): Promise<unknown> => (await put(walrus, "some bytes", query)).json();
      expect(await answer("epochs=2")).to.have.nested.property("newlyCreated.blobObject.deletable", true);
      expect(await answer("epochs=2")).to.have.nested.property("alreadyCertified.object");
      expect(await answer("epochs=2&permanent=true")).to.have.nested.property(
        "newlyCreated.blobObject.deletable",
        false,
      );
      expect(await answer("epochs=2")).to.have.nested.property("alreadyCertified.event");
      const extended = await answer("epochs=5&permanent=true");
      expect(extended).to.have.nested.property("newlyCreated.resourceOperation.reuseAndExtend.epochsExtended", 3);
      expect(extended).to.have.nested.property("newlyCreated.blobObject.storage.endEpoch", 6);
      expect(await answer("epochs=1&permanent=true")).to.have.nested.property("alreadyCertified.endEpoch", 6);
      expect(await answer("epochs=1&permanent=true&force=true&share=true")).to.have.nested.property(
        "newlyCreated.sharedBlobObject",
      );
    });

    it("stores one blob once when many send it at the same time", async () => {
      await using walrus = await start();
      const answers = await Promise.all(
        Array.from({ length: 6 }, async () => (await put(walrus, "some bytes")).json()),
      );
      const kinds = answers.map((answer) => Object.keys(answer as object)[0]).toSorted();
      expect(kinds).to.deep.equal([...Array.from({ length: 5 }, () => "alreadyCertified"), "newlyCreated"]);
    });
  });

  describe("storage nodes", () => {
    it("tell status, health and metadata of a blob", async () => {
      await using walrus = await start();
      const blobId = await store(walrus, "some bytes", "epochs=3&permanent=true");
      for (const url of walrus.nodes) {
        const status: unknown = await (await fetch(`${url}/v1/blobs/${blobId}/status`)).json();
        expect(status).to.have.nested.include({
          "success.data.permanent.endEpoch": 4,
          "success.data.permanent.isCertified": true,
        });
        const health: unknown = await (await fetch(`${url}/v1/health`)).json();
        expect(health).to.have.nested.include({ "success.data.epoch": 1, "success.data.nodeStatus": "Active" });
        const metadata = Buffer.from(await (await fetch(`${url}/v1/blobs/${blobId}/metadata`)).arrayBuffer());
        expect(metadata.subarray(0, 32).toString("base64url")).to.equal(blobId);
        expect(metadata).to.have.length(43 + 10 * 66);
      }
    });

    it("sign no deletable confirmation for an object they do not know", async () => {
      await using walrus = await start();
      const answer: unknown = await (await put(walrus, "some bytes", "epochs=1")).json();
      const { newlyCreated } = answer as {
        readonly newlyCreated: { readonly blobObject: { readonly id: string; readonly blobId: string } };
      };
      const { id, blobId } = newlyCreated.blobObject;
      const [url = ""] = walrus.nodes;
      expect((await fetch(`${url}/v1/blobs/${blobId}/confirmation/deletable/${id}`)).status).to.equal(200);
      const other = `0x${"1".repeat(64)}`;
      const refused = await fetch(`${url}/v1/blobs/${blobId}/confirmation/deletable/${other}`);
      expect(await errorOf(refused)).to.deep.equal([400, "NOT_CURRENTLY_REGISTERED"]);
    });
  });

  describe("epochs", () => {
    it("end leases: an expired blob is gone from routes and disk", async () => {
      await using walrus = await start();
      const short = await store(walrus, "short", "epochs=1&permanent=true");
      const long = await store(walrus, "long", "epochs=2&permanent=true");
      expect(await walrus.advanceEpoch()).to.equal(2);
      expect((await fetch(`${walrus.url}/v1/blobs/${short}`)).status).to.equal(404);
      const status: unknown = await (await fetch(`${walrus.nodes[0] ?? ""}/v1/blobs/${short}/status`)).json();
      expect(status).to.deep.equal({ success: { code: 200, data: "nonexistent" } });
      expect(walrus.blobs()).to.deep.equal([long]);
      const files = await readdir(join(directory.path, "blobs"));
      expect(files.every((name) => name.startsWith(blobIdToHex(long).slice(2)))).to.equal(true);
      expect(await store(walrus, "short")).to.equal(short);
    });

    it("follow the clock when given a length", async () => {
      let now = 1_000_000;
      await using walrus = await start({ epochSeconds: 60, now: () => now });
      const blobId = await store(walrus, "some bytes", "epochs=1&permanent=true");
      now += 59_999;
      expect(walrus.epoch).to.equal(1);
      expect((await fetch(`${walrus.url}/v1/blobs/${blobId}`)).status).to.equal(200);
      now += 1;
      expect(walrus.epoch).to.equal(2);
      expect((await fetch(`${walrus.url}/v1/blobs/${blobId}`)).status).to.equal(404);
      const certificate = walrus.certificateOf(blobId);
      expect(certificate).to.equal(undefined);
    });
  });

  describe("on disk", () => {
    it("survives a restart with blobs, keys, leases and epoch", async () => {
      let blobId: string;
      let before: readonly string[];
      {
        await using walrus = await start();
        await walrus.advanceEpoch();
        blobId = await store(walrus, "some bytes", "epochs=3&permanent=true");
        before = walrus.committee.members.map(({ publicKey }) => publicKey);
      }
      await using walrus = await start();
      expect(walrus.epoch).to.equal(2);
      expect(walrus.committee.members.map(({ publicKey }) => publicKey)).to.deep.equal(before);
      expect(walrus.blobs()).to.deep.equal([blobId]);
      expect(await (await fetch(`${walrus.url}/v1/blobs/${blobId}`)).text()).to.equal("some bytes");
      const again: unknown = await (await put(walrus, "some bytes", "epochs=3&permanent=true")).json();
      expect(again).to.have.nested.property("alreadyCertified.endEpoch", 5);
    });

    it("keeps its keys to itself", async () => {
      await using walrus = await start();
      expect((await stat(join(directory.path, "committee.json"))).mode & 0o777).to.equal(0o600);
      const saved = await readFile(join(directory.path, "committee.json"), "utf8");
      const secret = /"secretKey": "([0-9a-f]{64})"/.exec(saved)?.[1] ?? "none";
      expect(await (await fetch(`${walrus.url}/local/committee`)).text()).not.to.contain(secret);
    });

    it("forgets at a restart what it never acknowledged, and does not serve what no longer fits", async () => {
      let cut: string;
      let whole: string;
      {
        await using walrus = await start();
        cut = await store(walrus, "cut short later");
        whole = await store(walrus, "whole");
      }
      const blobs = join(directory.path, "blobs");
      await appendFile(join(blobs, blobIdToHex(cut).slice(2)), "x");
      await writeFile(join(blobs, "ab".repeat(32)), "bytes without a record");
      await writeFile(join(blobs, `${"cd".repeat(32)}.json.123456.incomplete`), "{");
      await writeFile(join(blobs, `${"ef".repeat(32)}.json`), "{}");
      await using walrus = await start();
      expect(walrus.blobs()).to.deep.equal([whole]);
      expect(await readdir(blobs)).not.to.include("ab".repeat(32));
      expect(await store(walrus, "cut short later")).to.equal(cut);
      expect(await (await fetch(`${walrus.url}/v1/blobs/${cut}`)).text()).to.equal("cut short later");
    });

    it("lets one network use a directory, and takes over the lock of a dead one", async () => {
      {
        await using walrus = await start();
        expect((await failure(start())).code).to.equal("walrus.local-directory-in-use");
        expect((await fetch(`${walrus.url}/status`)).status).to.equal(200);
      }
      await writeFile(join(directory.path, "lock"), "4194305");
      await using walrus = await start();
      expect(walrus.epoch).to.equal(1);
    });

    it("refuses a directory of another shape, and damaged ones without quoting keys", async () => {
      await (await start()).stop();
      expect((await failure(start({ nShards: 100 }))).code).to.equal("walrus.local-directory-mismatch");
      expect((await failure(start({ nodes: 5 }))).code).to.equal("walrus.local-directory-mismatch");
      await writeFile(join(directory.path, "epoch.json"), "now");
      expect((await failure(start())).code).to.equal("walrus.local-directory-damaged");
      await rm(join(directory.path, "epoch.json"));
      await appendFile(join(directory.path, "committee.json"), "x");
      const error = await failure(start());
      expect(error.code).to.equal("walrus.local-directory-damaged");
      expect(error.cause).to.equal(undefined);
    });
  });

  it("stops while an upload is being encoded, and keeps nothing of it", async () => {
    const walrus = await start({ nShards: 1000 });
    const upload = put(walrus, "some bytes").then(
      (response) => response.status,
      () => "broken off",
    );
    while ((await readdir(join(directory.path, "uploads"))).length === 0) await new Promise((go) => setTimeout(go, 5));
    await walrus.stop();
    expect(await upload).to.equal("broken off");
    expect(await readdir(join(directory.path, "uploads"))).to.deep.equal([]);
    expect(await readdir(join(directory.path, "blobs"))).to.deep.equal([]);
  });

  it("says when its port is taken, and leaves nothing running", async () => {
    await using walrus = await start();
    await using other = await temporaryDirectory();
    const port = Number(new URL(walrus.url).port);
    expect((await failure(start({ directory: other.path, port }))).code).to.equal("walrus.local-port-unavailable");
    await using second = await start({ directory: other.path });
    expect(second.url).not.to.equal(walrus.url);
  });

  for (const nodes of [0, 11, 1.5]) {
    it(`refuses ${nodes} nodes for 10 shards`, async () => {
      expect((await failure(start({ nodes }))).code).to.equal("walrus.local-options-invalid");
    });
  }
});
