import { expect } from "chai";

import { failure } from "../failure.ts";
import { store as storeByPublisher } from "../local/use-network.ts";
import { useSdk } from "./use-sdk.ts";

/** Answers requests whose path ends so with `answer` instead. */
function replacing(ending: RegExp, answer: (bytes: Uint8Array, url: string) => Uint8Array | undefined): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const url = input instanceof Request ? input.url : input.toString();
    if (!ending.test(url) || !response.ok) return response;
    const changed = answer(new Uint8Array(await response.arrayBuffer()), url);
    return changed === undefined ? new Response("gone", { status: 503 }) : new Response(Buffer.from(changed));
  };
}

describe("reading through the SDK", () => {
  const { start } = useSdk();

  it("hands out no bytes that slivers of lying nodes decode to", async () => {
    const { walrus, store } = await start();
    const blobId = await storeByPublisher(walrus, "the truth about scrimshaw");
    for (const { nodeId } of walrus.committee.members) walrus.faults.node(nodeId, { kind: "bad-sliver" });
    await using blobs = store();
    expect((await failure(blobs.get({ blobId }))).code).to.equal("walrus.slivers-unreadable");
  });

  it("hands out no bytes of another content hash, though they are of the Blob ID", async () => {
    const { walrus, store } = await start();
    const blobId = await storeByPublisher(walrus, "whole");
    await using blobs = store();
    const contentHash = `0x${"00".repeat(32)}` as const;
    const error = await failure(blobs.get({ blobId, contentHash }));
    expect(error.code).to.equal("walrus.slivers-unreadable");
    expect(error.found).to.include("SHA-256");
  });

  it("reads the right bytes past a node that lies, whichever slivers it draws", async () => {
    const { walrus, store } = await start();
    const words = "in spite of one that lies ".repeat(40);
    const blobId = await storeByPublisher(walrus, words);
    await using blobs = store();
    for (const { nodeId } of walrus.committee.members) {
      walrus.faults.clear();
      walrus.faults.node(nodeId, { kind: "bad-sliver" });
      expect(Buffer.from(await blobs.get({ blobId })).toString()).to.equal(words);
    }
  });

  it("reads past a node that is down, whichever it asks first", async () => {
    const { walrus, store } = await start();
    const blobId = await storeByPublisher(walrus, "in spite of one");
    const [, , , last] = walrus.committee.members;
    walrus.faults.node(last?.nodeId ?? "", { kind: "down" });
    await using blobs = store();
    expect(Buffer.from(await blobs.get({ blobId })).toString()).to.equal("in spite of one");
  });

  it("believes a length only from metadata that hashes to the Blob ID", async () => {
    const { walrus, store } = await start();
    const blobId = await storeByPublisher(walrus, "five!");
    const long = replacing(/\/metadata$/, (bytes) => {
      const copy = Buffer.from(bytes);
      copy.writeBigUInt64LE(2n ** 40n, 34);
      return copy;
    });
    await using blobs = store({ fetch: long });
    expect((await failure(blobs.get({ blobId }))).code).to.equal("walrus.metadata-unavailable");
    const [honest] = walrus.nodes;
    const mixed = replacing(/\/metadata$/, (bytes, url) => {
      const copy = Buffer.from(bytes);
      if (!url.startsWith(honest ?? "")) copy.writeBigUInt64LE(3n, 34);
      return copy;
    });
    await using most = store({ fetch: mixed });
    const error = await failure(most.get({ blobId, maxSize: 4 }));
    expect([error.code, error.found]).to.deep.equal(["walrus.body-too-long", "5 bytes"]);
  });

  it("refuses a blob of another size, a range beyond its end, and one that does not exist", async () => {
    const { walrus, store } = await start();
    const blobId = await storeByPublisher(walrus, "sized");
    await using blobs = store();
    expect((await failure(blobs.get({ blobId, size: 6 }))).code).to.equal("walrus.body-too-long");
    const range = { offset: 3, length: 3 };
    expect((await failure(blobs.get({ blobId, range }))).code).to.equal("walrus.range-not-satisfiable");
    expect((await failure(blobs.get({ blobId: "A".repeat(43) }))).code).to.equal("walrus.blob-not-found");
  });
});
