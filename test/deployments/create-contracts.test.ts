import { expect } from "chai";
import { FeeData } from "ethers";
import { network } from "hardhat";
import scrimshaw from "../../ignition/modules/Scrimshaw.ts";
import type { DeployedContract } from "../../src/chain/deployments-file.ts";
import { type Blueprint, blueprints, DEFAULT_MAX_DELAY } from "../../src/deployments/blueprint.ts";
import { createContracts } from "../../src/deployments/create-contracts.ts";
import { planDeployment } from "../../src/deployments/plan-deployment.ts";
import { SALT } from "../../src/deployments/salt.ts";
import { refusal } from "../support/rejection.ts";
import { type Connection, freshChain } from "./support/chains.ts";

const ADMIN = `0x${"ad".repeat(20)}`;
const DRAWN = blueprints({ parameters: { admin: ADMIN, maxDelay: DEFAULT_MAX_DELAY } });

interface Ran {
  readonly created: readonly string[];
  readonly gasUsed: bigint;
  readonly contracts: ReadonlyMap<string, DeployedContract>;
}

async function run(
  { ethers }: Connection,
  drawn: readonly Blueprint[] = DRAWN,
  { by = 0, signal, onContract }: { by?: number; signal?: AbortSignal; onContract?: () => void } = {},
): Promise<Ran> {
  const signer = (await ethers.getSigners())[by];
  if (signer === undefined) throw new Error("no account");
  const plan = await planDeployment({ provider: ethers.provider, from: signer.address, blueprints: drawn });
  const contracts = new Map<string, DeployedContract>();
  const { chainId } = await ethers.provider.getNetwork();
  const { created, gasUsed } = await createContracts({
    ...{ signer, plan, chainId, known: {}, ...(signal && { signal }) },
    onContract: (name, contract) => {
      contracts.set(name, contract);
      onContract?.();
      return Promise.resolve();
    },
  });
  return { created, gasUsed, contracts };
}

describe("Creating the contracts", () => {
  let chain: Connection;
  beforeEach(async () => {
    chain = await freshChain();
  });
  afterEach(() => chain.close());

  it("puts all where the plan said, knowing each other, and tells block and transaction", async () => {
    const { created, contracts } = await run(chain);
    expect(created).to.have.length(11);
    const { provider } = chain.ethers;
    for (const { name, address } of DRAWN) {
      const contract = contracts.get(name);
      expect(contract).to.include({ address });
      const receipt = await provider.getTransactionReceipt(contract?.transaction ?? "");
      expect(Number((await receipt?.getTransaction())?.gasLimit) / Number(receipt?.gasUsed)).to.be.within(1.4, 1.6);
      expect(receipt?.blockNumber).to.equal(contract?.block);
      expect(await provider.getCode(address, contract?.block)).to.not.equal("0x");
    }
    const at = (name: string): string => contracts.get(name)?.address ?? "";
    const lens = await chain.ethers.getContractAt("AvailabilityLens", at("availabilityLens"));
    expect(await lens.models()).to.equal(at("modelRegistry"));
    expect(await lens.availability()).to.equal(at("blobAvailability"));
    const attesters = await chain.ethers.getContractAt("AttesterRegistry", at("attesterRegistry"));
    expect(await attesters.authority()).to.equal(at("accessManager"));
  });

  it("gives the addresses that Ignition's create2 strategy gives, on another chain and from another account", async () => {
    const { contracts } = await run(chain, DRAWN, { by: 3 });
    const other = await network.create();
    const parameters = { Scrimshaw: { admin: ADMIN } };
    const deployed = await other.ignition.deploy(scrimshaw, {
      ...{ parameters, strategy: "create2", strategyConfig: { salt: SALT } },
    });
    for (const [name, contract] of Object.entries(deployed)) {
      expect(await contract.getAddress(), name).to.equal(contracts.get(name)?.address);
    }
    expect(Object.keys(deployed)).to.have.length(contracts.size);
    await other.close();
  });

  it("plans gas that is enough and near what is used", async () => {
    const [signer] = await chain.ethers.getSigners();
    const from = signer?.address ?? "";
    const { gas, gasPrice, fee } = await planDeployment({ provider: chain.ethers.provider, from, blueprints: DRAWN });
    const { gasUsed } = await run(chain);
    expect(gas).to.be.within(gasUsed, (gasUsed * 105n) / 100n);
    expect(fee).to.equal(gas * (gasPrice ?? 0n));
  });

  it("goes on after an interruption, and does nothing when all is there", async () => {
    const stop = new AbortController();
    const interrupted = run(chain, DRAWN, { signal: stop.signal, onContract: () => stop.abort() });
    await interrupted.then(
      () => expect.fail("it went on"),
      () => undefined,
    );
    const second = await run(chain);
    expect(second.created).to.have.length(10);
    const third = await run(chain);
    expect(third).to.include({ gasUsed: 0n });
    expect(third.created).to.deep.equal([]);
    expect([...third.contracts.values()].map(({ block }) => block)).to.deep.equal(
      [2, ...Array.from({ length: 10 }, (_, at) => at + 3)].map((block) => block - 1),
    );
  });

  it("takes what somebody else created: the address proves the code, whoever paid", async () => {
    await run(chain, blueprints({ parameters: { admin: ADMIN, maxDelay: 1n }, only: ["modelRegistry"] }), { by: 5 });
    const { created } = await run(chain);
    expect(created).to.not.include("modelRegistry");
    expect(created).to.have.length(10);
  });

  it("creates single contracts with what they need, and nothing else", async () => {
    const drawn = blueprints({ parameters: { admin: ADMIN, maxDelay: 1n }, only: ["availabilityLens"] });
    const { created } = await run(chain, drawn);
    expect(created).to.deep.equal(["modelRegistry", "walrusCommittees", "blobAvailability", "availabilityLens"]);
  });

  it("signs no other price than was shown, whatever the node asks for then", async () => {
    const [signer] = await chain.ethers.getSigners();
    const { provider } = chain.ethers;
    const plan = await planDeployment({ provider, from: signer!.address, blueprints: DRAWN.slice(0, 1) });
    const shared = { signer: signer!, chainId: 4242n, known: {}, onContract: () => Promise.resolve() };
    await refusal("deployment.fee-rose", () => createContracts({ ...shared, plan: { ...plan, gasPrice: 1n } }));
    expect(await provider.getBlockNumber()).to.equal(0);
    // The node lies about what others pay for haste.
    const greedy = provider.getFeeData.bind(provider);
    provider.getFeeData = async () => {
      const { gasPrice } = await greedy();
      return new FeeData(gasPrice, 10n ** 15n, 10n ** 15n);
    };
    await createContracts({ ...shared, plan });
    const { maxFeePerGas, maxPriorityFeePerGas } = (await provider.getBlock(1, true))!.prefetchedTransactions[0]!;
    expect(maxFeePerGas).to.equal(plan.gasPrice! * 4n + 1_000_000n);
    expect(maxPriorityFeePerGas).to.equal(maxFeePerGas);
  });

  it("sends nothing on a chain without the factory", async () => {
    const bare = await freshChain({ factory: false });
    const error = await refusal("deployment.no-factory", () => run(bare));
    expect(error.next).to.include("createx.rocks");
    expect(await bare.ethers.provider.getBlockNumber()).to.equal(0);
    await bare.close();
  });
});
