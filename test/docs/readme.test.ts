import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DevProcess, ROOT, finish } from "../support/dev-process.ts";

/** The lines of the README's block of that name. */
async function block(name: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, "README.md"), "utf8");
  const found = new RegExp(`^\`\`\`sh ${name}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(text)?.[1];
  if (found === undefined) throw new Error(`the README has no block ${name}`);
  return found.trimEnd().split("\n");
}

describe("The README", () => {
  it("shows commands that work as they stand, one after the other, beside hardhat dev", async function () {
    this.timeout(300_000);
    // The README's folder is the reader's; only its name is exchanged.
    const folder = await mkdtemp(join(tmpdir(), "scrimshaw-readme-"));
    const dev = await DevProcess.start();
    try {
      const script = ["set -euo pipefail", ...(await block("by-hand"))].join("\n").replaceAll(/\btry\b/g, folder);
      const env = { ...process.env, ...dev.env };
      const run = await finish(
        spawn("bash", ["-x", "-c", script], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] }),
      );
      expect(run.code, `${run.stdout}\n${run.stderr}`).to.equal(0);
      expect(run.stdout).to.match(/^proof 0x[0-9a-f]{64}: passed/m);
      expect(run.stdout).to.match(/^batch 0x[0-9a-f]{64}: passed/m);
      const card = await readFile(join(folder, "card.md"));
      expect(card.equals(await readFile(join(ROOT, "examples/iris/model/README.md")))).to.equal(true);
    } finally {
      await dev.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
