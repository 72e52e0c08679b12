import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ContractFactory } from "ethers";
import { network } from "hardhat";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { JsonRpcServer } from "hardhat/types/network";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import scrimshaw from "../../src/hardhat/index.ts";
import { ProofRegistry__factory } from "../../typechain/factories/ProofRegistry__factory.ts";
import { rejection } from "../support/rejection.ts";

describe("openEnvironment", () => {
  let server: JsonRpcServer;
  let url: string;
  let root: string;
  let hre: HardhatRuntimeEnvironment;

  before(async () => {
    server = await network.createServer("node", "127.0.0.1", 0);
    const { port } = await server.listen();
    url = `http://127.0.0.1:${port}`;
    root = await mkdtemp(join(tmpdir(), "scrimshaw-environment-"));
    await writeFile(join(root, "package.json"), "{}");
    hre = await createHardhatRuntimeEnvironment(
      {
        plugins: [scrimshaw],
        networks: {
          served: { type: "http", url },
          mistaken: { type: "http", url, chainId: 1 },
          gone: { type: "http", url: "http://user:secret@127.0.0.1:1/key123" },
        },
        scrimshaw: { network: "served", deployments: join(root, "deployments.json") },
      },
      {},
      root,
    );
  });

  after(async () => {
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  /** The same project with `--network` given. */
  const on = (name: string): HardhatRuntimeEnvironment => ({
    ...hre,
    config: hre.config,
    network: hre.network,
    globalOptions: { ...hre.globalOptions, network: name },
  });

  it("takes the configured network, and not the in-memory one", async () => {
    const environment = await openEnvironment(hre);
    expect(environment).to.include({ networkName: "served", chainId: 31_337n });
    await environment.close();
  });

  for (const [name, code] of [
    ["nowhere", "chain.unknown-network"],
    ["gone", "chain.unreachable"],
    ["mistaken", "chain.wrong-chain"],
  ] as const) {
    it(`fails with ${code} on the network ${name}`, async () => {
      expect((await rejection(() => openEnvironment(on(name)))).code).to.equal(code);
    });
  }

  it("names the node that does not answer, and nothing of its URL that may be a key", async () => {
    const { expected, found, next } = await rejection(() => openEnvironment(on("gone")));
    expect(expected).to.include("http://127.0.0.1:1");
    expect([expected, found, next].join(" ")).to.not.match(/secret|key123/);
  });

  it("says how to deploy where nothing is deployed", async () => {
    const environment = await openEnvironment(hre);
    try {
      const error = await rejection(() => environment.contract("modelRegistry"));
      expect(error.code).to.equal("chain.not-deployed");
      expect(error.next).to.include("npx hardhat dev").and.to.include("--network served");
    } finally {
      await environment.close();
    }
  });

  it("connects a contract on record, and prefers an address from the command line", async () => {
    const deploying = await openEnvironment(hre);
    const factory = new ContractFactory(
      ProofRegistry__factory.abi,
      ProofRegistry__factory.bytecode,
      await deploying.signer(),
    );
    const first = await (await factory.deploy()).getAddress();
    const second = await (await factory.deploy()).getAddress();
    await deploying.close();
    const record = { 31337: { block: 1, contracts: { proofRegistry: first } } };
    await writeFile(join(root, "deployments.json"), JSON.stringify(record));
    for (const given of [undefined, second]) {
      const environment = await openEnvironment(hre, { addresses: { proofRegistry: given } });
      const contract = await environment.contract("proofRegistry");
      expect(await contract.getAddress()).to.equal(given ?? first);
      expect(await contract.version()).to.be.a("string");
      await environment.close();
    }
  });

  it("refuses an address that is none before it asks the chain", async () => {
    const error = await rejection(() => openEnvironment(hre, { addresses: { proofRegistry: "0x12" } }));
    expect(error.code).to.equal("chain.address-invalid");
  });

  it("sends from account 0, from a number or from an address", async () => {
    const signerOf = async (from?: string): Promise<string> => {
      const environment = await openEnvironment(hre, { from });
      try {
        return await (await environment.signer()).getAddress();
      } finally {
        await environment.close();
      }
    };
    const first = await signerOf();
    const second = await signerOf("1");
    expect(second).to.not.equal(first);
    expect(await signerOf(second.toLowerCase())).to.equal(second);
    for (const from of ["20", `0x${"1".repeat(40)}`, "-1", "first"]) {
      expect((await rejection(() => signerOf(from))).code).to.equal("chain.no-account");
    }
  });
});
