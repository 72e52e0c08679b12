import { expect } from "chai";
import { JsonRpcProvider } from "ethers";
import { network } from "hardhat";
import { configVariable } from "hardhat/config";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { JsonRpcServer } from "hardhat/types/network";
import type { TaskArguments } from "hardhat/types/tasks";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import config from "../../hardhat.config.ts";
import { type Deployments, deploymentsSchema } from "../../src/chain/deployments-file.ts";
import { blueprintOf } from "../../src/deployments/blueprint.ts";
import { CREATE_X } from "../../src/deployments/create-x.ts";
import scrimshaw from "../../src/hardhat/index.ts";
import { requirePublishable } from "../../src/hardhat/verify-sources.ts";
import { captured } from "../support/captured.ts";
import { type CommandDocument, documentOf } from "../support/command-document.ts";
import { BOB } from "../support/command-network.ts";
import { ROOT } from "../support/dev-process.ts";
import { refusal } from "../support/rejection.ts";
import { createXCode } from "./support/chains.ts";
import { startSourcify } from "./support/sourcify.ts";

/** Hoodi's, as a chain that is no development chain. */
const CHAIN_ID = 560_048;

describe("hardhat deployment", function () {
  this.timeout(120_000);
  let folder: string;
  let server: JsonRpcServer;
  let provider: JsonRpcProvider;
  let explorer: Awaited<ReturnType<typeof startSourcify>>;
  let hre: HardhatRuntimeEnvironment;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-deployment-"));
    await writeFile(join(folder, "package.json"), "{}");
    const override = { chainId: CHAIN_ID };
    server = await network.createServer({ network: "node", override }, "127.0.0.1", 0);
    const { port } = await server.listen();
    const url = `http://127.0.0.1:${port.toString()}`;
    provider = new JsonRpcProvider(url);
    explorer = await startSourcify(url);
    hre = await createHardhatRuntimeEnvironment(
      {
        ...config,
        networks: { ...config.networks, public: { type: "http", url, chainId: CHAIN_ID } },
        scrimshaw: { network: "public", deployments: join(folder, "deployments.json") },
        verify: { sourcify: { apiUrl: explorer.url } },
      },
      {},
      ROOT,
    );
  });
  after(async () => {
    provider.destroy();
    await explorer[Symbol.asyncDispose]();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (
    verb: string,
    args: TaskArguments = {},
  ): Promise<Required<CommandDocument> & { code: unknown }> => {
    const ended = await captured(() => hre.tasks.getTask(["deployment", verb]).run({ ...args, json: true }));
    return { code: ended.code, ...(documentOf(ended) as Required<CommandDocument>) };
  };
  const onRecord = async (): Promise<Deployments> =>
    deploymentsSchema.parse(JSON.parse(await readFile(join(folder, "deployments.json"), "utf8")));

  it("says what a chain lacks, with exit code 2, and creates nothing without the factory", async () => {
    const { code, result } = await run("check");
    expect(code).to.equal(2);
    const features = result["features"] as { name: string; present: boolean }[];
    expect(features.filter(({ present }) => !present).map(({ name }) => name)).to.deep.equal(["CreateX"]);
    const created = await run("create", { admin: BOB, yes: true });
    expect(created).to.have.nested.property("error.code", "deployment.no-factory");
    await provider.send("hardhat_setCode", [CREATE_X, await createXCode()]);
    expect((await run("check")).code).to.equal(0);
  });

  it("says which variable of the configuration has no value yet, and how to give it one", async () => {
    const url = configVariable("SCRIMSHAW_TEST_VALUE_THAT_NOBODY_SETS");
    const unset = await createHardhatRuntimeEnvironment(
      { ...config, networks: { unset: { type: "http", url } }, scrimshaw: { network: "unset" } },
      {},
      ROOT,
    );
    const ended = await captured(() => unset.tasks.getTask(["deployment", "check"]).run({ json: true }));
    const { error } = documentOf(ended) as Required<CommandDocument>;
    expect(error.code).to.equal("hardhat.no-variable");
    expect(error.expected).to.include("SCRIMSHAW_TEST_VALUE_THAT_NOBODY_SETS");
    expect(error.next).to.include("hardhat keystore set SCRIMSHAW_TEST_VALUE_THAT_NOBODY_SETS");
  });

  it("asks who decides over attesters, and which contracts, in words", async () => {
    const code = async (args: TaskArguments): Promise<string> => (await run("create", args)).error.code;
    expect(await code({})).to.equal("deployment.no-admin");
    expect(await code({ admin: "bob" })).to.equal("deployment.no-admin");
    expect(await code({ admin: `0x${"0".repeat(40)}` })).to.equal("deployment.no-admin");
    expect(await code({ admin: BOB, maxDelay: -1 })).to.equal("deployment.delay-invalid");
    expect(await code({ admin: BOB, maxDelay: 1e30 })).to.equal("deployment.delay-invalid");
    expect(await code({ admin: BOB, only: "modelRegistry,nothing" })).to.equal("deployment.unknown-contract");
  });

  it("shows gas and cost without sending, and sends only after a yes", async () => {
    const dry = await run("create", { admin: BOB, dryRun: true });
    expect(dry.result).to.include({ dryRun: true, admin: BOB });
    expect(dry.result["gas"]).to.be.within(15_000_000, 25_000_000);
    expect(dry.result["fee"]).to.be.a("string");
    expect(await run("create", { admin: BOB })).to.have.nested.property("error.code", "command.not-confirmed");
    expect(await provider.getBlockNumber()).to.equal(0);
    expect(await run("show")).to.have.nested.property("error.code", "deployment.not-on-record");
  });

  it("creates, keeps other chains' entries, and puts commit, block and arguments on record", async () => {
    const other = { "1": { block: 9, contracts: { modelRegistry: BOB } } };
    await writeFile(join(folder, "deployments.json"), JSON.stringify(other));
    const { result } = await run("create", { admin: BOB, yes: true, maxDelay: 60 });
    expect(result["created"]).to.have.length(11);
    const record = await onRecord();
    expect(record["1"]).to.deep.equal(other["1"]);
    const here = record[CHAIN_ID.toString()];
    expect(here).to.include({ network: "public", block: 1 });
    expect(here?.contracts.accessManager).to.have.deep.property("arguments", [BOB]);
    expect(here?.contracts.attestedSignatureVerifier).to.have.nested.property("arguments[1]", "60");
    expect((await run("create", { admin: BOB, yes: true, maxDelay: 60 })).result["created"]).to.deep.equal([]);
    expect(await onRecord()).to.deep.equal(record);
  });

  it("says which contracts on record give place to others, where another admin is named", async () => {
    const registry = (await onRecord())[CHAIN_ID.toString()]?.contracts.attesterRegistry;
    const { result } = await run("create", { admin: CREATE_X, dryRun: true, maxDelay: 60 });
    const replaced = result["replaced"] as { name: string; address: string }[];
    expect(replaced.map(({ name }) => name)).to.have.members([
      ...["accessManager", "attesterRegistry", "attestedSignatureVerifier"],
    ]);
    expect(replaced).to.deep.include({ name: "attesterRegistry", address: (registry as { address: string }).address });
  });

  it("shows that addresses prove the code, and tells code that they do not prove, and none", async () => {
    const states = async (): Promise<Record<string, string>> => {
      const { result } = await run("show");
      const all = result["contracts"] as { name: string; code: string }[];
      return Object.fromEntries(all.map(({ name, code }) => [name, code]));
    };
    expect(new Set(Object.values(await states()))).to.deep.equal(new Set(["proven"]));
    const good = await readFile(join(folder, "deployments.json"), "utf8");
    const record = await onRecord();
    const { contracts } = record[CHAIN_ID.toString()]!;
    contracts.proofLens = CREATE_X;
    contracts.modelRegistry = BOB;
    await writeFile(join(folder, "deployments.json"), JSON.stringify(record));
    expect(await states()).to.include({ proofLens: "other", modelRegistry: "absent", proofRegistry: "proven" });
    expect((await run("show")).code).to.equal(1);
    await writeFile(join(folder, "deployments.json"), good);
  });

  it("tells a lens that was created for somebody else's registry, and shows who decides", async () => {
    const good = await readFile(join(folder, "deployments.json"), "utf8");
    const record = await onRecord();
    const { contracts } = record[CHAIN_ID.toString()]!;
    const lens = blueprintOf("proofLens", [BOB])!;
    await provider.send("hardhat_setCode", [lens.address, "0x6001"]);
    contracts.proofLens = { address: lens.address, arguments: [BOB], block: 1 };
    await writeFile(join(folder, "deployments.json"), JSON.stringify(record));
    const { code, result } = await run("show");
    expect(code).to.equal(1);
    const shown = result["contracts"] as { name: string; code: string; choices: string[] }[];
    expect(shown.find(({ name }) => name === "proofLens")).to.include({ code: "estranged" });
    expect(shown.find(({ name }) => name === "accessManager")).to.deep.include({ code: "proven", choices: [BOB] });
    expect(shown.find(({ name }) => name === "attestedSignatureVerifier")).to.have.deep.property("choices", ["60"]);
    await writeFile(join(folder, "deployments.json"), good);
  });

  it("publishes sources to an explorer that compiles and compares them, and tells which do not match", async () => {
    const only = "p256Verifier,accessManager";
    const { code, result } = await run("verify", { only });
    expect(result["contracts"], JSON.stringify(result)).to.have.length(2);
    const outcomes = (result["contracts"] as { outcome: string }[]).map(({ outcome }) => outcome);
    expect(outcomes).to.deep.equal(["verified", "not published here"]);
    expect(code).to.equal(0);
    expect(explorer.verified.size).to.equal(1);
    expect((await run("verify", { only })).code).to.equal(0);
    expect(await run("verify", { provider: "mine" })).to.have.nested.property(
      "error.code",
      "deployment.unknown-provider",
    );

    const elsewhere = await createHardhatRuntimeEnvironment({ plugins: [scrimshaw] }, {}, folder);
    await refusal("deployment.no-sources", () => requirePublishable({ hre: elsewhere, chainId: 1n }));
    await refusal("deployment.no-explorer", () => requirePublishable({ hre, chainId: 31_337n }));

    const record = await onRecord();
    record[CHAIN_ID.toString()]!.contracts.rsaPssVerifier = CREATE_X;
    await writeFile(join(folder, "deployments.json"), JSON.stringify(record));
    const wrong = await run("verify", { only: "rsaPssVerifier" });
    expect(wrong.code).to.equal(1);
    expect(wrong.result).to.have.nested.property("contracts[0].outcome", "failed");
  });
});
