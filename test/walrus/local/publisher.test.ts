import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { blobIdToHex } from "../../../src/walrus/blob-id.ts";
import { errorOf, put, store, useNetwork } from "./use-network.ts";

describe("publisherRoutes", () => {
  const { start, folder } = useNetwork();

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
    expect(await readdir(join(folder(), "uploads"))).to.deep.equal([]);
    expect(await readdir(join(folder(), "blobs"))).to.deep.equal([]);
  });

  it("extends a lease, and never takes a deletable one for a permanent one", async () => {
    await using walrus = await start();
    const answer = async (query: string): Promise<unknown> => (await put(walrus, "some bytes", query)).json();
    expect(await answer("epochs=2")).to.have.nested.property("newlyCreated.blobObject.deletable", true);
    expect(await answer("epochs=2")).to.have.nested.property("alreadyCertified.object");
    expect(await answer("epochs=2&permanent=true")).to.have.nested.property("newlyCreated.blobObject.deletable", false);
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
    const answers = await Promise.all(Array.from({ length: 6 }, async () => (await put(walrus, "some bytes")).json()));
    const kinds = answers.map((answer) => Object.keys(answer as object)[0]).toSorted();
    expect(kinds).to.deep.equal([...Array.from({ length: 5 }, () => "alreadyCertified"), "newlyCreated"]);
  });

  it("certifies a deletable blob by its object, and extends only what the publisher owns", async () => {
    await using walrus = await start();
    const answer = async (query: string): Promise<unknown> => (await put(walrus, "some bytes", query)).json();
    const first = await answer("epochs=2&deletable=true");
    const [object] = walrus.ledger.objects(walrus.blobs()[0] ?? "");
    const message = Buffer.from(object?.certificate?.message.slice(2) ?? "", "hex");
    expect(message).to.have.length(72);
    expect(`0x${message.subarray(40).toString("hex")}`).to.equal(object?.objectId);
    expect(first).to.have.nested.property("newlyCreated.blobObject.id", object?.objectId);
    const sent = await answer("epochs=3&deletable=true&send_object_to=0xAB");
    expect(sent).to.have.nested.property("newlyCreated.resourceOperation.registerFromScratch.epochsAhead", 3);
    const owners = walrus.ledger.objects(walrus.blobs()[0] ?? "").map(({ owner }) => owner);
    expect(owners).to.deep.equal([undefined, "0xab"]);
    const extended = await answer("epochs=5&deletable=true");
    expect(extended).to.have.nested.property("newlyCreated.blobObject.id", object?.objectId);
    expect(extended).to.have.nested.property("newlyCreated.resourceOperation.reuseAndExtend.epochsExtended", 3);
  });

  it("takes the bytes again when they were lost", async () => {
    let blobId: string;
    {
      await using walrus = await start();
      blobId = await store(walrus, "some bytes");
    }
    await rm(join(folder(), "blobs", blobIdToHex(blobId).slice(2)));
    await using walrus = await start();
    expect(walrus.blobs()).to.deep.equal([]);
    expect((await fetch(`${walrus.url}/v1/blobs/${blobId}`)).status).to.equal(503);
    expect(await (await put(walrus, "some bytes")).json()).to.have.property("alreadyCertified");
    expect(await (await fetch(`${walrus.url}/v1/blobs/${blobId}`)).text()).to.equal("some bytes");
  });
});
