import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { getByNode, type Send, sendByFetch } from "../../src/walrus/send.ts";
import { fakeServer } from "./fake-server.ts";

const ways: Readonly<Record<string, Send>> = { fetch: sendByFetch(fetch), "node:http": getByNode };
const get = { headers: { "x-asked": "yes" } };

async function bodyOf({ read }: Awaited<ReturnType<Send>>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for (let { value } = await read(); value !== undefined; { value } = await read()) pieces.push(value);
  return Buffer.concat(pieces).toString();
}

for (const [name, send] of Object.entries(ways))
  describe(`a request by ${name}`, () => {
    it("gives head and body of the answer", async () => {
      await using server = await fakeServer((request, response) => {
        response.writeHead(206, { "content-range": "bytes 1-2/3", "x-told": String(request.headers["x-asked"]) });
        response.write("a");
        response.end("b");
      });
      const sent = await send(`${server.url}/path`, get);
      const { status, headers } = sent.response;
      expect([status, headers.get("content-range"), headers.get("x-told")]).to.deep.equal([206, "bytes 1-2/3", "yes"]);
      expect(await bodyOf(sent)).to.equal("ab");
      expect((await sent.read()).value).to.equal(undefined);
    });

    it("follows no redirect", async () => {
      let reached = false;
      await using elsewhere = await fakeServer((_, response) => {
        reached = true;
        response.end();
      });
      await using server = await fakeServer((_, response) =>
        response.writeHead(302, { location: elsewhere.url }).end(),
      );
      expect(await send(server.url, get).catch((error: unknown) => error)).to.be.instanceOf(Error);
      expect(reached).to.equal(false);
    });

    it("fails when the body breaks off, in any length or framing", async () => {
      for (const headers of [{ "content-length": 10 }, {}]) {
        await using server = await fakeServer((_, response) => {
          response.writeHead(200, headers).write("half");
          setTimeout(() => response.destroy(), 20);
        });
        const sent = await send(server.url, get);
        expect(await bodyOf(sent).catch((error: unknown) => error)).to.be.instanceOf(Error);
      }
    });
  });

describe("a request by node:http alone", () => {
  it("ends when aborted, before the answer, in its midst and after it, and lets go of the connection", async () => {
    let open = 0;
    const server = createServer((request, response) => {
      if (request.url === "/mute") return;
      if (request.url === "/short") response.end("short");
      else response.writeHead(200).write("half");
    });
    server.on("connection", (socket) => {
      open += 1;
      socket.on("close", () => (open -= 1));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const mute = new AbortController();
      const unanswered = getByNode(`${url}/mute`, { ...get, signal: mute.signal }).catch((error: unknown) => error);
      setTimeout(() => mute.abort(), 20);
      expect(await unanswered).to.be.instanceOf(Error);

      const midst = new AbortController();
      const sent = await getByNode(`${url}/half`, { ...get, signal: midst.signal });
      const reading = bodyOf(sent).catch((error: unknown) => error);
      setTimeout(() => midst.abort(), 20);
      expect(await reading).to.be.instanceOf(Error);

      const unread = new AbortController();
      await getByNode(`${url}/half`, { ...get, signal: unread.signal });
      unread.abort();
      for (let waits = 0; open > 0 && waits < 100; waits += 1) await sleep(10);
      expect(open).to.equal(0);

      const late = new AbortController();
      expect(await bodyOf(await getByNode(`${url}/short`, { ...get, signal: late.signal }))).to.equal("short");
      late.abort();
      expect(await bodyOf(await getByNode(`${url}/short`, get))).to.equal("short");
      expect(await getByNode(url, { ...get, signal: AbortSignal.abort() }).catch(() => "no")).to.equal("no");
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
