import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { devDeploymentId, findDeployment } from "../../src/chain/deployment.ts";
import { rejection } from "../support/rejection.ts";

const A = `0x${"a".repeat(40)}`;
const B = `0x${"b".repeat(40)}`;

describe("findDeployment", () => {
  let root: string;
  const options = (): { chainId: bigint; deploymentsFile: string; ignitionDirectory: string } => ({
    chainId: 31_337n,
    deploymentsFile: join(root, "deployments.json"),
    ignitionDirectory: join(root, "ignition"),
  });
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const ignition = (id: string, address: string, journal: readonly object[] = []): Promise<unknown> =>
    Promise.all([
      write(
        `ignition/deployments/${id}/deployed_addresses.json`,
        JSON.stringify({ "Scrimshaw#ModelRegistry": address, "Scrimshaw#AccessManager": B, "Other#ProofRegistry": B }),
      ),
      write(`ignition/deployments/${id}/journal.jsonl`, journal.map((entry) => `${JSON.stringify(entry)}\n`).join("")),
    ]);

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "scrimshaw-deployment-"));
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it("finds nothing where nothing was deployed", async () => {
    expect(await findDeployment(options())).to.deep.include({ addresses: {}, block: 0 });
  });

  it("reads deployments.json by chain id", async () => {
    const file = { 31337: { block: 7, contracts: { modelRegistry: A } }, 1: { block: 1, contracts: {} } };
    await write("deployments.json", JSON.stringify(file));
    await ignition("chain-31337", B);
    expect(await findDeployment(options())).to.deep.include({ addresses: { modelRegistry: A }, block: 7 });
  });

  it("reads Ignition's folder and the first block of its journal", async () => {
    await ignition("chain-31337", A, [
      { type: "DEPLOYMENT_INITIALIZE", chainId: 31337 },
      { type: "TRANSACTION_CONFIRM", receipt: { blockNumber: 12 } },
      { type: "TRANSACTION_CONFIRM", receipt: { blockNumber: 9 } },
    ]);
    expect(await findDeployment(options())).to.deep.include({ addresses: { modelRegistry: A }, block: 9 });
  });

  it("prefers what dev deployed to the chain at the same port of this machine", async () => {
    await ignition("chain-31337", A);
    await ignition(devDeploymentId(8545), B);
    const at = async (url: string): Promise<string | undefined> =>
      (await findDeployment({ ...options(), url })).addresses.modelRegistry;
    expect(await at("http://127.0.0.1:8545")).to.equal(B);
    expect(await at("http://localhost:8545")).to.equal(B);
    expect(await at("http://127.0.0.1:8546")).to.equal(A);
    expect(await at("https://rpc.example:8545")).to.equal(A);
  });

  it("lets explicit addresses win, one by one, and then assumes nothing about their block", async () => {
    const contracts = { modelRegistry: A, proofRegistry: A };
    await write("deployments.json", JSON.stringify({ 31337: { block: 7, contracts } }));
    const found = await findDeployment({ ...options(), addresses: { proofRegistry: B } });
    expect(found).to.deep.include({ addresses: { modelRegistry: A, proofRegistry: B }, block: 0 });
  });

  for (const [what, text] of [
    ["no JSON", "{"],
    ["an address that is none", JSON.stringify({ 31337: { block: 1, contracts: { modelRegistry: "0x1" } } })],
    ["a contract that is unknown", JSON.stringify({ 31337: { block: 1, contracts: { other: A } } })],
    ["a chain that is no number", JSON.stringify({ mainnet: { block: 1, contracts: {} } })],
  ] as const) {
    it(`refuses a deployments.json that holds ${what}`, async () => {
      await write("deployments.json", text);
      expect((await rejection(() => findDeployment(options()))).code).to.equal("chain.deployment-invalid");
    });
  }
});
