import { expect } from "chai";

import { collectCertificate } from "../../../src/walrus/collect-certificate.ts";
import { type AggregatorFault, type NodeFault, Faults } from "../../../src/walrus/local/faults.ts";
import type { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { setFaults } from "../../../src/walrus/local/parse-fault.ts";
import { failure } from "../failure.ts";
import { errorOf, put, store, useNetwork } from "./use-network.ts";

const TEXT = "some bytes that are read back";

describe("faults on demand", () => {
  const { start } = useNetwork();

  const nodeIds = (walrus: LocalWalrus): string[] => walrus.committee.members.map(({ nodeId }) => nodeId);
  /** Gives faults to nodes until those have as many shards, or one node more. */
  const spoil = (walrus: LocalWalrus, shards: number, fault: NodeFault): void => {
    let spoilt = 0;
    for (const { nodeId, weight } of walrus.committee.members) {
      if (spoilt >= shards) return;
      walrus.faults.node(nodeId, fault);
      spoilt += weight;
    }
  };

  describe("of storage nodes", () => {
    for (const fault of [
      { kind: "down" },
      { kind: "bad-sliver" },
      { kind: "slow", milliseconds: 60_000 },
    ] satisfies NodeFault[]) {
      it(`leave a read from slivers right while at most f shards are ${fault.kind}`, async () => {
        await using walrus = await start({ aggregatorReads: "slivers" });
        const blobId = await store(walrus, TEXT);
        spoil(walrus, 3, fault);
        const started = Date.now();
        expect(await (await fetch(`${walrus.url}/v1/blobs/${blobId}`)).text()).to.equal(TEXT);
        expect(Date.now() - started).to.be.lessThan(5_000);
        walrus.faults.clear();
      });
    }

    for (const kind of ["down", "bad-sliver"] as const) {
      it(`end in a clear 503 when too many shards are ${kind}, and the blob is back with the nodes`, async () => {
        await using walrus = await start({ aggregatorReads: "slivers" });
        const blobId = await store(walrus, TEXT);
        spoil(walrus, 10, { kind });
        const url = `${walrus.url}/v1/blobs/${blobId}`;
        expect(await errorOf(await fetch(url))).to.deep.equal([503, "BLOB_UNAVAILABLE"]);
        walrus.faults.clear();
        expect(await (await fetch(url)).text()).to.equal(TEXT);
      });
    }

    it("let a quorum of the others certify, and the publisher say so when there is none", async () => {
      await using walrus = await start();
      spoil(walrus, 3, { kind: "bad-signature" });
      const blobId = await store(walrus, TEXT);
      const { facts } = await collectCertificate({ blobId, committee: walrus.committee });
      expect(facts.signers).not.to.include(0);
      spoil(walrus, 6, { kind: "bad-signature" });
      const error = await failure(collectCertificate({ blobId, committee: walrus.committee }));
      expect(error.code).to.equal("walrus.certificate-below-quorum");
      expect(await errorOf(await put(walrus, "more"))).to.deep.equal([504, "INSUFFICIENT_CONFIRMATIONS"]);
      expect(walrus.blobs()).to.deep.equal([blobId]);
      walrus.faults.clear();
      const again: unknown = await (await put(walrus, "more")).json();
      expect(again).to.have.nested.property("newlyCreated.resourceOperation.reuseRegistration");
      expect(again).to.have.nested.property("newlyCreated.cost", 0);
    });

    it("break connections or delay answers, of that node alone", async () => {
      await using walrus = await start();
      const [first = "", second = "", third = ""] = nodeIds(walrus);
      walrus.faults.node(first, { kind: "down" });
      walrus.faults.node(second, { kind: "slow", milliseconds: 300 });
      const health = (place: number): Promise<number> =>
        fetch(`${walrus.nodes[place] ?? ""}/v1/health`).then(
          ({ status }) => status,
          () => 0,
        );
      const started = Date.now();
      expect([await health(0), await health(2), await health(3)]).to.deep.equal([0, 200, 200]);
      expect(await health(1)).to.equal(200);
      expect(Date.now() - started).to.be.at.least(300);
      walrus.faults.node(first, undefined);
      expect(await health(0)).to.equal(200);
      expect(walrus.faults.ofNode(third)).to.equal(undefined);
    });
  });

  it("of the publisher tell a wrong Blob ID, or an error as often as asked", async () => {
    await using walrus = await start();
    const blobId = await store(walrus, TEXT);
    walrus.faults.publisher({ kind: "wrong-blob-id" });
    const told = await store(walrus, TEXT);
    expect(told).to.have.length(43).and.not.equal(blobId);
    expect(await store(walrus, "others")).not.to.equal(walrus.blobs().find((known) => known !== blobId));
    walrus.faults.publisher({ kind: "status", status: 429, retryAfter: 7, times: 2 });
    for (let time = 0; time < 2; time += 1) {
      const refused = await put(walrus, TEXT);
      expect([refused.status, refused.headers.get("retry-after")]).to.deep.equal([429, "7"]);
      await refused.body?.cancel();
    }
    expect(await store(walrus, TEXT)).to.equal(blobId);
  });

  it("of the aggregator flip, break off, stall and refuse", async () => {
    await using walrus = await start();
    const body = "0123456789".repeat(1000);
    const url = `${walrus.url}/v1/blobs/${await store(walrus, body)}`;
    const read = async (fault: AggregatorFault, range = "bytes=0-9999"): Promise<string> => {
      walrus.faults.aggregator(fault);
      const response = await fetch(url, { headers: { range }, signal: AbortSignal.timeout(700) });
      expect(response.headers.get("content-length")).to.equal(range === "bytes=0-9999" ? "10000" : "10");
      const chunks: string[] = [];
      try {
        for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
          chunks.push(Buffer.from(chunk).toString("latin1"));
        }
        return chunks.join("");
      } catch (error) {
        return `${chunks.join("").length} bytes, ${(error as Error).name}`;
      }
    };
    const flipped = await read({ kind: "flip", offset: 5003 });
    expect([flipped.slice(0, 5003), flipped.slice(5004)]).to.deep.equal([body.slice(0, 5003), body.slice(5004)]);
    expect(flipped[5003]).not.to.equal(body[5003]);
    expect(await read({ kind: "flip", offset: 5003 }, "bytes=0-9")).to.equal("0123456789");
    expect(await read({ kind: "truncate", after: 4000 })).to.equal("4000 bytes, TypeError");
    expect(await read({ kind: "stall", after: 4000 })).to.equal("4000 bytes, TimeoutError");
    for (const status of [404, 429, 451, 500, 503] as const) {
      walrus.faults.aggregator({ kind: "status", status, retryAfter: 1, times: 1 });
      const refused = await fetch(url);
      expect([refused.status, refused.headers.get("retry-after")]).to.deep.equal([status, "1"]);
      expect(await refused.json()).to.have.nested.property("error.code", status);
      expect(await (await fetch(url)).text()).to.equal(body);
    }
  });
});

describe("setFaults", () => {
  const nodeIds = ["0xa", "0xb"];

  it("reads faults from text", () => {
    const faults = new Faults();
    setFaults({ text: "node-slow:1:250, node-bad-sliver:0,publisher-wrong-blob-id", faults, nodeIds });
    expect(faults.ofNode("0xb")).to.deep.equal({ kind: "slow", milliseconds: 250 });
    expect(faults.ofNode("0xa")).to.deep.equal({ kind: "bad-sliver" });
    expect(faults.toldBlobId("A".repeat(43))).not.to.equal("A".repeat(43));
    setFaults({ text: "aggregator-status:503,publisher-status:429,node-down:1", faults, nodeIds });
    expect(faults.aggregatorAnswer()?.status).to.equal(503);
    expect(faults.publisherAnswer()?.status).to.equal(429);
    expect(faults.ofNode("0xb")).to.deep.equal({ kind: "down" });
  });

  for (const text of [
    "",
    "node-down",
    "node-down:2",
    "node-down:x",
    "node-slow:1",
    "node-slow:1:2:3",
    "node-down:1:2",
    "aggregator-status:200",
    "publisher-status:404",
    "publisher-wrong-blob-id:1",
    "crash:now",
    "aggregator-flip",
    "fire",
  ]) {
    it(`refuses ${JSON.stringify(text)}, and sets nothing of it`, async () => {
      const faults = new Faults();
      const set = async (): Promise<void> => {
        await Promise.resolve();
        setFaults({ text: `node-down:0,${text}`, faults, nodeIds });
      };
      expect((await failure(set())).code).to.equal("walrus.fault-invalid");
      expect(faults.ofNode("0xa")).to.equal(undefined);
    });
  }
});
