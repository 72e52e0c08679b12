import { expect } from "chai";
import { ContractFactory, Wallet, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { checkChainId, connectContract } from "../../src/chain/contracts.ts";
import { sendTransaction, type SendProgress } from "../../src/chain/send.ts";
import { ModelRegistry__factory } from "../../typechain/factories/ModelRegistry__factory.ts";
import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { rejection } from "../support/rejection.ts";

describe("contracts on a chain", () => {
  type Connection = Awaited<ReturnType<typeof network.create>>;
  let connection: Connection;
  let registry: ModelRegistry;

  before(async () => {
    connection = await network.create();
    const [signer] = await connection.ethers.getSigners();
    const factory = new ContractFactory(ModelRegistry__factory.abi, ModelRegistry__factory.bytecode, signer);
    const address = await (await factory.deploy()).getAddress();
    registry = (
      await connectContract({ name: "modelRegistry", address, provider: connection.ethers.provider })
    ).connect(signer);
  });

  after(() => connection.close());

  it("answers the chain's id", async () => {
    expect(await checkChainId({ provider: connection.ethers.provider, expected: 31_337n })).to.equal(31_337n);
  });

  it("refuses another chain than the expected one", async () => {
    const error = await rejection(() => checkChainId({ provider: connection.ethers.provider, expected: 1n }));
    expect(error).to.include({ code: "chain.wrong-chain" });
    expect(error.found).to.include("31337");
  });

  it("refuses an address without code and says where the address is from", async () => {
    const { provider } = connection.ethers;
    const error = await rejection(() =>
      connectContract({ name: "proofRegistry", address: ZeroAddress, provider, origin: "deployments.json" }),
    );
    expect(error.code).to.equal("chain.no-code");
    expect(error.expected).to.include("deployments.json");
  });

  it("sends, waits and reports the transaction", async () => {
    const events: SendProgress[] = [];
    const { hash, gasUsed } = await sendTransaction({
      what: "register a model",
      send: () => registry.register("a-model"),
      onProgress: (event) => events.push(event),
    });
    expect(events.map(({ kind }) => kind)).to.deep.equal(["sent", "mined"]);
    expect(events.every((event) => event.hash === hash)).to.equal(true);
    expect(gasUsed > 21_000n).to.equal(true);
  });

  it("names the contract's error and its arguments when a transaction is refused", async () => {
    const error = await rejection(() =>
      sendTransaction({ what: "register a model", send: () => registry.register("Not A Name") }),
    );
    expect(error.code).to.equal("chain.reverted");
    expect(error.found).to.match(/^ModelRegistry\w+\(.*"Not A Name"/);
  });

  it("says that an account cannot pay", async () => {
    const poor = Wallet.createRandom().connect(connection.ethers.provider);
    const error = await rejection(() =>
      sendTransaction({ what: "register a model", send: () => registry.connect(poor).register("another-model") }),
    );
    expect(error.code).to.equal("chain.insufficient-funds");
  });

  it("sends nothing after it was aborted", async () => {
    let sent = false;
    const work = sendTransaction({
      what: "register a model",
      signal: AbortSignal.abort(),
      send: () => {
        sent = true;
        return registry.register("never");
      },
    });
    await work.catch(() => undefined);
    expect(sent).to.equal(false);
  });
});
