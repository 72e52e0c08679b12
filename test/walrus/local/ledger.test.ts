import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { collectCertificate } from "../../../src/walrus/collect-certificate.ts";
import type { BlobObject } from "../../../src/walrus/local/blob-object.ts";
import type { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import type { BlobPersistence } from "../../../src/walrus/confirmation-message.ts";
import type { Certificate } from "../../../src/walrus/verify-certificate.ts";
import { failure } from "../failure.ts";
import { type EncodedBlob, encodeSlivers, uploadSlivers } from "./encode-slivers.ts";
import { errorOf, put, store, useNetwork } from "./use-network.ts";

describe("Ledger", () => {
  const { start, folder } = useNetwork();
  let blob: EncodedBlob;
  before(() => {
    blob = encodeSlivers({ bytes: Buffer.from("some bytes"), nShards: 10 });
  });

  const refusal = async (work: Promise<unknown>): Promise<string> => {
    const { code, expected } = await failure(work);
    expect(code).to.equal("walrus.ledger-refused");
    return expected;
  };
  const certificateOf = async (walrus: LocalWalrus, persistence: BlobPersistence): Promise<Certificate> =>
    (await collectCertificate({ blobId: blob.blobId, committee: walrus.committee, persistence })).certificate;
  const status = async (walrus: LocalWalrus): Promise<unknown> => {
    const { success } = (await (await fetch(`${walrus.nodes[0] ?? ""}/v1/blobs/${blob.blobId}/status`)).json()) as {
      readonly success: { readonly data: unknown };
    };
    return success.data;
  };

  it("registers under a Blob ID that root and size give, for epochs that Walrus sells", async () => {
    await using walrus = await start();
    const register = (change: Partial<EncodedBlob>, epochs = 3): Promise<BlobObject> =>
      walrus.ledger.register({ ...blob, ...change, epochs, deletable: false });
    expect(await refusal(register({ size: 11 }))).to.contain("Blob ID");
    expect(await refusal(register({ rootHash: `0x${"00".repeat(32)}` }))).to.contain("Blob ID");
    for (const epochs of [0, 54, 1.5]) expect(await refusal(register({}, epochs))).to.contain("epochs");
    const object = await register({});
    expect(object).to.deep.include({ size: 10, registeredEpoch: 1, certifiedEpoch: undefined, deletable: false });
    expect(object.storage).to.include({ startEpoch: 1, endEpoch: 4 });
    expect(walrus.ledger.object(object.objectId)).to.deep.equal(object);
    expect(await status(walrus)).to.have.nested.include({ "permanent.isCertified": false, "permanent.endEpoch": 4 });
    expect(walrus.blobs()).to.deep.equal([]);
  });

  it("certifies by the certificate of that object, blob and committee alone", async () => {
    await using walrus = await start();
    const { ledger } = walrus;
    const permanent = await ledger.register({ ...blob, epochs: 3, deletable: false });
    const deletable = await ledger.register({ ...blob, epochs: 3, deletable: true });
    const second = await ledger.register({ ...blob, epochs: 3, deletable: true });
    await uploadSlivers(walrus, blob);
    const forAll = await certificateOf(walrus, { kind: "permanent" });
    const forOne = await certificateOf(walrus, { kind: "deletable", objectId: deletable.objectId });
    expect(await refusal(ledger.certify({ ...permanent, certificate: forOne }))).to.contain("permanent");
    expect(await refusal(ledger.certify({ ...deletable, certificate: forAll }))).to.contain(deletable.objectId);
    expect(await refusal(ledger.certify({ ...second, certificate: forOne }))).to.contain(second.objectId);
    expect(await refusal(ledger.extend({ ...permanent, epochs: 1 }))).to.contain("certified");
    expect((await ledger.certify({ ...permanent, certificate: forAll })).certifiedEpoch).to.equal(1);
    expect((await ledger.certify({ ...deletable, certificate: forOne })).certifiedEpoch).to.equal(1);
    expect(await refusal(ledger.certify({ ...permanent, certificate: forAll }))).to.contain("not certified");
    await walrus.advanceEpoch();
    const late = await failure(ledger.certify({ ...second, certificate: forOne }));
    expect(late.code).to.equal("walrus.certificate-epoch-mismatch");
    expect(await status(walrus)).to.have.nested.include({
      "permanent.isCertified": true,
      "permanent.deletableCounts.count_deletable_total": 2,
      "permanent.deletableCounts.count_deletable_certified": 1,
      "permanent.initialCertifiedEpoch": 1,
    });
  });

  it("extends, deletes and transfers, and remembers it", async () => {
    let kept: BlobObject;
    {
      await using walrus = await start();
      await store(walrus, "some bytes", "epochs=2&deletable=true");
      const [object] = walrus.ledger.objects(blob.blobId);
      if (object === undefined) throw new Error("no object");
      expect((await walrus.ledger.extend({ ...object, epochs: 3 })).storage.endEpoch).to.equal(6);
      expect(await refusal(walrus.ledger.extend({ ...object, epochs: 49 }))).to.contain("54");
      kept = await walrus.ledger.transfer({ ...object, owner: "0x12" });
      expect(await refusal(walrus.ledger.delete("0x34"))).to.contain("paid for");
    }
    await using walrus = await start();
    expect(walrus.ledger.object(kept.objectId)).to.deep.equal(kept);
    await walrus.ledger.delete(kept.objectId);
    expect(walrus.ledger.object(kept.objectId)).to.equal(undefined);
    expect((await fetch(`${walrus.url}/v1/blobs/${blob.blobId}`)).status).to.equal(404);
    expect(await status(walrus)).to.equal("nonexistent");
    await walrus.advanceEpoch();
    expect(await readdir(join(folder(), "blobs"))).to.deep.equal([]);
    expect(await readdir(join(folder(), "ledger"))).to.deep.equal([]);
    await store(walrus, "some bytes");
    const [permanent] = walrus.ledger.objects(blob.blobId);
    expect(await refusal(walrus.ledger.delete(permanent?.objectId ?? ""))).to.contain("deletable");
  });

  it("marks a blob as invalid for good, and everyone says so", async () => {
    {
      await using walrus = await start();
      await store(walrus, "some bytes");
      await walrus.ledger.invalidate(blob.blobId);
    }
    await using walrus = await start();
    const [url = ""] = walrus.nodes;
    expect(await status(walrus)).to.have.nested.property("invalid.event.txDigest");
    expect(await (await put(walrus, "some bytes")).json()).to.have.nested.property("markedInvalid.blobId", blob.blobId);
    expect((await fetch(`${walrus.url}/v1/blobs/${blob.blobId}`)).status).to.equal(404);
    const upload = await fetch(`${url}/v1/blobs/${blob.blobId}/metadata`, { method: "PUT", body: "x", headers: {} });
    expect(await errorOf(upload)).to.deep.equal([400, "INVALID_CONTENT_TYPE"]);
    const binary = { "content-type": "application/octet-stream" };
    const refused = await fetch(`${url}/v1/blobs/${blob.blobId}/metadata`, {
      method: "PUT",
      body: "x",
      headers: binary,
    });
    expect(await errorOf(refused)).to.deep.equal([400, "INVALID_BLOB"]);
    expect(walrus.blobs()).to.deep.equal([]);
    await walrus.advanceEpoch();
    await walrus.advanceEpoch();
    expect(walrus.ledger.isInvalid(blob.blobId)).to.equal(true);
  });

  it("tells what happened, the same each time, and believes no damaged record", async () => {
    let events: unknown;
    {
      await using walrus = await start();
      await store(walrus, "some bytes");
      events = walrus.ledger.events(blob.blobId);
      expect(walrus.ledger.events(blob.blobId).map(({ kind }) => kind)).to.deep.equal(["registered", "certified"]);
    }
    {
      await using walrus = await start();
      expect(walrus.ledger.events(blob.blobId)).to.deep.equal(events);
    }
    const [name = ""] = await readdir(join(folder(), "ledger"));
    await writeFile(join(folder(), "ledger", name), "{}");
    await using walrus = await start();
    expect(walrus.blobs()).to.deep.equal([]);
    expect(await store(walrus, "some bytes")).to.equal(blob.blobId);
  });
});
