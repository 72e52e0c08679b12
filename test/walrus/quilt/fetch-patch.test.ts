import { createHash } from "node:crypto";

import { expect } from "chai";

import { fetchPatch, type FetchPatchOptions } from "../../../src/walrus/quilt/fetch-patch.ts";
import { putQuilts } from "../../../src/walrus/quilt/put-quilts.ts";
import type { StoredQuilt } from "../../../src/walrus/quilt/stored-quilt.ts";
import { failure } from "../failure.ts";
import { deadUrl, fakeServer } from "../fake-server.ts";
import { N_SHARDS, patch } from "./patches.ts";
import { useQuilts } from "./use-quilts.ts";

const limits = { answerMs: 500, idleMs: 200 };

describe("fetchPatch", () => {
  const { store, walrus } = useQuilts();
  const given = patch("a file/é \"'%?#.txt", 800);
  const contentHash = `0x${createHash("sha256").update(given.bytes).digest("hex")}` as const;
  let quilt: StoredQuilt;

  before(async function () {
    this.timeout(60_000);
    const stored = await putQuilts({ store: store(), patches: [given, patch("empty", 0)], nShards: N_SHARDS });
    quilt = stored[0] as StoredQuilt;
  });

  const fetchIt = (options: Partial<FetchPatchOptions> = {}): Promise<Uint8Array> =>
    fetchPatch({
      quiltId: quilt.blobId,
      identifier: given.identifier,
      aggregators: [walrus().url],
      contentHash,
      limits,
      retry: { rounds: 1 },
      ...options,
    });

  /** An aggregator that answers every request alike. */
  async function fetchFrom(body: Uint8Array, options: Partial<FetchPatchOptions> = {}, status = 200): Promise<string> {
    await using server = await fakeServer((_request, response) => response.writeHead(status).end(body));
    return (await failure(fetchIt({ aggregators: [server.url], ...options }))).code;
  }

  it("reads a patch by any identifier and by patch ID, checked against its own hash", async () => {
    expect(await fetchIt()).to.deep.equal(given.bytes);
    const { patchId = "" } = quilt.patches.find(({ identifier }) => identifier === given.identifier) ?? {};
    const read = await fetchPatch({ patchId, aggregators: [`${walrus().url}/`], contentHash, size: 800 });
    expect(read).to.deep.equal(given.bytes);
    const empty = `0x${createHash("sha256").digest("hex")}` as const;
    expect(await fetchIt({ identifier: "empty", contentHash: empty })).to.deep.equal(new Uint8Array());
  });

  it("refuses a read without a hash, unless the caller says that it is left unverified", async () => {
    const { quiltId, identifier } = { quiltId: quilt.blobId, identifier: given.identifier };
    const options = { quiltId, identifier, aggregators: [walrus().url] };
    expect((await failure(fetchPatch(options))).code).to.equal("walrus.get-options-invalid");
    expect(await fetchPatch({ ...options, unverified: true })).to.deep.equal(given.bytes);
  });

  it("goes on to the next aggregator when one is dead, wrong, short or long", async () => {
    await using wrong = await fakeServer((_request, response) => response.end("wrong"));
    await using long = await fakeServer((_request, response) => response.end(Buffer.alloc(801)));
    const aggregators = [await deadUrl(), wrong.url, long.url, walrus().url];
    expect(await fetchIt({ aggregators, size: 800 })).to.deep.equal(given.bytes);
  });

  it("tells wrong bytes, too many, too few, and an aggregator that refuses or fails", async () => {
    const bytes = Uint8Array.from(given.bytes);
    bytes[700] = (bytes[700] ?? 0) ^ 1;
    expect(await fetchFrom(bytes)).to.equal("walrus.content-hash-mismatch");
    expect(await fetchFrom(given.bytes, { size: 799 })).to.equal("walrus.body-too-long");
    expect(await fetchFrom(given.bytes, { maxSize: 799 })).to.equal("walrus.body-too-long");
    expect(await fetchFrom(given.bytes, { size: 801 })).to.equal("walrus.body-truncated");
    expect(await fetchFrom(given.bytes, {}, 404)).to.equal("walrus.patch-not-found");
    expect(await fetchFrom(given.bytes, {}, 451)).to.equal("walrus.aggregator-refused");
    expect(await fetchFrom(given.bytes, {}, 500)).to.equal("walrus.aggregator-failed");
    await using silent = await fakeServer(() => undefined);
    expect((await failure(fetchIt({ aggregators: [silent.url] }))).code).to.equal("walrus.aggregator-too-slow");
  });

  it("asks a failing aggregator again, but not one that refuses", async () => {
    let asked = 0;
    await using server = await fakeServer((_request, response) => {
      asked += 1;
      if (asked < 3) response.writeHead(500).end();
      else response.end(given.bytes);
    });
    const retry = { rounds: 4, firstDelayMs: 1 };
    expect(await fetchIt({ aggregators: [server.url], retry })).to.deep.equal(given.bytes);
    expect(asked).to.equal(3);
    let refused = 0;
    await using other = await fakeServer((_request, response) => {
      refused += 1;
      response.writeHead(451).end();
    });
    expect((await failure(fetchIt({ aggregators: [other.url], retry }))).code).to.equal("walrus.aggregator-refused");
    expect(refused).to.equal(1);
  });

  it("is not led astray by a patch whose tag says that its bytes are compressed", async () => {
    const tagged = { ...patch("tagged", 90), tags: { "content-encoding": "gzip" } };
    const [other] = await putQuilts({ store: store(), patches: [tagged], nShards: N_SHARDS });
    const hash = `0x${createHash("sha256").update(tagged.bytes).digest("hex")}` as const;
    const read = fetchIt({
      quiltId: other?.blobId ?? "",
      identifier: "tagged",
      contentHash: hash,
    });
    expect((await failure(read)).code).to.equal("walrus.body-truncated");
  });

  it("refuses what a URL cannot hold, and what is no hash, no ID and no URL", async () => {
    const bad: readonly (readonly [Partial<FetchPatchOptions>, string])[] = [
      [{ identifier: ".." }, "walrus.get-options-invalid"],
      [{ identifier: "" }, "walrus.get-options-invalid"],
      [{ identifier: "\uD800" }, "walrus.get-options-invalid"],
      [{ contentHash: "0x12" }, "walrus.get-options-invalid"],
      [{ aggregators: [] }, "walrus.get-options-invalid"],
      [{ aggregators: ["ftp://x"] }, "walrus.endpoint-invalid"],
      [{ quiltId: "x" }, "walrus.blob-id-invalid"],
      [{ patchId: "x" }, "walrus.patch-id-invalid"],
    ];
    for (const [options, code] of bad) expect((await failure(fetchIt(options))).code).to.equal(code);
  });

  it("ends with the signal's reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    expect(await fetchIt({ signal }).catch((error: unknown) => String(error))).to.equal("Error: enough");
  });
});
