import { expect } from "chai";
import scrimshaw from "../../src/hardhat/index.ts";
import { pagesIn, readPage } from "./support/pages.ts";

const EXAMPLES = ["examples/iris/README.md", "examples/integrator/README.md"];

/** What one of Hardhat's own options looks like, and those of other plugins' commands. */
const EVERYWHERE = new Set(["--help", "--network"]);

const dashed = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The commands of this plugin, by their words, with the options that they take. */
const commands = new Map(
  (scrimshaw.tasks ?? []).flatMap((task) => {
    const options = "options" in task ? Object.keys(task.options).map(dashed) : [];
    return "action" in task ? [[task.id.join(" "), new Set([...EVERYWHERE, ...options])] as const] : [];
  }),
);

/** The command lines in a page's blocks, its units for systemd and its text, without comments. */
function linesOf(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^```(?:sh|ini).*\n([\s\S]*?)^```$/gm)].flatMap(([, code = ""]) =>
    code.replaceAll(/^ExecStart=\S+\/hardhat/gm, "npx hardhat").split("\n"),
  );
  const inline = [...page.matchAll(/`(npx hardhat [^`]+)`/g)].map(([, code = ""]) => code);
  return [...blocks, ...inline]
    .map((line) => /npx hardhat ([^#|]*)/.exec(line)?.[1]?.trim())
    .filter((line) => line !== undefined && !/^(ignition|keystore|node|run|--)/.test(line)) as string[];
}

describe("The pages", () => {
  it("show commands that exist, with options that they take", async () => {
    let seen = 0;
    for (const page of ["README.md", ...EXAMPLES, ...(await pagesIn("docs")), ...(await pagesIn("docs/guides"))]) {
      for (const line of linesOf(await readPage(page))) {
        const words = line.split(/\s+/);
        const name = [3, 2, 1].map((count) => words.slice(0, count).join(" ")).find((one) => commands.has(one));
        expect(name, `${page}: ${line}`).to.be.a("string");
        for (const option of line.match(/(?<=^|[\s[])--[a-z-]+/g) ?? []) {
          expect([...commands.get(name!)!], `${page}: ${line}`).to.include(option);
        }
        seen += 1;
      }
    }
    expect(seen).to.be.at.least(120);
  });

  it("about attesters show each of their commands and name each option", async () => {
    const page = await readPage("docs/attesters.md");
    const ours = [...commands].filter(([name]) => name.startsWith("attester "));
    expect(ours).to.have.length(10);
    const common = new Set([...EVERYWHERE, "--json", "--from", "--registry"]);
    for (const [name, options] of ours) {
      expect(page).to.include(`npx hardhat ${name}`);
      for (const option of options) if (!common.has(option)) expect(page, name).to.include(option);
    }
  });

  it("about proofs show each of their commands, name each option, and explain each check of an audit", async () => {
    const page = await readPage("docs/proofs.md");
    const both = page + (await readPage("docs/settling.md"));
    const ours = [...commands].filter(([name]) => name.startsWith("proof "));
    expect(ours).to.have.length(6);
    const common = new Set([...EVERYWHERE, "--json", "--from", "--registry"]);
    for (const [name, options] of ours) {
      expect(page).to.include(`npx hardhat ${name}`);
      for (const option of options) if (!common.has(option)) expect(both, name).to.include(option);
    }
    const [, names = ""] = /CheckName =([^;]+);/.exec(await readPage("src/proofs/audit/report.ts")) ?? [];
    const explained = [...page.matchAll(/^\| `([a-z-]+)` /gm)].map(([, name]) => name);
    expect(explained).to.have.length.above(20);
    expect(explained).to.deep.equal([...names.matchAll(/"([a-z-]+)"/g)].map(([, name]) => name));
  });
});
