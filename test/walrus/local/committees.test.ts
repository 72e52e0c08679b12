import { expect } from "chai";

import { collectCertificate } from "../../../src/walrus/collect-certificate.ts";
import { dealShards } from "../../../src/walrus/local/deal-shards.ts";
import type { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { verifyCertificate } from "../../../src/walrus/verify-certificate.ts";
import { failure } from "../failure.ts";
import { store, useNetwork } from "./use-network.ts";

describe("dealShards", () => {
  it("moves no more shards than the weights demand", () => {
    const before = [
      { nodeId: "0x1", shards: [0, 3, 6, 9] },
      { nodeId: "0x2", shards: [1, 4, 7] },
      { nodeId: "0x3", shards: [2, 5, 8] },
    ] as const;
    const weights = [
      { nodeId: "0x4", weight: 2 },
      { nodeId: "0x1", weight: 5 },
      { nodeId: "0x3", weight: 3 },
    ] as const;
    const dealt = dealShards({ nShards: 10, weights, before });
    expect(dealt.map(({ nodeId }) => nodeId)).to.deep.equal(["0x1", "0x3", "0x4"]);
    expect(dealt[0]?.shards).to.have.length(5).and.include.members([0, 3, 6, 9]);
    expect(dealt[1]?.shards).to.deep.equal([2, 5, 8]);
    expect(dealt.flatMap(({ shards }) => shards).toSorted()).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("committees of a local network", () => {
  const { start } = useNetwork();
  const shape = (walrus: LocalWalrus, epoch = walrus.epoch): unknown =>
    walrus.committeeOf(epoch).members.map(({ nodeId, publicKey, weight }) => ({ nodeId, publicKey, weight }));

  it("change with an epoch, are remembered, and each verifies its own epoch's certificates", async () => {
    let first: unknown;
    let second: unknown;
    let blobId: string;
    {
      await using walrus = await start();
      first = shape(walrus);
      blobId = await store(walrus, "some bytes", "epochs=9&permanent=true");
      const [a, b] = walrus.committee.members;
      const members = [
        { nodeId: a?.nodeId ?? "0x", weight: 1 },
        { nodeId: b?.nodeId ?? "0x", weight: 4 },
        { weight: 5 },
      ];
      await walrus.advanceEpoch({ members });
      second = shape(walrus);
      expect(second).not.to.deep.equal(first);
      expect(walrus.nodes).to.have.length(3);
      expect(walrus.nodes.every((url) => url.startsWith("http://"))).to.equal(true);
      expect(walrus.system.committee().previous.map(({ nodeId }) => nodeId)).to.have.length(4);
      const { certificate } = walrus.certificateOf(blobId) ?? {};
      if (certificate === undefined) throw new Error("no certificate");
      expect(verifyCertificate({ certificate, committee: walrus.committeeOf(1) }).blobId).to.equal(blobId);
      const { facts } = await collectCertificate({ blobId, committee: walrus.committee });
      expect(facts.epoch).to.equal(2);
    }
    await using walrus = await start();
    expect([shape(walrus, 1), shape(walrus, 2), shape(walrus, 3)]).to.deep.equal([first, second, second]);
    await walrus.advanceEpoch();
    expect(shape(walrus)).to.deep.equal(second);
    expect(await (await fetch(`${walrus.url}/v1/blobs/${blobId}`)).text()).to.equal("some bytes");
    expect((await collectCertificate({ blobId, committee: walrus.committee })).facts.epoch).to.equal(3);
  });

  it("refuse weights that do not add up, and nodes that are unknown or named twice", async () => {
    await using walrus = await start();
    const [a, b] = walrus.committee.members;
    const [first, second] = [a?.nodeId ?? "0x", b?.nodeId ?? "0x"];
    for (const members of [
      [],
      [{ weight: 9 }],
      [{ weight: 0 }, { weight: 10 }],
      [{ weight: 9.5 }, { weight: 0.5 }],
      [{ nodeId: `0x${"0".repeat(64)}`, weight: 10 } as const],
      [
        { nodeId: first, weight: 5 },
        { nodeId: first, weight: 5 },
      ],
      [{ nodeId: first, weight: 5 }, { nodeId: second, weight: 4 }, { weight: 2 }],
    ]) {
      expect((await failure(walrus.advanceEpoch({ members }))).code).to.equal("walrus.local-options-invalid");
    }
    expect(walrus.epoch).to.equal(1);
  });

  it("go on when the clock ends an epoch: leases end at the first request after it", async () => {
    let now = 1_000_000;
    await using walrus = await start({ epochSeconds: 60, now: () => now });
    const short = await store(walrus, "short", "epochs=1&permanent=true");
    const long = await store(walrus, "long", "epochs=4&permanent=true");
    now += 120_000;
    expect(walrus.epoch).to.equal(3);
    expect((await fetch(`${walrus.url}/v1/blobs/${short}`)).status).to.equal(404);
    expect(walrus.ledger.blobs()).to.deep.equal([long]);
    expect((await collectCertificate({ blobId: long, committee: walrus.committee })).facts.epoch).to.equal(3);
  });
});
