import type { IncomingMessage, ServerResponse } from "node:http";

import { expect } from "chai";

import type { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";
import { failure } from "./failure.ts";
import { deadUrl, fakeServer } from "./fake-server.ts";
import { absent, bytes, sha256, useStore } from "./use-store.ts";

describe("HttpBlobStore.get", () => {
  const { walrus, stored, open } = useStore();

  it("reads a blob by its content hash and by its Blob ID alone", async () => {
    const { blobId, contentHash } = stored();
    expect(await open().get({ blobId, contentHash, size: 5_000 })).to.deep.equal(bytes);
    expect(await open().get({ blobId, contentHash })).to.deep.equal(bytes);
    expect(await open().get({ blobId })).to.deep.equal(bytes);
  });

  it("reads a range by its own content hash", async () => {
    const part = bytes.subarray(100, 350);
    const range = { offset: 100, length: 250 };
    const { blobId } = stored();
    expect(await open().get({ blobId, range, contentHash: sha256(part) })).to.deep.equal(part);
    expect(await open().get({ blobId, range, unverified: true })).to.deep.equal(part);
    const error = await failure(open().get({ blobId, range, contentHash: stored().contentHash }));
    expect(error.code).to.equal("walrus.content-hash-mismatch");
  });

  it("refuses a range that nothing could be checked against, or past the end", async () => {
    const { blobId } = stored();
    const code = async (options: Parameters<HttpBlobStore["get"]>[0]): Promise<string> =>
      (await failure(open().get(options))).code;
    expect(await code({ blobId, range: { offset: 0, length: 1 } })).to.equal("walrus.get-options-invalid");
    const unverified = true;
    expect(await code({ blobId, range: { offset: 0, length: 0 }, unverified })).to.equal("walrus.get-options-invalid");
    expect(await code({ blobId, range: { offset: -1, length: 2 }, unverified })).to.equal("walrus.get-options-invalid");
    const past = { offset: 4_999, length: 2 };
    expect(await code({ blobId, range: past, unverified, size: 5_000 })).to.equal("walrus.get-options-invalid");
    expect(await code({ blobId, range: past, unverified })).to.equal("walrus.range-not-satisfiable");
  });

  it("lets no flipped byte through, whichever way it is checked", async () => {
    const { blobId, contentHash } = stored();
    walrus().faults.flipByte({ blobId, offset: 4_321 });
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
    [
      "sends headers without end",
      (_, response) => response.writeHead(200, { "x-long": "x".repeat(1_000_000) }).end(bytes),
      "walrus.aggregator-unreachable",
    ],
    [
      "sends more than there is",
      (_, response) => {
        const timer = setInterval(() => response.write(Buffer.alloc(65_536)), 1);
        response.on("close", () => clearInterval(timer));
      },
      "walrus.body-too-long",
    ],
    [
      "leads elsewhere",
      (_, response) => response.writeHead(302, { location: walrus().url }).end(),
      "walrus.aggregator-unreachable",
    ],
    ["fails", (_, response) => response.writeHead(503).end(), "walrus.aggregator-failed"],
    ["refuses", (_, response) => response.writeHead(451).end(), "walrus.aggregator-refused"],
    ["sends another blob", (_, response) => response.end(Buffer.alloc(5_000)), "walrus.content-hash-mismatch"],
  ];
  for (const [what, handle, code] of bad) {
    it(`refuses an aggregator that ${what}, and goes on to the next`, async () => {
      await using server = await fakeServer(handle);
      const limits = { answerMs: 250, idleMs: 250, minBytesPerSecond: 1_000 };
      const patient = { answerMs: 1_000, idleMs: 1_000 };
      const wanted = { blobId: stored().blobId, contentHash: stored().contentHash, size: 5_000 };
      const alone = open({ aggregators: [server.url], limits, retry: { rounds: 1 } });
      expect((await failure(alone.get(wanted))).code).to.equal(code);
      const both = open({ aggregators: [server.url, walrus().url], limits: { ...limits, ...patient } });
      expect(await both.get(wanted)).to.deep.equal(bytes);
    });
  }

  it("bounds a blob of unknown size by maxSize", async () => {
    const error = await failure(
      open().get({ blobId: stored().blobId, contentHash: stored().contentHash, maxSize: 4_999 }),
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
      const get = open({ aggregators: [server.url] }).get({ blobId: stored().blobId, range, unverified: true });
      expect((await failure(get)).code).to.equal("walrus.range-ignored");
    });
  }

  it("tells a blob that is not there from an aggregator that is not there", async () => {
    expect((await failure(open().get({ blobId: absent }))).code).to.equal("walrus.blob-not-found");
    const dead = await deadUrl();
    const error = await failure(open({ aggregators: [dead] }).get({ blobId: absent }));
    expect(error.code).to.equal("walrus.aggregator-unreachable");
    expect(error.next).to.contain("npx hardhat walrus serve");
    const both = await failure(open({ aggregators: [dead, walrus().url] }).get({ blobId: absent }));
    expect(both.code).to.equal("walrus.blob-not-found");
    expect(both.found).to.contain(dead).and.contain(walrus().url);
  });

  it("stops a download when aborted", async () => {
    await using server = await fakeServer((_, response) => void response.write("x"));
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error("enough")), 50);
    const get = open({ aggregators: [server.url] }).get({ blobId: stored().blobId, signal: abort.signal });
    expect(await get.catch((error: unknown) => error)).to.have.property("message", "enough");
  });

  it("refuses what is no Blob ID or no content hash before asking anyone", async () => {
    expect((await failure(open().get({ blobId: "../v1" }))).code).to.equal("walrus.blob-id-invalid");
    const error = await failure(open().get({ blobId: stored().blobId, contentHash: "0x12" }));
    expect(error.code).to.equal("walrus.get-options-invalid");
  });
});
