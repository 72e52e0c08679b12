import type { IncomingMessage, ServerResponse } from "node:http";

import { expect } from "chai";

import { retryAfterMs } from "../../src/walrus/retry-after.ts";
import { failure } from "./failure.ts";
import { deadUrl, fakeServer, type FakeServer } from "./fake-server.ts";
import { bytes, useStore } from "./use-store.ts";
import { virtualTime } from "./virtual-time.ts";

type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that gives each request the next reply, and the last one to all that follow. */
async function scripted(...replies: readonly Reply[]): Promise<FakeServer & { readonly seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = await fakeServer((request, response) => {
    seen.push(request);
    request.resume();
    const reply = replies[Math.min(seen.length, replies.length) - 1];
    request.on("end", () => reply?.(request, response));
  });
  return { ...server, seen, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function status(code: number, headers: Record<string, string> = {}): Reply {
  return (_, response) => response.writeHead(code, headers).end();
}

const send: Reply = (_, response) => response.end(bytes);
const drop: Reply = (request) => request.socket.destroy();

describe("retries", () => {
  const { stored, open } = useStore();

  for (const [what, reply] of [
    ["429", status(429)],
    ["500", status(500)],
    ["503", status(503)],
    ["504", status(504)],
    ["a broken connection", drop],
  ] as const) {
    it(`ask again after ${what}, with pauses that double`, async () => {
      await using server = await scripted(reply, reply, reply, send);
      const timing = virtualTime();
      const { blobId, contentHash } = stored();
      expect(await open({ aggregators: [server.url], timing }).get({ blobId, contentHash })).to.deep.equal(bytes);
      expect(timing.sleeps).to.deep.equal([250, 500, 1_000]);
    });
  }

  it("end after as many rounds as the policy allows", async () => {
    await using server = await scripted(status(503));
    const store = open({ aggregators: [server.url], retry: { rounds: 3 } });
    expect((await failure(store.get({ blobId: stored().blobId }))).code).to.equal("walrus.aggregator-failed");
    expect(server.seen).to.have.length(3);
  });

  it("shorten each pause by up to half by chance", async () => {
    await using server = await scripted(status(503), send);
    const timing = virtualTime({ random: 0.5 });
    const { blobId, contentHash } = stored();
    await open({ aggregators: [server.url], timing }).get({ blobId, contentHash });
    expect(timing.sleeps).to.deep.equal([187.5]);
  });

  for (const code of [400, 401, 403, 413, 451]) {
    it(`do not ask the same server again after ${code}`, async () => {
      await using server = await scripted(status(code));
      const { blobId } = stored();
      expect((await failure(open({ aggregators: [server.url] }).get({ blobId }))).code).to.equal(
        "walrus.aggregator-refused",
      );
      expect((await failure(open({ publishers: [server.url] }).put({ bytes }))).code).to.equal(
        "walrus.publisher-refused",
      );
      expect(server.seen).to.have.length(2);
    });
  }

  it("wait as long as Retry-After asks for", async () => {
    await using server = await scripted(status(429, { "retry-after": "7" }), send);
    const timing = virtualTime();
    const { blobId, contentHash } = stored();
    await open({ aggregators: [server.url], timing }).get({ blobId, contentHash });
    expect(timing.sleeps).to.deep.equal([7_000]);
  });

  it("believe no Retry-After beyond the policy's bound, and none past the deadline", async () => {
    await using server = await scripted(status(503, { "retry-after": "999999" }), send);
    const { blobId, contentHash } = stored();
    const timing = virtualTime();
    await open({ aggregators: [server.url], timing }).get({ blobId, contentHash });
    expect(timing.sleeps).to.deep.equal([60_000]);

    await using busy = await scripted(status(503, { "retry-after": "50" }));
    const hurried = virtualTime();
    const store = open({ aggregators: [busy.url], timing: hurried, retry: { deadlineMs: 40_000 } });
    expect((await failure(store.get({ blobId }))).code).to.equal("walrus.aggregator-failed");
    // The next call finds the server still to be left alone, and says for how long.
    expect((await failure(store.get({ blobId }))).found).to.contain("50 more seconds");
    expect([busy.seen.length, hurried.sleeps]).to.deep.equal([1, []]);
  });

  it("read Retry-After as seconds or as a date", () => {
    const date = Date.parse("2026-11-21T00:00:00Z");
    const read = (header: string | null): number | undefined => retryAfterMs({ header, limit: 60_000, date });
    expect(read("3")).to.equal(3_000);
    expect(read("Sat, 21 Nov 2026 00:00:05 GMT")).to.equal(5_000);
    expect(read("Fri, 20 Nov 2026 00:00:05 GMT")).to.equal(0);
    for (const nonsense of [null, "", "-1", "1e9", "soon", "2026-11-21"]) expect(read(nonsense)).to.equal(undefined);
  });

  it("stop at the overall deadline", async () => {
    await using server = await scripted(status(503));
    const timing = virtualTime();
    const retry = { rounds: 100, deadlineMs: 10_000 };
    await failure(open({ aggregators: [server.url], timing, retry }).get({ blobId: stored().blobId }));
    expect(timing.now()).to.be.at.most(10_000);
    expect(server.seen).to.have.length(6);
  });

  it("stop at once when aborted during a pause", async () => {
    await using server = await scripted(status(503));
    const abort = new AbortController();
    const timing = { ...virtualTime(), sleep: () => Promise.reject(abort.signal.reason as Error) };
    abort.abort(new Error("enough"));
    const get = open({ aggregators: [server.url], timing }).get({ blobId: stored().blobId, signal: abort.signal });
    expect(await get.catch((error: unknown) => error)).to.have.property("message", "enough");
  });
});

describe("the health of servers", () => {
  const { walrus, stored, open } = useStore();

  it("puts one that failed last, and tries it again in its place when it has rested", async () => {
    await using flaky = await scripted(status(503), send);
    const timing = virtualTime();
    const store = open({ aggregators: [flaky.url, walrus().url], timing });
    const { blobId, contentHash } = stored();
    const read = (): Promise<Uint8Array> => store.get({ blobId, contentHash });
    await read();
    expect(flaky.seen).to.have.length(1);
    await read();
    expect(flaky.seen).to.have.length(1);
    timing.pass(5_000);
    await read();
    await read();
    expect(flaky.seen).to.have.length(3);
  });

  it("lets one call at a time try a server that has rested", async () => {
    let let_go: (() => void) | undefined;
    await using flaky = await scripted(status(503), (_, response) => {
      let_go = () => response.end(bytes);
    });
    const timing = virtualTime();
    const store = open({ aggregators: [flaky.url, walrus().url], timing });
    const { blobId, contentHash } = stored();
    await store.get({ blobId, contentHash });
    timing.pass(5_000);
    const trial = store.get({ blobId, contentHash });
    while (let_go === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    await store.get({ blobId, contentHash });
    expect(flaky.seen).to.have.length(2);
    let_go();
    expect(await trial).to.deep.equal(bytes);
  });

  it("keeps away for minutes from one that sent wrong bytes, but asks it rather than nobody", async () => {
    await using liar = await scripted((_, response) => response.end(Buffer.alloc(5_000)));
    const timing = virtualTime();
    const store = open({ aggregators: [liar.url, walrus().url], timing });
    const { blobId, contentHash } = stored();
    await store.get({ blobId, contentHash });
    timing.pass(299_000);
    await store.get({ blobId, contentHash });
    expect(liar.seen).to.have.length(1);
    const alone = open({ aggregators: [liar.url], timing });
    await failure(alone.get({ blobId, contentHash }));
    await failure(alone.get({ blobId, contentHash }));
    expect(liar.seen).to.have.length(3);
  });

  it("is not hurt by blobs that are not there", async () => {
    await using empty = await scripted(status(404), send);
    const store = open({ aggregators: [empty.url, walrus().url] });
    const { blobId, contentHash } = stored();
    await store.get({ blobId, contentHash });
    await store.get({ blobId, contentHash });
    expect(empty.seen).to.have.length(2);
  });
});

describe("a 404 right after an upload", () => {
  const { walrus, stored, open } = useStore();

  it("is asked again past caches, for blobs that the store has put and for others on request", async () => {
    await using cached = await scripted(status(404), status(404), send);
    const store = open({ aggregators: [cached.url] });
    const own = await store.put({ bytes });
    expect(await store.get({ blobId: own.blobId, contentHash: own.contentHash })).to.deep.equal(bytes);
    expect(cached.seen).to.have.length(3);
    const [first, second, third] = cached.seen.map(({ url }) => url ?? "");
    expect(first).to.equal(`/v1/blobs/${own.blobId}`);
    expect(second).to.match(/\?nocache=[0-9a-f]{16}$/);
    expect(third)
      .to.match(/\?nocache=[0-9a-f]{16}$/)
      .and.not.equal(second);
    expect(cached.seen[2]?.headers["cache-control"]).to.equal("no-cache");

    await using other = await scripted(status(404), send);
    const reader = open({ aggregators: [other.url] });
    expect(await reader.get({ blobId: own.blobId, contentHash: own.contentHash, fresh: true })).to.deep.equal(bytes);
  });

  it("is final for any other blob", async () => {
    await using empty = await scripted(status(404));
    expect((await failure(open({ aggregators: [empty.url] }).get({ blobId: stored().blobId }))).code).to.equal(
      "walrus.blob-not-found",
    );
    expect(empty.seen).to.have.length(1);
  });

  it("is not believed by status either", async () => {
    await using cached = await scripted(status(404), status(200));
    const store = open({ aggregators: [cached.url] });
    const { blobId } = await store.put({ bytes });
    expect((await store.status({ blobId })).state).to.equal("certified");
  });

  it("does not outlast the caches: after ten minutes a 404 is final again", async () => {
    await using empty = await scripted(status(404));
    const timing = virtualTime();
    const store = open({ aggregators: [empty.url], publishers: [walrus().url], timing });
    const { blobId } = await store.put({ bytes });
    timing.pass(600_001);
    await failure(store.get({ blobId }));
    expect(empty.seen).to.have.length(1);
  });
});

describe("several publishers", () => {
  const { walrus, stored, open } = useStore();

  it("are asked one after the other, never two at once", async () => {
    await using slow = await scripted(status(503));
    const store = open({ publishers: [slow.url, await deadUrl(), walrus().url] });
    expect((await store.put({ bytes })).blobId).to.equal(stored().blobId);
    expect(slow.seen).to.have.length(1);
  });
});
