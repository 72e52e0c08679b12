import { Ed25519Keypair } from "@mysten/sui/keypairs/ed25519";
import { Transaction } from "@mysten/sui/transactions";
import { expect } from "chai";

import { LOCAL_PACKAGE, LOCAL_WAL_TYPE } from "../../../../src/walrus/local/sui-state/local-package.ts";
import { type Local, text, useSdk } from "../../sdk/use-sdk.ts";

/** What the local Sui says of a transaction: `success`, or why it aborted. */
async function outcome(local: Local, transaction: Transaction, signer = local.signer): Promise<string> {
  transaction.setSenderIfNotSet(signer.toSuiAddress());
  const bytes = await transaction.build({ client: local.sui });
  const { signature } = await signer.signTransaction(bytes);
  const result = await local.sui.core.executeTransaction({ transaction: bytes, signatures: [signature] });
  const { status } = result.Transaction ?? result.FailedTransaction;
  return status.success ? "success" : status.error.message;
}

async function blobOf(local: Local, words: string) {
  const bytes = text(words);
  const { blobId, rootHash } = await local.client().computeBlobMetadata({ bytes });
  return { size: bytes.length, epochs: 2, blobId, rootHash, deletable: false, owner: local.signer.toSuiAddress() };
}

describe("LocalSuiClient", () => {
  const { start } = useSdk();

  it("registers only what the root and size give, for as long as storage is sold", async () => {
    const local = await start();
    const client = local.client();
    const blob = await blobOf(local, "registered");
    const other = await blobOf(local, "another");
    const wrong = client.registerBlobTransaction({ ...blob, blobId: other.blobId });
    expect(await outcome(local, wrong)).to.include("walrus.ledger-refused");
    expect(await outcome(local, client.registerBlobTransaction({ ...blob, epochs: 54 }))).to.include("54");
    expect(await outcome(local, client.registerBlobTransaction(blob))).to.equal("success");
    expect(local.sui.transactions.map(({ created }) => created.length)).to.deep.equal([0, 0, 1]);
  });

  it("takes what is due, no less, and leaves nothing over", async () => {
    const local = await start();
    const { systemObjectId, packageId } = LOCAL_PACKAGE;
    const reserve = (amount: bigint): Transaction => {
      const transaction = new Transaction();
      const withdrawn = transaction.withdrawal({ amount, type: LOCAL_WAL_TYPE });
      const [coin] = transaction.moveCall({
        target: "0x2::coin::redeem_funds",
        typeArguments: [LOCAL_WAL_TYPE],
        arguments: [withdrawn],
      });
      if (coin === undefined) throw new Error("no coin");
      const given = [transaction.pure.u64(6_940), transaction.pure.u32(3), coin];
      const [storage] = transaction.moveCall({
        target: `${packageId}::system::reserve_space`,
        arguments: [transaction.object(systemObjectId), ...given],
      });
      if (storage === undefined) throw new Error("no storage");
      transaction.transferObjects([storage], local.signer.toSuiAddress());
      return transaction;
    };
    expect(await outcome(local, reserve(299n))).to.equal("a coin of 299 where 300 is due");
    expect(await outcome(local, reserve(301n))).to.equal("a coin is left over");
    expect(await outcome(local, reserve(300n))).to.equal("success");
  });

  it("changes an object for its owner alone, by a signature of his", async () => {
    const local = await start();
    const client = local.client();
    const { blobId } = await client.writeBlob({ blob: text("mine"), deletable: true, epochs: 2, signer: local.signer });
    const [object] = local.walrus.ledger.objects(blobId);
    if (object === undefined) throw new Error("no object");
    const remove = (owner: string): Transaction =>
      client.deleteBlobTransaction({ blobObjectId: object.objectId, owner });
    const stranger = Ed25519Keypair.generate();
    expect(await outcome(local, remove(stranger.toSuiAddress()), stranger)).to.include("is not the sender's");
    const forged = remove(local.signer.toSuiAddress());
    forged.setSender(local.signer.toSuiAddress());
    const bytes = await forged.build({ client: local.sui });
    const { signature } = await stranger.signTransaction(bytes);
    const sending = local.sui.core.executeTransaction({ transaction: bytes, signatures: [signature] });
    expect(await sending.then(() => "taken").catch(() => "refused")).to.equal("refused");
    expect(local.walrus.ledger.object(object.objectId)).to.not.equal(undefined);
    expect(await outcome(local, remove(local.signer.toSuiAddress()))).to.equal("success");
    expect(local.walrus.ledger.object(object.objectId)).to.equal(undefined);
  });

  it("carries a transaction out once, however often it is sent", async () => {
    const local = await start();
    const transaction = local.client().registerBlobTransaction(await blobOf(local, "once"));
    transaction.setSender(local.signer.toSuiAddress());
    const bytes = await transaction.build({ client: local.sui });
    const { signature } = await local.signer.signTransaction(bytes);
    const send = () =>
      local.sui.core.executeTransaction({ transaction: bytes, signatures: [signature], include: { effects: true } });
    const results = await Promise.all([send(), send(), send()]);
    const created = results.map(({ Transaction: done }) => done?.effects.changedObjects[0]?.objectId);
    expect(new Set(created).size).to.equal(1);
    expect(local.sui.transactions).to.have.lengthOf(1);
  });

  it("serves no object that does not exist, and refuses what it was not made for", async () => {
    const { sui, signer } = await start();
    const { objects } = await sui.core.getObjects({ objectIds: [`0x${"7".repeat(64)}`] });
    expect(objects[0]).to.be.instanceOf(Error);
    for (const ask of [
      () => sui.core.listEvents(),
      () => sui.core.listBalances(),
      () => sui.core.getCurrentSystemState(),
    ]) {
      const error: unknown = await ask().catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Error).with.property("message").that.includes("the local network has no");
    }
    const transaction = new Transaction();
    transaction.moveCall({ target: "0x2::clock::timestamp_ms", arguments: [] });
    transaction.setSender(signer.toSuiAddress());
    const bytes = await transaction.build({ client: sui });
    const simulated = await sui.core.simulateTransaction({ transaction: bytes });
    expect(simulated.FailedTransaction?.status.error?.message).to.include("clock::timestamp_ms");
  });
});
