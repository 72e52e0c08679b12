import { expect } from "chai";
import type { HardhatUserConfig } from "hardhat/config";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { blocksOf, guides, readPage } from "./support/pages.ts";

/** Without indentation: a guide shows parts. */
const flat = (text: string): string => text.replace(/^\s+/gm, "").trim();
const PLUGIN = import.meta.resolve("../../src/hardhat/index.ts");

/** The blocks of a guide in a language. */
async function blocks(guide: string, language: string): Promise<readonly string[]> {
  const page = await readPage(`docs/guides/${guide}`);
  return blocksOf(page)
    .filter((block) => block.language === language)
    .map(({ code }) => code);
}

describe("The guides", () => {
  it("say at once what the reader has at the end", async () => {
    const all = await guides();
    expect(all).to.have.length.of.at.least(7);
    for (const guide of all) expect(await readPage(guide), guide).to.match(/^# .+\n\nAt the end /);
  });

  it("show Solidity as it stands in contracts that are compiled and tested", async () => {
    const sources = {
      "integrate-a-contract.md": "examples/integrator/contracts/Gatekeeper.sol",
      "write-a-verifier.md": "contracts/examples/QuorumVerifier.sol",
    };
    for (const [guide, source] of Object.entries(sources)) {
      const shown = await blocks(guide, "solidity");
      expect(shown, guide).to.not.be.empty;
      for (const code of shown) expect(flat(await readPage(source)), guide).to.include(flat(code));
    }
  });

  it("map imports for Foundry as the example does", async () => {
    const [remappings = ""] = await blocks("integrate-a-contract.md", "toml");
    expect(await readPage("examples/integrator/foundry.toml")).to.include(remappings);
  });

  it("and the README show configurations that Hardhat and the plugin take", async () => {
    const folder = await mkdtemp(join(tmpdir(), "scrimshaw-configurations-"));
    const configured: string[] = [];
    const modules = { "hardhat/config": import.meta.resolve("hardhat/config"), "scrimshaw/hardhat": PLUGIN };
    try {
      await writeFile(join(folder, "package.json"), '{"type":"module"}');
      for (const page of ["README.md", ...(await guides())]) {
        const found = blocksOf(await readPage(page)).filter(({ code }) => code.includes("defineConfig("));
        for (const [i, { code }] of found.entries()) {
          const path = join(folder, `${basename(page)}-${i}.ts`);
          const [first, second] = Object.entries(modules);
          await writeFile(path, code.replace(...first!).replace(...second!));
          const { default: config } = (await import(path)) as { readonly default: HardhatUserConfig };
          const hre = await createHardhatRuntimeEnvironment(config, {}, folder);
          expect(hre.config.scrimshaw.network, page).to.be.a("string");
          configured.push(page);
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    expect(configured.map((page) => basename(page))).to.include.members([
      "README.md",
      "inference-node.md",
      "integrate-a-contract.md",
    ]);
  });
});
