import { expect } from "chai";

import type { PutOptions } from "../../../src/walrus/blob-store.ts";
import { encodeQuilt } from "../../../src/walrus/quilt/encode-quilt.ts";
import { putQuilts } from "../../../src/walrus/quilt/put-quilts.ts";
import { getPatch, listPatches, readQuilt } from "../../../src/walrus/quilt/read-quilt.ts";
import { splitPatches } from "../../../src/walrus/quilt/split-patches.ts";
import { failure } from "../failure.ts";
import { N_SHARDS, patch } from "./patches.ts";
import { useQuilts } from "./use-quilts.ts";

const nShards = N_SHARDS;

describe("splitPatches", () => {
  it("puts 666 patches in a quilt at 1000 shards, and the others in further ones, in order", () => {
    const patches = Array.from({ length: 1_500 }, (_, place) => patch(String(place).padStart(4, "0"), 10));
    const groups = splitPatches({ patches: patches.toReversed(), nShards: 1000, maxSize: 2 ** 28 });
    expect(groups.map(({ length }) => length)).to.deep.equal([666, 666, 168]);
    expect(groups.flat()).to.deep.equal(patches);
  });

  it("begins another quilt before one grows beyond the limit, and leaves a patch beyond it alone", () => {
    const patches = ["a", "b", "c", "d", "e"].map((name) => patch(name, name === "c" ? 60_000 : 900));
    const groups = splitPatches({ patches, nShards, maxSize: 5_000 });
    const names = groups.map((group) => group.map(({ identifier }) => identifier).join(""));
    expect(names.toSorted()).to.deep.equal(["ab", "c", "de"]);
    for (const [place, group] of groups.entries()) {
      if (names[place] !== "c") expect(encodeQuilt({ patches: group, nShards }).bytes.length).to.be.at.most(5_000);
    }
  });

  it("keeps a large patch from making a quilt of many small ones expensive", () => {
    const small = Array.from({ length: 665 }, (_, place) => patch(`small ${place}`, 1_000));
    const large = { identifier: "large", bytes: new Uint8Array(10_000_000) };
    const groups = splitPatches({ patches: [...small, large], nShards: 1000, maxSize: 2 ** 28 });
    expect(groups.map(({ length }) => length)).to.have.members([1, 665]);
    const bytes = groups.reduce((sum, patches) => sum + encodeQuilt({ patches, nShards: 1000 }).bytes.length, 0);
    expect(bytes).to.be.below(14_000_000);
    // Two of like size are cheaper in one quilt: every quilt is paid for as 66 MB more.
    const even = [large, { ...large, identifier: "other" }, ...small.slice(1)];
    expect(splitPatches({ patches: even, nShards: 1000, maxSize: 2 ** 28 })).to.have.length(2);
    expect(splitPatches({ patches: small, nShards: 1000, maxSize: 2 ** 28 })).to.have.length(1);
  });

  it("begins another quilt where the index would outgrow its columns", () => {
    // Names of 60 KiB: the index of ten columns grows with them, and with it the quilt.
    const patches = Array.from({ length: 6 }, (_, place) => patch(`${place}${"x".repeat(60_000)}`, 1));
    const groups = splitPatches({ patches, nShards, maxSize: 2 ** 19 });
    expect(groups.flat()).to.have.length(6);
    expect(groups.length).to.be.greaterThan(1);
    for (const group of groups) expect(encodeQuilt({ patches: group, nShards }).bytes.length).to.be.at.most(2 ** 19);
  });

  it("refuses one name in two quilts", async () => {
    const patches = [...Array.from({ length: 12 }, (_, place) => patch(`file ${place}`, 1)), patch("file 3", 2)];
    const work = Promise.resolve().then(() => splitPatches({ patches, nShards, maxSize: 2 ** 28 }));
    expect((await failure(work)).code).to.equal("walrus.patch-invalid");
  });
});

describe("putQuilts, getPatch and listPatches", () => {
  const { store, walrus } = useQuilts();
  const patches = [
    patch("one.txt", 300, { kind: "text" }),
    patch("two.bin", 2_000),
    patch("three", 0, { kind: "none" }),
  ];

  it("store and read patches by identifier, by patch ID and by tag", async () => {
    const [quilt, ...others] = await putQuilts({ store: store(), patches, nShards, epochs: 3 });
    expect(others).to.deep.equal([]);
    expect(quilt).to.include({ alreadyCertified: false, endEpoch: 4 });
    if (quilt === undefined) throw new Error("no quilt");
    const where = { store: store(), quiltId: quilt.blobId, nShards };
    expect(await listPatches(where)).to.deep.equal(quilt.patches);
    expect(await listPatches({ ...where, tag: { key: "kind", value: "none" } })).to.have.length(1);
    for (const { identifier, patchId } of quilt.patches) {
      const given = patches.find((one) => one.identifier === identifier);
      const byName = await getPatch({ ...where, identifier, contentHash: quilt.contentHash, size: quilt.size });
      expect(byName).to.deep.equal({ identifier, patchId, tags: given?.tags, bytes: given?.bytes });
      expect(await getPatch({ store: store(), nShards, patchId })).to.deep.equal(byName);
    }
    const again = await putQuilts({ store: store(), patches: patches.toReversed(), nShards, epochs: 3 });
    expect(again[0]).to.include({ blobId: quilt.blobId, alreadyCertified: true });
  });

  it("give a patch only if the whole quilt is right", async () => {
    const [quilt] = await putQuilts({ store: store(), patches: [patch("a", 50), patch("b", 50)], nShards });
    if (quilt === undefined) throw new Error("no quilt");
    const where = { store: store(), quiltId: quilt.blobId, nShards, identifier: "a" };
    // A byte of another patch, even one of padding, is a byte of the quilt.
    walrus().faults.flipByte({ blobId: quilt.blobId, offset: quilt.size - 1 });
    expect((await failure(getPatch(where))).code).to.equal("walrus.blob-id-mismatch");
    const { contentHash } = quilt;
    expect((await failure(getPatch({ ...where, contentHash }))).code).to.equal("walrus.content-hash-mismatch");
    walrus().faults.clear();
    expect((await getPatch({ ...where, contentHash })).bytes).to.have.length(50);
  });

  it("store more patches than one quilt holds in several", async () => {
    const many = Array.from({ length: 14 }, (_, place) => patch(`many ${String(place).padStart(2, "0")}`, 20 + place));
    const quilts = await putQuilts({ store: store(), patches: many, nShards });
    expect(quilts.map((quilt) => quilt.patches.length)).to.deep.equal([6, 6, 2]);
    for (const { blobId: quiltId, patches: listed } of quilts) {
      const quilt = await readQuilt({ store: store(), quiltId, nShards });
      for (const { identifier, patchId } of listed) {
        const given = many.find((one) => one.identifier === identifier);
        expect((await quilt.patch({ patchId })).bytes).to.deep.equal(given?.bytes);
      }
    }
  });

  it("pass on what to pay for, and ask for permanent blobs", async () => {
    const asked: PutOptions[] = [];
    const recorder = {
      put: (options: PutOptions) => {
        asked.push(options);
        return store().put(options);
      },
    };
    await putQuilts({ store: recorder, patches: [patch("terms", 1)], nShards, epochs: 2 });
    await putQuilts({ store: recorder, patches: [patch("terms", 2)], nShards, deletable: true });
    const terms = asked.map(({ epochs, deletable }) => ({ epochs, deletable }));
    expect(terms).to.deep.equal([
      { epochs: 2, deletable: undefined },
      { epochs: undefined, deletable: true },
    ]);
  });

  it("say what is wrong: no patches, no such patch, no such quilt, no quilt at all, an abort", async () => {
    expect((await failure(putQuilts({ store: store(), patches: [], nShards }))).code).to.equal("walrus.quilt-empty");
    const blob = await store().put({ bytes: new TextEncoder().encode("no quilt") });
    const where = { store: store(), nShards, identifier: "a" };
    expect((await failure(getPatch({ ...where, quiltId: blob.blobId }))).code).to.equal("walrus.quilt-invalid");
    const absent = "SOXf9RHkBueSe_TPBBL-o3dzbxBNhDNzf1W5zplXmdc";
    expect((await failure(getPatch({ ...where, quiltId: absent }))).code).to.equal("walrus.blob-not-found");
    expect((await failure(getPatch({ store: store(), nShards, patchId: "x" }))).code).to.equal(
      "walrus.patch-id-invalid",
    );
    const [quilt] = await putQuilts({ store: store(), patches, nShards });
    const other = getPatch({ ...where, quiltId: quilt?.blobId ?? "" });
    expect((await failure(other)).code).to.equal("walrus.patch-not-found");
    const stop = putQuilts({ store: store(), patches, nShards, signal: AbortSignal.abort(new Error("stop")) });
    expect(await stop.catch((error: unknown) => String(error))).to.equal("Error: stop");
  });
});
