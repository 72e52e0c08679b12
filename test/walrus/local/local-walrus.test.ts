import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { blobIdToHex } from "../../../src/walrus/blob-id.ts";
import { failure } from "../failure.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { readVectors } from "../vectors.ts";
import { put, store, useNetwork } from "./use-network.ts";

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
  const { start, folder } = useNetwork();

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
    expect(status).to.include({ status: "OK", network: "local", epoch: 1, nShards: 10, notice: walrus.notice });
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
      const files = await readdir(join(folder(), "blobs"));
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

  it("stops while an upload is being encoded, and keeps nothing of it", async () => {
    const walrus = await start({ nShards: 1000 });
    const upload = put(walrus, "some bytes").then(
      (response) => response.status,
      () => "broken off",
    );
    while ((await readdir(join(folder(), "uploads"))).length === 0) await new Promise((go) => setTimeout(go, 5));
    await walrus.stop();
    expect(await upload).to.equal("broken off");
    expect(await readdir(join(folder(), "uploads"))).to.deep.equal([]);
    expect(await readdir(join(folder(), "blobs"))).to.deep.equal([]);
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
