import { expect } from "chai";

import { boundedFetch } from "../../../src/walrus/sdk/bounded-fetch.ts";
import { fakeServer } from "../fake-server.ts";
import { store as storeByPublisher } from "../local/use-network.ts";
import { text, useSdk } from "./use-sdk.ts";

const PIECE = new Uint8Array(16_384).fill(0x20);

/** A body without an end, and how many bytes of it were taken. */
function endless(): { readonly taken: () => number; readonly answer: () => Response } {
  let pieces = 0;
  const body = (): ReadableStream =>
    new ReadableStream({
      pull: (controller) => {
        pieces += 1;
        controller.enqueue(PIECE);
      },
    });
  return { taken: () => pieces * PIECE.length, answer: () => new Response(body()) };
}

describe("what storage nodes send through the SDK", () => {
  const { start } = useSdk();

  it("breaks off after as many bytes as it may have", async () => {
    const { taken, answer } = endless();
    const bounded = boundedFetch({ fetch: () => Promise.resolve(answer()), limit: 100_000 });
    const response = await bounded("http://node.invalid");
    expect(await response.text().catch(String)).to.contain("an answer of more than 100000 bytes");
    expect(taken()).to.be.lessThan(300_000);
    await using short = await fakeServer((_, server) => server.writeHead(404, { "x-kept": "yes" }).end("short"));
    const whole = await boundedFetch({ fetch })(short.url);
    expect([whole.status, whole.headers.get("x-kept"), await whole.text()]).to.deep.equal([404, "yes", "short"]);
  });

  it("leads nowhere else", async () => {
    await using elsewhere = await fakeServer((_, server) => server.end("elsewhere"));
    await using node = await fakeServer((_, server) => server.writeHead(307, { location: elsewhere.url }).end());
    expect(await boundedFetch({ fetch })(node.url).catch((error: unknown) => error)).to.be.instanceOf(TypeError);
  });

  it("does not fill the memory when one node's answers have no end, in a write or a read", async () => {
    const { walrus, store } = await start();
    const [hostile = ""] = walrus.nodes;
    const { taken, answer } = endless();
    let asked = 0;
    const fetchPast: typeof fetch = (input, init) => {
      const url = input instanceof Request ? input.url : input.toString();
      if (!url.startsWith(hostile)) return fetch(input, init);
      asked += 1;
      return Promise.resolve(answer());
    };
    await using blobs = store({ fetch: fetchPast });
    const { blobId } = await blobs.put({ bytes: text("past one without end") });
    const readable = await storeByPublisher(walrus, "read past one without end");
    for (const id of [blobId, readable]) expect((await blobs.get({ blobId: id })).length).to.be.greaterThan(19);
    expect(asked).to.be.greaterThan(0);
    expect(taken()).to.be.lessThan(asked * 200_000);
  });
});
