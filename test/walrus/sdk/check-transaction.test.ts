import { bcs } from "@mysten/sui/bcs";
import type { Transaction } from "@mysten/sui/transactions";
import { coinWithBalance, TransactionDataBuilder } from "@mysten/sui/transactions";
import { expect } from "chai";

import { LOCAL_PACKAGE } from "../../../src/walrus/local/sui-state/local-package.ts";
import { checkTransaction, type TransactionLimits } from "../../../src/walrus/sdk/check-transaction.ts";
import { failure } from "../failure.ts";
import { type Local, text, useSdk } from "./use-sdk.ts";

const CHAIN = "4btiuiMPvEENsttpZC7CZ53DruC3MAgfznDbASZ7DR6S";
const SUI = "0x2::sui::SUI";
const STRANGER = `0x${"ee".repeat(32)}`;

/** Gas, object and expiration given, so that a built transaction has the same bytes each time. */
function fix(transaction: Transaction, sender: string): void {
  transaction.setSender(sender);
  transaction.setGasPrice(1_000);
  transaction.setGasBudget(3_000_000);
  transaction.setGasPayment([{ objectId: `0x${"9a".repeat(32)}`, version: "7", digest: CHAIN }]);
  transaction.setExpiration({ Epoch: 900 });
}

/** The SDK's registration of "hello" for three epochs, and what it may do. */
async function registration(
  local: Local,
): Promise<{ transaction: Transaction; limits: TransactionLimits; blobId: string }> {
  const client = local.client();
  const bytes = text("hello");
  const { blobId, rootHash } = await client.computeBlobMetadata({ bytes });
  const owner = local.signer.toSuiAddress();
  const transaction = client.registerBlobTransaction({ size: 5, epochs: 3, blobId, rootHash, deletable: false, owner });
  fix(transaction, owner);
  const calls = [
    { name: "reserve_space", pure: { 2: bcs.u32().serialize(3).toBytes() } },
    { name: "register_blob", pure: { 2: new Uint8Array(Buffer.from(blobId, "base64url")) } },
  ];
  const limits = { sender: owner, packageId: LOCAL_PACKAGE.packageId, calls, cost: 2_300n, gas: 3_000_000n };
  return { transaction, limits, blobId };
}

function check(bytes: Uint8Array, limits: TransactionLimits): Promise<void> {
  return Promise.resolve().then(() => checkTransaction({ bytes, limits }));
}

describe("the transactions of a write", () => {
  const { start } = useSdk();

  it("register a blob with these commands, inputs and bytes", async () => {
    const local = await start();
    const { transaction, limits, blobId } = await registration(local);
    const bytes = await transaction.build({ client: local.sui });
    const { commands, inputs } = TransactionDataBuilder.fromBytes(bytes);
    const names = commands.map((command) => command.MoveCall?.function ?? command.$kind);
    expect(names).to.deep.equal([
      "redeem_funds",
      "SplitCoins",
      "send_funds",
      "reserve_space",
      "destroy_zero",
      "register_blob",
      "destroy_zero",
      "TransferObjects",
    ]);
    const pure = inputs.flatMap((input) =>
      input.Pure === undefined ? [] : Buffer.from(input.Pure.bytes, "base64").toString("hex"),
    );
    expect(pure).to.include(Buffer.from(blobId, "base64url").toString("hex"));
    await check(bytes, limits);
    expect(TransactionDataBuilder.getDigestFromBytes(bytes)).to.equal("28SvZqzkqK4Yt5V4NHrnyueD8izrXSNs4179yrPurZKd");
  });

  it("are refused when their sender, payer or gas is not what was agreed", async () => {
    const local = await start();
    const { transaction, limits } = await registration(local);
    const bytes = await transaction.build({ client: local.sui });
    for (const wrong of [{ sender: STRANGER }, { gas: 2_999_999n }, { cost: 2_299n }, { packageId: STRANGER }]) {
      expect((await failure(check(bytes, { ...limits, ...wrong }))).code).to.equal("walrus.transaction-unexpected");
    }
    transaction.setGasOwner(STRANGER);
    const sponsored = await failure(check(await transaction.build({ client: local.sui }), limits));
    expect(sponsored.found).to.include(STRANGER);
  });

  it("are refused when they register another blob, or for another time", async () => {
    const local = await start();
    const { transaction, limits } = await registration(local);
    const bytes = await transaction.build({ client: local.sui });
    const [reserve, register] = limits.calls;
    if (reserve === undefined || register === undefined) throw new Error("no calls");
    const longer = { ...reserve, pure: { 2: bcs.u32().serialize(4).toBytes() } };
    const other = { ...register, pure: { 2: new Uint8Array(32) } };
    for (const calls of [
      [longer, register],
      [reserve, other],
      [reserve],
      [register, reserve],
      [reserve, register, register],
    ]) {
      expect((await failure(check(bytes, { ...limits, calls }))).code).to.equal("walrus.transaction-unexpected");
    }
  });

  const FOUND: Readonly<Record<string, string>> = {
    "give a coin to someone else": `objects for ${STRANGER}`,
    "give the gas coin to someone else": `objects for ${STRANGER}`,
    "send funds to someone else": "coins for someone else",
    "call another package": `a call of ${STRANGER}::system::register_blob`,
    "call another function of the framework": `a call of 0x${"2".padStart(64, "0")}::transfer::public_transfer`,
    "hand over a whole coin": `object ${STRANGER}`,
    "publish a package": "the command Publish",
  };
  const thefts: Record<string, (transaction: Transaction) => void> = {
    "give a coin to someone else": (transaction) => {
      transaction.transferObjects([coinWithBalance({ balance: 5n })], STRANGER);
    },
    "give the gas coin to someone else": (transaction) => {
      transaction.transferObjects([transaction.gas], STRANGER);
    },
    "send funds to someone else": (transaction) => {
      const coin = transaction.add(coinWithBalance({ balance: 5n }));
      const to = transaction.pure.address(STRANGER);
      transaction.moveCall({ target: "0x2::coin::send_funds", typeArguments: [SUI], arguments: [coin, to] });
    },
    "call another package": (transaction) => {
      transaction.moveCall({ target: `${STRANGER}::system::register_blob`, arguments: [] });
    },
    "call another function of the framework": (transaction) => {
      const target = "0x2::transfer::public_transfer";
      transaction.moveCall({
        target,
        typeArguments: [SUI],
        arguments: [transaction.gas, transaction.pure.address(STRANGER)],
      });
    },
    "hand over a whole coin": (transaction) => {
      const coin = transaction.objectRef({ objectId: STRANGER, version: "3", digest: CHAIN });
      transaction.moveCall({ target: `${LOCAL_PACKAGE.packageId}::system::extend_blob`, arguments: [coin] });
    },
    "publish a package": (transaction) => {
      transaction.publish({ modules: ["oRzrCwYAAAAA"], dependencies: ["0x1"] });
    },
  };
  for (const [name, steal] of Object.entries(thefts)) {
    it(`are refused when they ${name}`, async () => {
      const local = await start();
      const { transaction, limits } = await registration(local);
      steal(transaction);
      const bytes = await transaction.build({ client: local.sui });
      const calls = [...limits.calls, { name: "extend_blob", pure: {} }];
      const error = await failure(check(bytes, name.includes("whole coin") ? { ...limits, calls } : limits));
      expect([error.code, error.found]).to.deep.equal(["walrus.transaction-unexpected", FOUND[name]]);
    });
  }

  it("are never signed when a Sui node has changed them", async () => {
    const { sui, store, signer, calls } = await start();
    const honest = sui.core.resolveTransactionPlugin.bind(sui.core);
    let signed = 0;
    sui.core.resolveTransactionPlugin = () => async (data, options, next) => {
      const last = data.commands.at(-1)?.TransferObjects;
      if (last?.address.$kind === "Input") {
        data.inputs[last.address.Input] = {
          $kind: "Pure",
          Pure: { bytes: bcs.Address.serialize(STRANGER).toBase64() },
        };
      }
      await honest()(data, options, next);
    };
    await using blobs = store({
      signer: () =>
        Promise.resolve({
          toSuiAddress: () => signer.toSuiAddress(),
          signTransaction: (bytes) => {
            signed += 1;
            return signer.signTransaction(bytes);
          },
        }),
    });
    const error = await failure(blobs.put({ bytes: text("stolen") }));
    expect([error.code, error.found]).to.deep.equal(["walrus.transaction-unexpected", `objects for ${STRANGER}`]);
    expect([signed, calls()]).to.deep.equal([0, []]);
  });

  it("certify a blob with the certificate's own bytes", async () => {
    const local = await start();
    await using blobs = local.store();
    const { blobId } = await blobs.put({ bytes: text("certified") });
    const certificate = local.walrus.ledger.certified(blobId)?.certificate;
    const { bytes } = local.sui.transactions[1] ?? { bytes: new Uint8Array() };
    const { commands, inputs } = TransactionDataBuilder.fromBytes(bytes);
    expect(commands.map(({ MoveCall }) => MoveCall?.function)).to.deep.equal(["certify_blob"]);
    const vectors = inputs.flatMap(({ Pure }) =>
      Pure === undefined
        ? []
        : `0x${Buffer.from(bcs.byteVector().parse(Buffer.from(Pure.bytes, "base64"))).toString("hex")}`,
    );
    expect(vectors).to.deep.equal([certificate?.signature, certificate?.bitmap, certificate?.message]);
  });
});
