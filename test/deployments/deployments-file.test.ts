import { expect } from "chai";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploymentsSchema, readDeployments } from "../../src/chain/deployments-file.ts";
import { deploymentsJsonSchema } from "../../src/chain/deployments-json-schema.ts";
import { recordDeployment } from "../../src/deployments/record-deployment.ts";
import { ROOT } from "../support/dev-process.ts";
import { refusal } from "../support/rejection.ts";

const A = `0x${"a".repeat(40)}` as const;
const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(join(ROOT, path), "utf8")) as unknown;

describe("deployments.json", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-deployments-"));
    file = join(folder, "deployments.json");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const contract = { address: A, arguments: [], block: 7, transaction: `0x${"7".repeat(64)}` };
  const record = (name: "modelRegistry" | "proofRegistry", block: number): Promise<void> =>
    recordDeployment({
      ...{ file, chainId: 5n, network: "five", commit: "c".repeat(40), name },
      contract: { ...contract, block },
    });

  it("that is published follows its schema, which is published beside it", async () => {
    expect(() => deploymentsSchema.parse({ 1: { block: 0, contracts: { nothing: A } } })).to.throw();
    deploymentsSchema.parse(await readJson("deployments.json"));
    expect(await readJson("docs/schema/deployments.schema.json")).to.deep.equal(deploymentsJsonSchema());
  });

  it("begins at the first block of its contracts, whichever is put on record first", async () => {
    await record("modelRegistry", 9);
    await record("proofRegistry", 7);
    const { 5: five } = await readDeployments(file);
    expect(five).to.deep.include({ network: "five", commit: "c".repeat(40), block: 7 });
    expect(five?.contracts.modelRegistry).to.deep.equal({ ...contract, block: 9 });
    await record("modelRegistry", 0);
    expect((await readDeployments(file))[5]).to.include({ block: 0 });
  });

  it("is never overwritten where it is something else", async () => {
    await writeFile(file, '{"five": 5}');
    await refusal("chain.deployment-invalid", () => record("modelRegistry", 1));
    expect(await readFile(file, "utf8")).to.equal('{"five": 5}');
  });
});
