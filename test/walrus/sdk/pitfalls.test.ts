import { NotEnoughBlobConfirmationsError } from "@mysten/walrus";
import { BlobEncoder } from "@mysten/walrus-wasm";
import { expect } from "chai";

import { bitmapOf } from "../../../src/walrus/sdk/signers-bitmap.ts";
import { verifyCertificate } from "../../../src/walrus/verify-certificate.ts";
import { failure } from "../failure.ts";
import { type Local, text, useSdk } from "./use-sdk.ts";

/** Gives the four nodes these weights from the next epoch on. */
async function weigh(local: Local, weights: readonly number[]): Promise<void> {
  const members = local.walrus.committee.members.map(({ nodeId }, place) => ({ nodeId, weight: weights[place] ?? 0 }));
  await local.walrus.advanceEpoch({ members });
}

/** Confirmations of all nodes for a blob stored by slivers. */
async function confirm(local: Local) {
  const client = local.client();
  const bytes = text("weighed");
  const { blobId, metadata, rootHash, sliversByNode } = await client.encodeBlob(bytes);
  const { blob } = await client.executeRegisterBlobTransaction({
    signer: local.signer,
    size: bytes.length,
    epochs: 2,
    blobId,
    rootHash,
    deletable: false,
  });
  const confirmations = await client.writeEncodedBlobToNodes({ blobId, metadata, sliversByNode, deletable: false });
  return { client, blobId, blobObjectId: blob.id, deletable: false, confirmations };
}

describe("what @mysten/walrus gets wrong", () => {
  const { start } = useSdk();

  it("counts nodes where weight decides: three of four nodes are no quorum if they hold four of ten shards", async () => {
    const local = await start();
    await weigh(local, [6, 1, 1, 2]);
    const { client, ...parts } = await confirm(local);
    const confirmations = parts.confirmations.map((confirmation, place) => (place === 0 ? null : confirmation));
    const made = await client.certificateFromConfirmations({ ...parts, confirmations });
    expect(made.signers).to.deep.equal([1, 2, 3]);
    const certificate = {
      message: `0x${Buffer.from(made.serializedMessage).toString("hex")}`,
      bitmap: bitmapOf({ signers: made.signers, members: 4 }),
      signature: `0x${Buffer.from(made.signature).toString("hex")}`,
    } as const;
    const verifying = Promise.resolve().then(() =>
      verifyCertificate({ certificate, committee: local.walrus.committee }),
    );
    expect((await failure(verifying)).code).to.equal("walrus.certificate-below-quorum");
  });

  it("refuses a quorum by weight of few nodes, which the store takes", async () => {
    const local = await start();
    await weigh(local, [7, 1, 1, 1]);
    const { client, ...parts } = await confirm(local);
    const confirmations = parts.confirmations.map((confirmation, place) => (place > 0 ? null : confirmation));
    const error: unknown = await client
      .certificateFromConfirmations({ ...parts, confirmations })
      .catch((e: unknown) => e);
    expect(error).to.be.instanceOf(NotEnoughBlobConfirmationsError);
    for (const { nodeId } of local.walrus.committee.members.slice(1)) {
      local.walrus.faults.node(nodeId, { kind: "bad-signature" });
    }
    await using store = local.store();
    const { facts } = await store.certificate({ blobId: parts.blobId });
    expect(facts).to.deep.include({ weight: 7, signers: [0] });
    const stored = await store.put({ bytes: text("weighed again"), epochs: 2 });
    expect(local.walrus.ledger.certified(stored.blobId)?.certifiedEpoch).to.equal(2);
  });

  it("decodes slivers whatever Blob ID they are said to be of, so that decoding is no check", () => {
    const encoder = new BlobEncoder(10);
    const bytes = text("scrimshaw");
    const buffers = (symbols: number) => Array.from({ length: 10 }, () => new Uint8Array(1 + symbols * 2 + 4));
    const primary = buffers(7);
    encoder.encode(bytes, primary, buffers(4));
    const decoded = new Uint8Array(bytes.length);
    encoder.decode(new Uint8Array(32).fill(9), BigInt(bytes.length), primary.slice(0, 4), decoded);
    expect(Buffer.from(decoded).toString()).to.equal("scrimshaw");
  });

  it("keeps the committee it first read from: the store opens a client for each read", async () => {
    const local = await start();
    await using store = local.store();
    const { blobId } = await store.put({ bytes: text("read on"), epochs: 5 });
    expect(Buffer.from(await store.get({ blobId })).toString()).to.equal("read on");
    const [first, second] = local.walrus.committee.members;
    if (first === undefined || second === undefined) throw new Error("no committee");
    await local.walrus.advanceEpoch({ members: [{ nodeId: second.nodeId, weight: 4 }, { weight: 6 }] });
    await local.walrus.advanceEpoch();
    expect(Buffer.from(await store.get({ blobId })).toString()).to.equal("read on");
  });
});
