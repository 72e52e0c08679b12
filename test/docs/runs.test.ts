import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandRun, DevProcess, ROOT, finish } from "../support/dev-process.ts";
import { type Block, blocksOf, guides, pagesIn, readPage } from "./support/pages.ts";

/** Why a block is not run here, after this word in its fence. */
const NOT_RUN = /^not-run: (.+)$/;
/** `npx hardhat` without npm's own start, which takes longer than most commands. */
const NPX = `npx() { [ "$1" = hardhat ] || return 127; shift; "$NODE" "$HARDHAT" "$@"; }`;

async function shellBlocks(path: string): Promise<readonly Block[]> {
  return blocksOf(await readPage(path)).filter(({ language }) => language === "sh");
}

describe("The shell blocks of the README and the guides", () => {
  let dev: DevProcess;
  let folder: string;

  before(async () => {
    dev = await DevProcess.start();
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-pages-"));
  });
  after(async () => {
    await dev.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs all blocks of a page as one script in the project's folder. The pages' folder `try` is the reader's; only its name is exchanged. */
  async function run(path: string): Promise<CommandRun & { readonly files: string }> {
    const files = join(folder, path.replaceAll(/\W/g, "-"));
    const code = (await shellBlocks(path)).filter(({ info }) => info === "").map((block) => block.code);
    const script = ["set -euo pipefail", NPX, ...code].join("\n").replaceAll(/\btry\b/g, files);
    const tools = { NODE: process.execPath, HARDHAT: join(ROOT, "node_modules/hardhat/dist/src/cli.js") };
    const env = { ...process.env, ...dev.env, ...tools, NODE_COMPILE_CACHE: join(folder, "compiled") };
    const shell = spawn("bash", ["-x", "-c", script], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    const ended = await finish(shell);
    expect(ended.code, `${path}\n${ended.stdout}\n${ended.stderr}`).to.equal(0);
    return { ...ended, files };
  }

  it("are run, all but those that say why they cannot be", async () => {
    const notRun = new Set<string>();
    for (const page of ["README.md", ...(await guides())]) {
      for (const { info } of await shellBlocks(page)) {
        const [, reason] = NOT_RUN.exec(info) ?? [];
        expect(info === "" || reason !== undefined, `${page}: ${info}`).to.equal(true);
        if (reason !== undefined) notRun.add(reason);
      }
    }
    expect([...notRun]).to.deep.equal([
      "a step of its own in CI",
      "the test has done the first and runs the second meanwhile",
      "one line of a crontab",
      "needs systemd, and a node of a public network",
      "runs until it is stopped; the guide to inference nodes drains the same queue",
      "asks for a password and for secrets",
      "needs a public network and its coins",
      "a test of the package packs and installs it",
      "a test of the package runs these in that project",
      "the tests of this repository run it",
      "needs a verifier of yours",
    ]);
  });

  it("stand in guides that the list of guides names", async () => {
    const listed = ["docs/guides/README.md", ...(await guides())];
    expect([...listed].sort()).to.deep.equal(await pagesIn("docs/guides"));
  });

  it("work in the README, one after the other, beside hardhat dev", async function () {
    this.timeout(300_000);
    const { stdout, files } = await run("README.md");
    expect(stdout).to.match(/^proof 0x[0-9a-f]{64}: passed/m);
    expect(stdout).to.match(/^batch 0x[0-9a-f]{64}: passed/m);
    const card = await readFile(join(files, "iris/README.md"));
    expect(card.equals(await readFile(join(ROOT, "examples/iris/model/README.md")))).to.equal(true);
  });

  it("work in each guide", async function () {
    this.timeout(300_000);
    for (const page of await guides()) await run(page);
  });
});
