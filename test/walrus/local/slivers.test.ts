import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { blobIdToHex } from "../../../src/walrus/blob-id.ts";
import { collectCertificate } from "../../../src/walrus/collect-certificate.ts";
import type { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { failure } from "../failure.ts";
import { type EncodedBlob, encodeSlivers, nodeOfPair, putBytes, uploadSlivers } from "./encode-slivers.ts";
import { errorOf, store, useNetwork } from "./use-network.ts";

const N = 10;

async function data(response: Response): Promise<unknown> {
  const { success } = (await response.json()) as { readonly success: { readonly data: unknown } };
  return success.data;
}

async function bytesOf(url: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(url)).arrayBuffer());
}

describe("uploads by sliver", () => {
  const { start, folder } = useNetwork();
  const bytes = Buffer.from("bytes that are uploaded sliver by sliver ".repeat(9));
  let blob: EncodedBlob;
  before(() => {
    blob = encodeSlivers({ bytes, nShards: N });
  });

  const register = async (walrus: LocalWalrus, epochs = 2, deletable = false): Promise<`0x${string}`> =>
    (await walrus.ledger.register({ ...blob, epochs, deletable })).objectId;
  const metadataUrl = (url: string): string => `${url}/v1/blobs/${blob.blobId}/metadata`;
  const sliverUrl = (walrus: LocalWalrus, pair: number, axis: string): string =>
    `${nodeOfPair(walrus, blob.blobId, pair)}/v1/blobs/${blob.blobId}/slivers/${pair}/${axis}`;
  const storeAll = async (walrus: LocalWalrus): Promise<void> => {
    const objectId = await register(walrus);
    await uploadSlivers(walrus, blob);
    const { certificate } = await collectCertificate({ blobId: blob.blobId, committee: walrus.committee });
    await walrus.ledger.certify({ objectId, certificate });
  };

  it("are taken after registration, certified by a quorum, and read back by the aggregator", async () => {
    await using walrus = await start();
    const objectId = await register(walrus);
    expect(new Set(await uploadSlivers(walrus, blob))).to.deep.equal(new Set([201]));
    expect(new Set(await uploadSlivers(walrus, blob))).to.deep.equal(new Set([200]));
    const { certificate } = await collectCertificate({ blobId: blob.blobId, committee: walrus.committee });
    expect((await fetch(`${walrus.url}/v1/blobs/${blob.blobId}`)).status).to.equal(404);
    await walrus.ledger.certify({ objectId, certificate });
    expect(walrus.blobs()).to.deep.equal([blob.blobId]);
    const url = `${walrus.url}/v1/blobs/${blob.blobId}`;
    expect((await bytesOf(`${url}?strict_consistency_check=true`)).equals(bytes)).to.equal(true);
    expect((await bytesOf(`${url}/byte-range?start=5&length=9`)).toString()).to.equal(bytes.toString("utf8", 5, 14));
    expect((await bytesOf(`${walrus.url}/v1/blobs/by-object-id/${objectId}`)).equals(bytes)).to.equal(true);
    expect((await fetch(`${walrus.url}/v1/blobs/by-object-id/0x12`)).status).to.equal(404);
  });

  it("survive a restart, also when they were not finished", async () => {
    {
      await using walrus = await start();
      await register(walrus);
      await putBytes(metadataUrl(walrus.nodes[0] ?? ""), blob.metadata);
    }
    {
      await using walrus = await start();
      expect(await data(await fetch(`${metadataUrl(walrus.nodes[0] ?? "")}/status`))).to.equal("Stored");
      expect(await data(await fetch(`${metadataUrl(walrus.nodes[1] ?? "")}/status`))).to.equal("Nonexistent");
      const codes = await uploadSlivers(walrus, blob);
      expect(codes.filter((code) => code === 200)).to.have.length(1);
    }
    await using walrus = await start();
    for (let pair = 0; pair < N; pair += 1) {
      for (const axis of ["primary", "secondary"] as const) {
        const url = sliverUrl(walrus, pair, axis);
        expect((await bytesOf(url)).equals(blob[axis][pair] ?? Buffer.of()), url).to.equal(true);
        expect(await data(await fetch(`${url}/status`))).to.equal("Stored");
      }
    }
  });

  it("are refused before registration and after the lease", async () => {
    await using walrus = await start();
    const [url = ""] = walrus.nodes;
    const pending = await putBytes(`${metadataUrl(url)}?pending=true`, blob.metadata);
    expect(await errorOf(pending)).to.deep.equal([400, "CACHE_SATURATED"]);
    for (const when of ["before", "after"]) {
      const refused = await putBytes(metadataUrl(url), blob.metadata);
      expect(await errorOf(refused), when).to.deep.equal([400, "NOT_REGISTERED"]);
      const sliver = await putBytes(sliverUrl(walrus, 0, "primary"), blob.primary[0] ?? Buffer.of());
      expect(await errorOf(sliver), when).to.deep.equal([400, "NOT_REGISTERED"]);
      const confirmation = await fetch(`${url}/v1/blobs/${blob.blobId}/confirmation/permanent`);
      expect(await errorOf(confirmation), when).to.deep.equal([400, "NOT_REGISTERED"]);
      if (when === "before") await register(walrus, 1);
      if (when === "before") await uploadSlivers(walrus, blob);
      if (when === "before") await walrus.advanceEpoch();
    }
    for (const node of await readdir(join(folder(), "nodes"))) {
      expect(await readdir(join(folder(), "nodes", node))).to.deep.equal([]);
    }
  });

  it("are checked against the Blob ID before they are stored", async () => {
    await using walrus = await start();
    await register(walrus);
    const [url = ""] = walrus.nodes;
    const bent = Uint8Array.from(blob.metadata);
    bent[50] = (bent[50] ?? 0) ^ 1;
    for (const wrong of [bent, blob.metadata.subarray(1), new Uint8Array(), new Uint8Array(5000)]) {
      expect(await errorOf(await putBytes(metadataUrl(url), wrong))).to.deep.equal([400, "INVALID_METADATA"]);
    }
    const early = await putBytes(sliverUrl(walrus, 3, "primary"), blob.primary[3] ?? Buffer.of());
    expect(await errorOf(early)).to.deep.equal([400, "METADATA_NOT_FOUND"]);
    for (const node of walrus.nodes) await putBytes(metadataUrl(node), blob.metadata);
    for (const axis of ["primary", "secondary"] as const) {
      const sliver = blob[axis][3] ?? Buffer.of();
      const flipped = Uint8Array.from(sliver);
      flipped[7] = (flipped[7] ?? 0) ^ 1;
      for (const wrong of [flipped, sliver.subarray(1), new Uint8Array(), new Uint8Array(5000)]) {
        const [code, reason] = (await errorOf(await putBytes(sliverUrl(walrus, 3, axis), wrong))) as [number, string];
        expect(code).to.equal(400);
        expect(["INVALID_SLIVER", "SLIVER_INDEX_MISMATCH"]).to.include(reason);
      }
      const other = await putBytes(sliverUrl(walrus, 3, axis), blob[axis][4] ?? Buffer.of());
      expect(await errorOf(other)).to.deep.equal([400, "SLIVER_INDEX_MISMATCH"]);
      expect(await data(await fetch(`${sliverUrl(walrus, 3, axis)}/status`))).to.equal("Nonexistent");
      expect(await errorOf(await fetch(sliverUrl(walrus, 3, axis)))).to.deep.equal([404, "SLIVER_NOT_FOUND"]);
    }
  });

  it("go to the node of their shard alone, and no node signs before it has all of its own", async () => {
    await using walrus = await start();
    await register(walrus);
    const own = nodeOfPair(walrus, blob.blobId, 2);
    const other = walrus.nodes.find((url) => url !== own) ?? "";
    const path = `/v1/blobs/${blob.blobId}/slivers`;
    const sliver = blob.primary[2] ?? Buffer.of();
    expect(await errorOf(await putBytes(`${other}${path}/2/primary`, sliver))).to.deep.equal([
      400,
      "SHARD_NOT_ASSIGNED",
    ]);
    expect(await errorOf(await fetch(`${other}${path}/2/primary`))).to.deep.equal([400, "SHARD_NOT_ASSIGNED"]);
    for (const name of ["10/primary", "99999/primary", "x/primary", "2/tertiary"]) {
      expect(await errorOf(await fetch(`${own}${path}/${name}`)), name).to.deep.equal([400, "INDEX_OUT_OF_RANGE"]);
    }
    const wrongType = { method: "PUT", body: "{}", headers: { "content-type": "application/json" } };
    expect(await errorOf(await fetch(`${own}${path}/2/primary`, wrongType))).to.deep.equal([
      400,
      "INVALID_CONTENT_TYPE",
    ]);
    await putBytes(metadataUrl(own), blob.metadata);
    await putBytes(`${own}${path}/2/primary`, sliver);
    const confirmation = await fetch(`${own}/v1/blobs/${blob.blobId}/confirmation/permanent`);
    expect(await errorOf(confirmation)).to.deep.equal([400, "MISSING_SLIVERS"]);
    const error = await failure(collectCertificate({ blobId: blob.blobId, committee: walrus.committee }));
    expect(error.code).to.equal("walrus.certificate-below-quorum");
  });

  it("are the same that nodes derive from a blob stored through the publisher", async () => {
    await using walrus = await start();
    expect(await store(walrus, bytes.toString())).to.equal(blob.blobId);
    for (let pair = 0; pair < N; pair += 1) {
      for (const axis of ["primary", "secondary"] as const) {
        expect((await bytesOf(sliverUrl(walrus, pair, axis))).equals(blob[axis][pair] ?? Buffer.of())).to.equal(true);
      }
    }
    const metadata = await bytesOf(metadataUrl(walrus.nodes[0] ?? ""));
    expect(metadata.subarray(32).equals(blob.metadata)).to.equal(true);
  });

  it("go with their shards to the next committee, whose nodes sign and serve them", async () => {
    await using walrus = await start();
    await storeAll(walrus);
    const [first, second, third] = walrus.committee.members;
    const weights = [
      { nodeId: first?.nodeId ?? "0x", weight: 5 },
      { nodeId: second?.nodeId ?? "0x", weight: 2 },
      { weight: 3 },
    ];
    expect(await walrus.advanceEpoch({ members: weights })).to.equal(2);
    const { members } = walrus.committee;
    expect(members.map(({ weight }) => weight).toSorted()).to.deep.equal([2, 3, 5]);
    expect(members.map(({ nodeId }) => nodeId)).not.to.include(third?.nodeId);
    const { facts } = await collectCertificate({ blobId: blob.blobId, committee: walrus.committee });
    expect(facts.epoch).to.equal(2);
    for (let pair = 0; pair < N; pair += 1) {
      expect(
        (await bytesOf(sliverUrl(walrus, pair, "secondary"))).equals(blob.secondary[pair] ?? Buffer.of()),
      ).to.equal(true);
    }
    const gone = await fetch(`${third?.url ?? ""}/v1/blobs/${blob.blobId}/confirmation/permanent`);
    expect(await errorOf(gone)).to.deep.equal([400, "MISSING_SLIVERS"]);
    expect((await bytesOf(`${walrus.url}/v1/blobs/${blob.blobId}`)).equals(bytes)).to.equal(true);
  });

  it("are not all needed: a blob is read while enough of them are left, and no longer", async () => {
    await using walrus = await start({ aggregatorReads: "slivers" });
    await storeAll(walrus);
    const read = (): Promise<Response> => fetch(`${walrus.url}/v1/blobs/${blob.blobId}`);
    const hex = blobIdToHex(blob.blobId).slice(2);
    const folders = (await readdir(join(folder(), "nodes"))).map((node) => join(folder(), "nodes", node, hex));
    await rm(join(folders[0] ?? "", "metadata"));
    await rm(folders[1] ?? "", { recursive: true });
    expect(Buffer.from(await (await read()).arrayBuffer()).equals(bytes)).to.equal(true);
    await rm(folders[2] ?? "", { recursive: true });
    await rm(folders[3] ?? "", { recursive: true });
    walrus.faults.clear();
    expect(await errorOf(await read())).to.deep.equal([503, "BLOB_UNAVAILABLE"]);
  });
});
