import { expect } from "chai";
import { bcs } from "@mysten/sui/bcs";
import { blake2b } from "@noble/hashes/blake2.js";

import type { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { type EncodedBlob, encodeSlivers, nodeOfPair } from "./encode-slivers.ts";
import { errorOf, store, useNetwork } from "./use-network.ts";

const N = 10;
const MerkleNode = bcs.enum("MerkleNode", { Empty: null, Digest: bcs.bytes(32) });
const DecodingSymbol = bcs.struct("DecodingSymbol", { index: bcs.u16(), data: bcs.byteVector() });
/** walrus-core's `GeneralRecoverySymbol`. */
const RecoverySymbols = bcs.vector(
  bcs.struct("GeneralRecoverySymbol", {
    symbol: bcs.enum("EitherDecodingSymbol", { Primary: DecodingSymbol, Secondary: DecodingSymbol }),
    target: bcs.u16(),
    proof: bcs.vector(MerkleNode),
  }),
);
type RecoverySymbol = ReturnType<typeof RecoverySymbols.parse>[number];

const hash = (...parts: Uint8Array[]): Uint8Array => blake2b(Buffer.concat(parts), { dkLen: 32 });

/** The root that a symbol's proof leads to, walking up from the leaf. */
function rootOf({ symbol, target, proof }: RecoverySymbol): Buffer {
  const data = symbol.$kind === "Primary" ? symbol.Primary.data : symbol.Secondary.data;
  let node = hash(Buffer.of(0), data);
  for (const [height, sibling] of proof.entries()) {
    const other = sibling.$kind === "Empty" ? new Uint8Array(32) : sibling.Digest;
    const isRight = ((target >> height) & 1) === 1;
    node = isRight ? hash(Buffer.of(1), other, node) : hash(Buffer.of(1), node, other);
  }
  return Buffer.from(node);
}

describe("recoverySymbolRoutes", () => {
  const { start } = useNetwork();
  const text = "bytes whose symbols prove where they stand ".repeat(6);
  let blob: EncodedBlob;
  before(() => {
    blob = encodeSlivers({ bytes: Buffer.from(text), nShards: N });
  });
  /** A pair's roots in the metadata. */
  const hashOf = (pair: number, axis: "primary" | "secondary"): Buffer => {
    const start = 11 + pair * 66 + (axis === "primary" ? 0 : 33) + 1;
    return Buffer.from(blob.metadata.subarray(start, start + 32));
  };
  const symbolSize = (): number => Buffer.from(blob.primary[0] ?? []).readUInt16LE((blob.primary[0]?.length ?? 0) - 4);
  /** Symbol `place` of a sliver in BCS that has one length byte. */
  const symbolOf = (sliver: Uint8Array | undefined, place: number): Buffer =>
    Buffer.from(sliver ?? []).subarray(1 + place * symbolSize(), 1 + (place + 1) * symbolSize());
  const list = async (url: string, query: string): Promise<RecoverySymbol[]> => {
    const response = await fetch(`${url}/v1/blobs/${blob.blobId}/recoverySymbols?${query}`);
    expect(response.headers.get("content-type")).to.equal("application/octet-stream");
    return RecoverySymbols.parse(new Uint8Array(await response.arrayBuffer()));
  };
  const stored = async (): Promise<LocalWalrus> => {
    const walrus = await start();
    expect(await store(walrus, text)).to.equal(blob.blobId);
    return walrus;
  };

  it("prove each symbol of a named sliver against the metadata", async () => {
    await using walrus = await stored();
    for (const [primary, secondary] of [
      [0, 0],
      [3, 6],
      [9, 9],
      [5, 1],
    ] as const) {
      const url = nodeOfPair(walrus, blob.blobId, primary);
      const [symbol] = await list(url, `id=${primary}-${secondary}&proofAxis=primary`);
      if (symbol?.symbol.$kind !== "Secondary") throw new Error("not of the axis asked for");
      expect([symbol.symbol.Secondary.index, symbol.target]).to.deep.equal([primary, secondary]);
      expect(rootOf(symbol).equals(hashOf(primary, "primary"))).to.equal(true);
      const other = nodeOfPair(walrus, blob.blobId, N - 1 - secondary);
      const [crossing] = await list(other, `id=${primary}-${secondary}&proofAxis=secondary`);
      if (crossing?.symbol.$kind !== "Primary") throw new Error("not of the axis asked for");
      expect([crossing.symbol.Primary.index, crossing.target]).to.deep.equal([secondary, primary]);
      expect(rootOf(crossing).equals(hashOf(N - 1 - secondary, "secondary"))).to.equal(true);
      expect(crossing.symbol.Primary.data).to.deep.equal(symbol.symbol.Secondary.data);
    }
  });

  it("list what a node's slivers give for a target, which together are enough to recover it", async () => {
    await using walrus = await stored();
    const found = new Map<number, Uint8Array>();
    for (const url of walrus.nodes) {
      for (const symbol of await list(url, "targetSliver=2&targetType=primary")) {
        if (symbol.symbol.$kind !== "Primary") throw new Error("not of the axis asked for");
        const { index, data } = symbol.symbol.Primary;
        expect(rootOf(symbol).equals(hashOf(N - 1 - index, "secondary"))).to.equal(true);
        found.set(index, Uint8Array.from(data));
      }
    }
    expect(found.size).to.equal(N);
    for (let place = 0; place < 7; place += 1) {
      expect(Buffer.from(found.get(place) ?? []).equals(symbolOf(blob.primary[2], place))).to.equal(true);
    }
  });

  it("refuse filters that make no sense and symbols of other nodes", async () => {
    await using walrus = await stored();
    const path = `/v1/blobs/${blob.blobId}/recoverySymbols`;
    const url = nodeOfPair(walrus, blob.blobId, 3);
    const other = walrus.nodes.find((one) => one !== url) ?? "";
    const refused = async (base: string, query: string): Promise<unknown> =>
      errorOf(await fetch(`${base}${path}?${query}`));
    expect(await refused(url, "")).to.deep.equal([400, "NO_SYMBOLS_SPECIFIED"]);
    for (const query of [
      "id=3",
      "id=10-0",
      "id=0-0&proofAxis=both",
      "targetSliver=1",
      "targetSliver=10&targetType=primary",
      "targetSliver=1&targetType=primary&proofAxis=primary",
    ]) {
      expect(await refused(url, query), query).to.deep.equal([400, "INVALID_FILTER"]);
    }
    expect(await refused(other, "id=3-3&proofAxis=primary")).to.deep.equal([400, "SYMBOL_NOT_PRESENT_AT_SHARDS"]);
    const absent = `${url}/v1/blobs/${"A".repeat(43)}/recoverySymbols?targetSliver=1&targetType=primary`;
    expect(await errorOf(await fetch(absent))).to.deep.equal([404, "SLIVER_NOT_FOUND"]);
  });
});
