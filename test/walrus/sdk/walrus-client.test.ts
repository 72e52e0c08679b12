import { deriveDynamicFieldID } from "@mysten/sui/utils";
import {
  MAINNET_WALRUS_PACKAGE_CONFIG,
  StorageNodeAPIError,
  TESTNET_WALRUS_PACKAGE_CONFIG,
  WalrusClient,
} from "@mysten/walrus";
import { bcs } from "@mysten/sui/bcs";
import { expect } from "chai";

import { LOCAL_PACKAGE } from "../../../src/walrus/local/sui-state/local-package.ts";
import { bitmapOf } from "../../../src/walrus/sdk/signers-bitmap.ts";
import { SDK_NETWORKS } from "../../../src/walrus/sdk/sdk-network.ts";
import { verifyCertificate } from "../../../src/walrus/verify-certificate.ts";
import { put, store } from "../local/use-network.ts";
import { readVectors } from "../vectors.ts";
import { type Local, text, useSdk } from "./use-sdk.ts";

/** Registers and uploads a blob with the SDK's single steps, as far as the storage nodes' confirmations. */
async function uploadBySlivers({ local, words, deletable }: { local: Local; words: string; deletable: boolean }) {
  const client = local.client();
  const bytes = text(words);
  const { blobId, metadata, rootHash, sliversByNode } = await client.encodeBlob(bytes);
  const terms = { size: bytes.length, epochs: 3, blobId, rootHash, deletable };
  const { blob } = await client.executeRegisterBlobTransaction({ ...terms, signer: local.signer });
  const persistence = deletable ? ({ deletable, objectId: blob.id } as const) : ({ deletable } as const);
  const confirmations = await client.writeEncodedBlobToNodes({ blobId, metadata, sliversByNode, ...persistence });
  return { client, blobId, objectId: blob.id, confirmations };
}

describe("@mysten/walrus against the local network", () => {
  const { start } = useSdk();

  it("reads a blob that the publisher stored, with its strict check", async () => {
    const { walrus, client } = await start();
    const blobId = await store(walrus, "some other string");
    expect(Buffer.from(await client().readBlob({ blobId })).toString()).to.equal("some other string");
  });

  it("reads a blob whose bytes take several symbols, and an empty one", async () => {
    const { walrus, client } = await start();
    const long = "scrimshaw ".repeat(5_000);
    expect(Buffer.from(await client().readBlob({ blobId: await store(walrus, long) })).toString()).to.equal(long);
    const none = await client().readBlob({ blobId: await store(walrus, "") });
    expect(none.length).to.equal(0);
  });

  it("gets the status of permanent, deletable and unknown blobs", async () => {
    const { walrus, client } = await start();
    const permanent = await client().getVerifiedBlobStatus({ blobId: await store(walrus, "kept") });
    expect(permanent).to.deep.include({ type: "permanent", isCertified: true, endEpoch: 2, initialCertifiedEpoch: 1 });
    const blobId = await store(walrus, "passing", "epochs=2&deletable=true");
    expect(await client().getVerifiedBlobStatus({ blobId })).to.deep.include({
      type: "deletable",
      initialCertifiedEpoch: 1,
    });
    const unknown = await client().getVerifiedBlobStatus({ blobId: "A".repeat(43) });
    expect(unknown).to.deep.equal({ type: "nonexistent" });
  });

  for (const deletable of [false, true]) {
    const kind = deletable ? "deletable" : "permanent";
    it(`uploads a ${kind} blob by slivers, and its certificate verifies`, async () => {
      const local = await start();
      const { client, blobId, objectId, confirmations } = await uploadBySlivers({
        local,
        words: "by slivers",
        deletable,
      });
      expect(confirmations).to.have.lengthOf(4);
      const made = await client.certificateFromConfirmations({
        confirmations,
        blobId,
        blobObjectId: objectId,
        deletable,
      });
      const { committee } = local.walrus;
      const facts = verifyCertificate({
        committee,
        certificate: {
          message: `0x${Buffer.from(made.serializedMessage).toString("hex")}`,
          bitmap: bitmapOf({ signers: made.signers, members: 4 }),
          signature: `0x${Buffer.from(made.signature).toString("hex")}`,
        },
      });
      expect(facts).to.deep.include({ blobId, epoch: 1, weight: 10 });
      expect(facts.persistence).to.deep.equal(deletable ? { kind, objectId } : { kind });
      await client.executeCertifyBlobTransaction({
        signer: local.signer,
        blobId,
        blobObjectId: objectId,
        confirmations,
        deletable,
      });
      expect((await local.client().getBlobObject(objectId)).certified_epoch).to.equal(1);
      expect(Buffer.from(await local.client().readBlob({ blobId })).toString()).to.equal("by slivers");
    });
  }

  it("serves a blob that was uploaded by slivers from the aggregator too", async () => {
    const local = await start();
    const { blobId } = await local
      .client()
      .writeBlob({ blob: text("whole"), deletable: false, epochs: 2, signer: local.signer });
    expect(await (await fetch(`${local.walrus.url}/v1/blobs/${blobId}`)).text()).to.equal("whole");
  });

  it("stores nothing on the nodes before the blob is registered", async () => {
    const local = await start();
    const { blobId, sliversByNode } = await local.client().encodeBlob(text("unregistered"));
    const [first] = sliversByNode[0]?.primary ?? [];
    if (first === undefined) throw new Error("no sliver");
    const { sliverPairIndex, sliver } = first;
    const writing = local.client().writeSliver({ blobId, sliverPairIndex, sliverType: "primary", sliver });
    const error: unknown = await writing.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(StorageNodeAPIError);
    const confirmations = await local.client().getStorageConfirmations({ blobId, deletable: false });
    expect(confirmations).to.deep.equal([null, null, null, null]);
  });

  it("uploads through the relay with a tip, which its transaction pays", async () => {
    const address = `0x${"ab".repeat(32)}` as const;
    const local = await start({ relayTip: { address, kind: { const: 105 } } });
    const client = new WalrusClient({
      packageConfig: LOCAL_PACKAGE,
      suiClient: local.sui,
      storageNodeUrlScheme: "http",
      uploadRelay: { host: local.walrus.url, sendTip: { max: 1_000 } },
    });
    const blob = text("relayed");
    const { blobId } = await client.writeBlob({ blob, deletable: false, epochs: 2, signer: local.signer });
    expect(Buffer.from(await local.client().readBlob({ blobId })).toString()).to.equal("relayed");
    const [registering] = local.sui.transactions;
    expect(registering?.payments).to.have.lengthOf(1);
    expect(registering?.payments[0]).to.deep.include({ to: address, amount: 105n });
  });

  it("follows the network into an epoch with another committee", async () => {
    const local = await start();
    const blobId = await store(local.walrus, "lasting", "epochs=5&permanent=true");
    const [first, second] = local.walrus.committee.members;
    if (first === undefined || second === undefined) throw new Error("no committee");
    const members = [{ nodeId: first.nodeId, weight: 5 }, { nodeId: second.nodeId, weight: 3 }, { weight: 2 }];
    await local.walrus.advanceEpoch({ members });
    const client = local.client();
    client.reset();
    const { committee } = await client.systemState();
    expect(committee.epoch).to.equal(2);
    expect(committee.members.map(({ weight }) => weight).toSorted()).to.deep.equal([2, 3, 5]);
    expect(Buffer.from(await client.readBlob({ blobId })).toString()).to.equal("lasting");
  });

  it("costs on the local network what the publisher's answers say", async () => {
    const { walrus, client } = await start();
    const answer = (await (await put(walrus, "priced", "epochs=3&permanent=true")).json()) as {
      readonly newlyCreated: { readonly cost: number };
    };
    const { totalCost } = await client().storageCost(6, 3);
    expect(totalCost).to.equal(BigInt(answer.newlyCreated.cost));
  });

  it("uses the object ids of the SDK's networks, whose state is where Walrus keeps it", () => {
    const vectors =
      readVectors<
        Record<
          "mainnet" | "testnet",
          { readonly systemObject: string; readonly fieldIdByVersion: Record<string, string> }
        >
      >("system-field-ids.json");
    for (const name of ["mainnet", "testnet"] as const) {
      const { systemObjectId, stakingPoolId } = SDK_NETWORKS[name];
      const config = name === "mainnet" ? MAINNET_WALRUS_PACKAGE_CONFIG : TESTNET_WALRUS_PACKAGE_CONFIG;
      expect({ systemObjectId, stakingPoolId }).to.deep.include({
        systemObjectId: config.systemObjectId,
        stakingPoolId: config.stakingPoolId,
      });
      expect(systemObjectId).to.equal(`0x${vectors[name].systemObject}`);
      for (const [version, id] of Object.entries(vectors[name].fieldIdByVersion)) {
        const key = bcs.u64().serialize(BigInt(version)).toBytes();
        expect(deriveDynamicFieldID(systemObjectId, "u64", key)).to.equal(`0x${id}`);
      }
    }
  });
});
