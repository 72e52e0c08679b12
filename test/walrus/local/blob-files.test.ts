import { appendFile, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { blobIdToHex } from "../../../src/walrus/blob-id.ts";
import { failure } from "../failure.ts";
import { put, store, useNetwork } from "./use-network.ts";

describe("LocalWalrus on disk", () => {
  const { start, folder } = useNetwork();

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
    expect((await stat(join(folder(), "committee.json"))).mode & 0o777).to.equal(0o600);
    const saved = await readFile(join(folder(), "committee.json"), "utf8");
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
    const blobs = join(folder(), "blobs");
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

  it("leaves the lock of a later network alone when it is stopped again", async () => {
    const first = await start();
    await first.stop();
    await using second = await start();
    await first.stop();
    expect(second.epoch).to.equal(1);
    expect((await failure(start())).code).to.equal("walrus.local-directory-in-use");
  });

  it("lets one network use a directory, and takes over the lock of a dead one", async () => {
    {
      await using walrus = await start();
      expect((await failure(start())).code).to.equal("walrus.local-directory-in-use");
      expect((await fetch(`${walrus.url}/status`)).status).to.equal(200);
    }
    await writeFile(join(folder(), "lock"), "4194305");
    await using walrus = await start();
    expect(walrus.epoch).to.equal(1);
  });

  it("refuses a directory of another shape, and damaged ones without quoting keys", async () => {
    await (await start()).stop();
    expect((await failure(start({ nShards: 100 }))).code).to.equal("walrus.local-directory-mismatch");
    expect((await failure(start({ nodes: 5 }))).code).to.equal("walrus.local-directory-mismatch");
    await writeFile(join(folder(), "epoch.json"), "now");
    expect((await failure(start())).code).to.equal("walrus.local-directory-damaged");
    await rm(join(folder(), "epoch.json"));
    await appendFile(join(folder(), "committee.json"), "x");
    const error = await failure(start());
    expect(error.code).to.equal("walrus.local-directory-damaged");
    expect(error.cause).to.equal(undefined);
  });
});
