import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import hre from "hardhat";
import { ROOT } from "../support/dev-process.ts";

const read = (path: string): Promise<string> => readFile(join(ROOT, path), "utf8");

describe("docs/security.md", () => {
  it("speaks of every contract that can be deployed and of every check of an audit", async () => {
    const page = await read("docs/security.md");
    const [, audit = ""] = /^## Audit$([\s\S]*?)^## /m.exec(page) ?? [];
    const [, names = ""] = /CheckName =([^;]+);/.exec(await read("src/proofs/audit/report.ts")) ?? [];
    const checks = [...names.matchAll(/"([a-z-]+)"/g)].map(([, name]) => name);
    expect(checks).to.have.length.above(20);
    for (const check of checks) expect(audit, check).to.include(`\`${check}\``);
    let contracts = 0;
    for (const name of await hre.artifacts.getAllFullyQualifiedNames()) {
      const { abi, bytecode, contractName } = await hre.artifacts.readArtifact(name);
      if (!name.startsWith("contracts/") || bytecode === "0x") continue;
      if (!(abi as readonly { readonly type: string }[]).some(({ type }) => type === "function")) continue;
      expect(page, contractName).to.include(`\`${contractName}`);
      contracts += 1;
    }
    expect(contracts).to.be.at.least(17);
  });

  it("is found from the README, as is how to report a fault", async () => {
    const readme = await read("README.md");
    for (const page of ["docs/security.md", "SECURITY.md"]) expect(readme).to.include(`(${page})`);
  });
});
