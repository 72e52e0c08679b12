import { readdir, truncate, writeFile } from "node:fs/promises";

import { expect } from "chai";

import { ScrimshawError } from "../../../src/errors.ts";
import { SdkBlobStore } from "../../../src/walrus/sdk/sdk-blob-store.ts";
import type { SdkStep } from "../../../src/walrus/sdk/sdk-step.ts";
import { failure } from "../failure.ts";
import { store as storeByPublisher } from "../local/use-network.ts";
import { LOCAL_NETWORK, text, useSdk } from "./use-sdk.ts";

const died = (): ScrimshawError =>
  new ScrimshawError({ code: "test.died", expected: "life", found: "death", next: "Run it again." });

/** Ends a write, as a crash would, when it reaches a step. */
function dieAt(kind: SdkStep["kind"]): (step: SdkStep) => void {
  return (step) => {
    if (step.kind === kind) throw died();
  };
}

describe("SdkBlobStore", () => {
  const { start } = useSdk();

  it("registers, uploads and certifies a blob, and reads it back", async () => {
    const { walrus, store, steps, calls, journalDir } = await start();
    await using blobs = store();
    const bytes = text("hello");
    const stored = await blobs.put({ bytes, epochs: 3 });
    expect(stored).to.deep.include({ size: 5, endEpoch: 4, alreadyCertified: false });
    expect(calls()).to.deep.equal(["register", "certify"]);
    expect(steps.map(({ kind }) => kind).filter((kind) => kind !== "upload")).to.deep.equal([
      "register",
      "registered",
      "uploaded",
      "certified",
    ]);
    expect(steps[0]).to.deep.include({ kind: "register", epochs: 3, cost: 2_300n });
    const { blobId, contentHash } = stored;
    expect(Buffer.from(await blobs.get({ blobId, contentHash, size: 5 })).toString()).to.equal("hello");
    expect(Buffer.from(await blobs.get({ blobId, range: { offset: 1, length: 3 } })).toString()).to.equal("ell");
    expect(await blobs.status({ blobId })).to.deep.include({ state: "certified", endEpoch: 4, deletable: false });
    expect(walrus.ledger.certified(blobId)?.certifiedEpoch).to.equal(1);
    expect(await readdir(journalDir)).to.deep.equal([]);
  });

  it("stores what a publisher stores under the same Blob ID, and pays for nothing that is already paid for", async () => {
    const { walrus, store, calls } = await start();
    const blobId = await storeByPublisher(walrus, "twice", "epochs=5&permanent=true");
    await using blobs = store();
    const stored = await blobs.put({ bytes: text("twice"), epochs: 3 });
    expect(stored).to.deep.include({ blobId, endEpoch: 6, alreadyCertified: true });
    expect(calls()).to.deep.equal([]);
    const longer = await blobs.put({ bytes: text("twice"), epochs: 9 });
    expect(longer).to.deep.include({ blobId, endEpoch: 10, alreadyCertified: false });
  });

  it("stores a deletable blob only when asked, and its status says so", async () => {
    const { store, walrus } = await start();
    await using blobs = store();
    const { blobId } = await blobs.put({ bytes: text("passing"), deletable: true });
    expect(await blobs.status({ blobId })).to.deep.include({ state: "certified", deletable: true });
    const permanent = await blobs.put({ bytes: text("passing") });
    expect(walrus.ledger.objects(permanent.blobId).map(({ deletable }) => deletable)).to.deep.equal([true, false]);
  });

  for (const kind of ["registered", "upload", "uploaded"] as const) {
    it(`goes on after it died at "${kind}", and registers once`, async () => {
      const { store, calls, journalDir } = await start();
      const bytes = text(`dies at ${kind}`);
      await using dying = store({ onStep: dieAt(kind) });
      expect((await failure(dying.put({ bytes, epochs: 2 }))).code).to.equal("test.died");
      await using blobs = store();
      const stored = await blobs.put({ bytes, epochs: 2 });
      expect(stored).to.deep.include({ endEpoch: 3, alreadyCertified: false });
      expect(calls()).to.deep.equal(["register", "certify"]);
      expect(await readdir(journalDir)).to.deep.equal([]);
    });
  }

  for (const [place, step] of ["registration", "certification"].entries()) {
    it(`goes on when the answer to the ${step} was lost`, async () => {
      const { store, sui, calls } = await start();
      const execute = sui.core.executeTransaction.bind(sui.core);
      const find = sui.core.getTransaction.bind(sui.core);
      let sent = 0;
      sui.core.executeTransaction = async (options) => {
        const result = await execute(options);
        sent += 1;
        if (sent !== place + 1) return result;
        sui.core.getTransaction = () => Promise.reject(new Error("connection reset"));
        throw new Error("connection reset");
      };
      await using blobs = store();
      const bytes = text(`loses the ${step}`);
      const error = await failure(blobs.put({ bytes, epochs: 2 }));
      expect([error.code, error.found]).to.deep.equal(["walrus.sui-failed", "connection reset"]);
      sui.core.getTransaction = find;
      expect((await blobs.put({ bytes, epochs: 2 })).endEpoch).to.equal(3);
      expect(calls()).to.deep.equal(["register", "certify"]);
    });
  }

  it("sends a transaction again that the node never got, instead of another one", async () => {
    const { store, sui, calls } = await start();
    const execute = sui.core.executeTransaction.bind(sui.core);
    const find = sui.core.getTransaction.bind(sui.core);
    sui.core.executeTransaction = () => Promise.reject(new Error("no route"));
    sui.core.getTransaction = () => Promise.reject(new Error("no route"));
    await using blobs = store();
    const bytes = text("unsent");
    expect((await failure(blobs.put({ bytes }))).code).to.equal("walrus.sui-failed");
    const digests: string[] = [];
    sui.core.getTransaction = (options) => {
      digests.push(options.digest);
      return find(options);
    };
    sui.core.executeTransaction = execute;
    await blobs.put({ bytes });
    expect(sui.transactions[0]?.digest).to.equal(digests[0]);
    expect(calls()).to.deep.equal(["register", "certify"]);
  });

  it("finds a registration of its own on the chain when the journal is lost", async () => {
    const { store, calls, journalDir } = await start();
    const bytes = text("journal lost");
    await using dying = store({ onStep: dieAt("registered") });
    await failure(dying.put({ bytes, epochs: 2 }));
    await using blobs = store({ journalDir: `${journalDir}-other` });
    await blobs.put({ bytes, epochs: 2 });
    expect(calls()).to.deep.equal(["register", "certify"]);
  });

  it("collects a new certificate when the epoch ended before the certificate reached the chain", async () => {
    const { walrus, store, calls } = await start();
    const bytes = text("across epochs");
    await using dying = store({ onStep: dieAt("uploaded") });
    await failure(dying.put({ bytes, epochs: 4 }));
    await walrus.advanceEpoch();
    await using blobs = store();
    const { blobId, endEpoch } = await blobs.put({ bytes, epochs: 3 });
    expect(endEpoch).to.equal(5);
    expect(walrus.ledger.certified(blobId)?.certifiedEpoch).to.equal(2);
    expect(calls()).to.deep.equal(["register", "certify"]);
  });

  it("tops up a write that goes on for longer than it began", async () => {
    const { store, steps, calls } = await start();
    const bytes = text("for longer");
    await using dying = store({ onStep: dieAt("uploaded") });
    await failure(dying.put({ bytes, epochs: 2 }));
    await using blobs = store();
    expect((await blobs.put({ bytes, epochs: 9 })).endEpoch).to.equal(10);
    expect(calls()).to.deep.equal(["register", "certify", "extend"]);
    expect(steps.at(-1)).to.deep.include({ kind: "extend", epochs: 7, cost: 700n });
  });

  it("asks for the key again after it could not be had", async () => {
    const { store, signer } = await start();
    let asked = 0;
    await using blobs = store({ signer: () => (++asked === 1 ? Promise.reject(died()) : Promise.resolve(signer)) });
    const bytes = text("locked");
    expect((await failure(blobs.put({ bytes }))).code).to.equal("test.died");
    expect((await blobs.put({ bytes })).alreadyCertified).to.equal(false);
  });

  it("stores files, and refuses one that cannot be read or encoded", async () => {
    const { store, journalDir } = await start();
    await using blobs = store();
    const path = `${journalDir}-file`;
    await writeFile(path, "in a file");
    const { blobId } = await blobs.put({ path });
    expect(Buffer.from(await blobs.get({ blobId })).toString()).to.equal("in a file");
    expect((await failure(blobs.put({ path: `${path}-none` }))).code).to.equal("walrus.file-unreadable");
    await truncate(path, 2 ** 40);
    expect((await failure(blobs.put({ path }))).code).to.equal("walrus.blob-too-large");
  });

  it("uploads past a node that is down, and says so when too few take their slivers", async () => {
    const { walrus, store, calls } = await start();
    const [, , third, fourth] = walrus.committee.members;
    walrus.faults.node(fourth?.nodeId ?? "", { kind: "down" });
    await using blobs = store();
    const { blobId } = await blobs.put({ bytes: text("three of four") });
    expect((await blobs.certificate({ blobId })).facts.weight).to.be.at.least(7);
    walrus.faults.node(third?.nodeId ?? "", { kind: "down" });
    const bytes = text("two of four");
    expect((await failure(blobs.put({ bytes }))).code).to.equal("walrus.upload-below-quorum");
    walrus.faults.clear();
    await blobs.put({ bytes });
    expect(calls()).to.deep.equal(["register", "certify", "register", "certify"]);
  });

  it("extends the signer's own object, and nobody else's", async () => {
    const { walrus, store, calls } = await start();
    await using blobs = store();
    const { blobId } = await blobs.put({ bytes: text("lasting"), epochs: 2 });
    expect((await blobs.extend({ blobId, epochs: 7 })).endEpoch).to.equal(8);
    expect((await blobs.extend({ blobId, epochs: 7 })).endEpoch).to.equal(8);
    expect(calls()).to.deep.equal(["register", "certify", "extend"]);
    const theirs = await storeByPublisher(walrus, "theirs");
    expect((await failure(blobs.extend({ blobId: theirs, epochs: 7 }))).code).to.equal("walrus.blob-not-owned");
  });

  it("asks for no key to read, and for one to pay", async () => {
    const { walrus, sui, journalDir, store } = await start();
    const blobId = await storeByPublisher(walrus, "readable");
    await using reader = new SdkBlobStore({ network: LOCAL_NETWORK, suiClient: sui, journalDir });
    expect((await failure(reader.put({ bytes: text("unpaid") }))).code).to.equal("walrus.no-sui-signer");
    let asked = 0;
    await using blobs = store({
      signer: () => {
        asked += 1;
        return Promise.reject(died());
      },
    });
    await blobs.get({ blobId });
    await blobs.status({ blobId });
    await blobs.certificate({ blobId });
    expect(asked).to.equal(0);
    expect((await failure(blobs.put({ bytes: text("paid") }))).code).to.equal("test.died");
  });

  it("refuses a price above the cap before anything is signed", async () => {
    const { store, calls } = await start();
    await using blobs = store({ maxCost: 2_299n });
    const error = await failure(blobs.put({ bytes: text("dear"), epochs: 3 }));
    expect([error.code, error.found]).to.deep.equal([
      "walrus.cost-above-cap",
      "0.0000023 WAL for 4 bytes and 3 epochs",
    ]);
    expect(calls()).to.deep.equal([]);
  });

  it("stops when it is told to", async () => {
    const { store, calls } = await start();
    const stop = new AbortController();
    const reason = new Error("enough");
    await using blobs = store({ onStep: ({ kind }) => kind === "registered" && stop.abort(reason) });
    const put = blobs.put({ bytes: text("stopped"), signal: stop.signal });
    expect(await put.catch((error: unknown) => error)).to.equal(reason);
    expect(calls()).to.deep.equal(["register"]);
  });

  it("streams a blob in order once it is checked", async () => {
    const { store } = await start();
    await using blobs = store();
    const bytes = new Uint8Array(1_500_000).map((_, place) => place % 251);
    const { blobId } = await blobs.put({ bytes });
    const pieces: Uint8Array[] = [];
    for await (const piece of blobs.stream({ blobId, unverified: true })) pieces.push(piece);
    expect(pieces.length).to.equal(2);
    expect(Buffer.concat(pieces).equals(bytes)).to.equal(true);
  });
});
