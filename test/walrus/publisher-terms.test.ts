import { appendFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";

import { expect } from "chai";

import type { ScrimshawError } from "../../src/errors.ts";
import { localSystemSource } from "../../src/walrus/fetch-local-system.ts";
import { parsePublisherAnswer } from "../../src/walrus/publisher-answer.ts";
import type { TokenRequest } from "../../src/walrus/publisher-token.ts";
import { failure } from "./failure.ts";
import { fakeServer, type FakeServer } from "./fake-server.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { bytes, sha256, useStore } from "./use-store.ts";
import { readVectors } from "./vectors.ts";

const SECRET = "eyJhbGciOi.eyJqdGkiOi.c2VjcmV0LXNpZ25hdHVyZQ";

/** Everything an error shows, with its causes. */
function shown(error: ScrimshawError): string {
  const { message, stack, cause } = error;
  return JSON.stringify([error, message, stack, cause instanceof Error ? shown(cause as ScrimshawError) : cause]);
}

describe("a publisher's terms", () => {
  const { walrus, stored, open } = useStore();

  /** Passes uploads on to the network; `reply` may answer instead of it. */
  async function proxy(
    reply: (answer: string, request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<
    FakeServer & { readonly requests: { readonly url: string; readonly headers: IncomingMessage["headers"] }[] }
  > {
    const requests: { readonly url: string; readonly headers: IncomingMessage["headers"] }[] = [];
    const server = await fakeServer((request, response) => {
      void (async () => {
        const { url = "", headers } = request;
        requests.push({ url, headers });
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(part as Buffer);
        const real = await fetch(`${walrus().url}${url}`, { method: "PUT", body: Buffer.concat(parts) });
        reply(await real.text(), request, response);
      })();
    });
    return { ...server, requests, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  }

  it("are asked for permanent blobs unless the caller wants a deletable one", async () => {
    await using publisher = await proxy((answer, _, response) => response.end(answer));
    const store = open({ publishers: [publisher.url] });
    const own = Buffer.from("permanent by default");
    await store.put({ bytes: own });
    await store.put({ bytes: Buffer.from("deletable on request"), deletable: true, epochs: 2 });
    expect(publisher.requests.map(({ url }) => url)).to.deep.equal([
      "/v1/blobs?epochs=5&permanent=true",
      "/v1/blobs?epochs=2&deletable=true",
    ]);
    expect(publisher.requests[0]?.headers["content-length"]).to.equal(String(own.length));
  });

  describe("a token", () => {
    it("is asked for each attempt, with what it is for, and sent", async () => {
      let attempts = 0;
      await using publisher = await proxy((answer, _, response) => {
        attempts += 1;
        if (attempts === 1) response.writeHead(503).end();
        else response.end(answer);
      });
      const asked: TokenRequest[] = [];
      const publisherToken = (request: TokenRequest): string => {
        asked.push(request);
        return `${SECRET}${asked.length}`;
      };
      await open({ publishers: [publisher.url], publisherToken }).put({ bytes });
      expect(publisher.requests.map(({ headers }) => headers.authorization)).to.deep.equal([
        `Bearer ${SECRET}1`,
        `Bearer ${SECRET}2`,
      ]);
      expect(asked[0]).to.include({ url: publisher.url, size: 5_000, epochs: 5, deletable: false });
    });

    for (const [what, status, body] of [
      ["refuses it", 401, `bad token ${SECRET}`],
      ["fails", 500, JSON.stringify({ error: { message: `cannot read ${SECRET}` } })],
      ["echoes it as a Blob ID", 200, JSON.stringify({ alreadyCertified: { blobId: SECRET, endEpoch: 9 } })],
      ["echoes it as no JSON", 200, SECRET],
    ] as const) {
      it(`is in no error when the publisher ${what}`, async () => {
        await using hostile = await fakeServer((request, response) => {
          request.resume();
          request.on("end", () => response.writeHead(status).end(body));
        });
        const error = await failure(open({ publishers: [hostile.url], publisherToken: () => SECRET }).put({ bytes }));
        expect(shown(error)).to.not.contain(SECRET);
        if (status === 401) expect(error.next).to.contain("walrus.publisherToken");
      });
    }

    it("that cannot be had ends the call and shows nothing", async () => {
      for (const publisherToken of [
        () => Promise.reject(new Error(`vault ${SECRET}`)),
        () => "",
        () => `${SECRET}\r\nx-evil: 1`,
      ]) {
        const error = await failure(open({ publisherToken }).put({ bytes }));
        expect(error.code).to.equal("walrus.publisher-token-unavailable");
        expect(shown(error)).to.not.contain(SECRET);
      }
    });

    it("never goes to an aggregator", async () => {
      const seen: (string | undefined)[] = [];
      await using aggregator = await fakeServer((request, response) => {
        seen.push(request.headers.authorization);
        response.end(bytes);
      });
      const store = open({ aggregators: [aggregator.url], publisherToken: () => SECRET });
      await store.get({ blobId: stored().blobId, contentHash: stored().contentHash });
      expect(seen).to.deep.equal([undefined]);
    });
  });

  it("that are too small for a blob come with their remedy", async () => {
    await using small = await fakeServer((request, response) => {
      request.resume();
      response.writeHead(413).end();
    });
    const error = await failure(open({ publishers: [small.url] }).put({ bytes }));
    expect(error.next).to.contain("upload relay").and.contain("publisher of your own");
  });

  it("are not paid twice when only the answer was lost", async () => {
    await using forgetful = await proxy((_, request) => request.socket.destroy());
    const system = localSystemSource({ urls: [walrus().url] });
    const publishers = [forgetful.url];
    const own = Buffer.from("the answer was lost");
    const put = await open({ publishers, system }).put({ bytes: own });
    expect(put).to.include({ contentHash: sha256(own), endEpoch: walrus().epoch + 5, alreadyCertified: true });
    expect(forgetful.requests).to.have.length(1);
    // Without the storage nodes' word it has to be sent again, and again.
    const code = (await failure(open({ publishers, retry: { rounds: 2 } }).put({ bytes: own }))).code;
    expect([code, forgetful.requests.length]).to.deep.equal(["walrus.publisher-unreachable", 3]);
  });

  describe("a file", () => {
    it("is stored without being read into memory here", async () => {
      await using directory = await temporaryDirectory();
      const path = join(directory.path, "blob");
      const own = Uint8Array.from({ length: 1_500_000 }, (_, i) => (i * 13) % 251);
      await writeFile(path, own);
      const sent: number[] = [];
      const put = await open().put({
        path,
        onProgress: (event) => {
          if (event.kind === "upload") sent.push(event.sent);
        },
      });
      expect(put).to.include({ size: own.length, contentHash: sha256(own) });
      expect(sent).to.deep.equal([2 ** 20, 1_500_000]);
      expect(await open().get(put)).to.deep.equal(own);
    });

    it("that is missing, a folder, or changed meanwhile is named", async () => {
      await using directory = await temporaryDirectory();
      const missing = open().put({ path: join(directory.path, "none") });
      expect((await failure(missing)).code).to.equal("walrus.file-unreadable");
      expect((await failure(open().put({ path: directory.path }))).code).to.equal("walrus.file-unreadable");
      const path = join(directory.path, "blob");
      await writeFile(path, bytes);
      const changed = open().put({
        path,
        onProgress: (event) => {
          if (event.kind === "encode" && event.hashed === 0) appendFileSync(path, "x");
        },
      });
      expect((await failure(changed)).code).to.equal("walrus.source-changed");
    });
  });

  describe("answers in the specification's shapes", () => {
    const samples = readVectors<Readonly<Record<"newlyCreated" | "alreadyCertified", object>>>("http-samples.json");
    const url = "http://publisher.invalid";
    const read = (value: unknown): ReturnType<typeof parsePublisherAnswer> =>
      parsePublisherAnswer({ text: JSON.stringify(value), url });

    it("are understood", () => {
      expect(read(samples.newlyCreated)).to.deep.equal({
        blobId: "M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk",
        endEpoch: 35,
        alreadyCertified: false,
        size: 17,
        certified: true,
        deletable: false,
      });
      expect(read(samples.alreadyCertified)).to.include({ endEpoch: 35, alreadyCertified: true, deletable: false });
    });

    for (const [what, value, code] of [
      ["markedInvalid", { markedInvalid: { blobId: "x", event: {} } }, "walrus.blob-marked-invalid"],
      ["error", { error: { blobId: "x", failurePhase: "upload", errorMsg: "no quorum" } }, "walrus.publisher-failed"],
      [
        "an end epoch beyond 32 bits",
        { alreadyCertified: { blobId: "x", endEpoch: 2 ** 32 } },
        "walrus.publisher-answer-invalid",
      ],
      ["nothing", {}, "walrus.publisher-answer-invalid"],
    ] as const) {
      it(`turn ${what} into ${code}`, () => {
        expect(() => read(value)).to.throw(code);
      });
    }
  });
});
