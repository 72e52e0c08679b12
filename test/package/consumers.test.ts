import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { DevProcess, finish, ROOT } from "../support/dev-process.ts";
import { useConsumer } from "./support/consumer.ts";

const FORGE = join(ROOT, "node_modules/@foundry-rs/forge-linux-amd64/bin/forge");

describe("A project that installs the package", () => {
  const consumer = useConsumer({
    project: "examples/integrator",
    packages: ["typescript", "@types/node", "solc"],
  });

  describe("in Hardhat 3", () => {
    let dev: DevProcess;

    before(async () => {
      const { code, stdout, stderr } = await finish(consumer.hardhat(["build", "--no-tests"]));
      expect(code, stdout + stderr).to.equal(0);
      dev = await DevProcess.start({ hardhat: consumer.hardhat });
    });
    after(() => dev.stop());

    it("has all commands from one line of its configuration", async () => {
      const { code, stdout } = await finish(consumer.hardhat(["model", "--help"]));
      expect(code).to.equal(0);
      for (const command of ["model publish", "model pull", "model verify"]) expect(stdout).to.include(command);
    });

    it("has typings that hold under strict TypeScript, those of libraries checked too", async () => {
      const tsc = join(consumer.folder, "node_modules/typescript/bin/tsc");
      const { code, stdout } = await consumer.run(process.execPath, [tsc, "-p", "."]);
      expect(code, stdout).to.equal(0);
    });

    it("compiles a contract over the interfaces, which lets a real proof of a certified model pass", async () => {
      const run = ["run", "--no-compile", "scripts/pass.ts", "--network", "localhost"];
      const { code, stdout, stderr } = await finish(consumer.hardhat(run, dev.env));
      expect(code, stdout + stderr).to.equal(0);
      const { reference, ...outcome } = JSON.parse(stdout.trim().split("\n").at(-1)!) as Record<string, unknown>;
      expect(outcome).to.deep.equal({ passed: true, version: 1, selector: "0x1eb3b501" });
      const pull = await finish(consumer.hardhat(["model", "pull", String(reference), "--json"], dev.env));
      expect(JSON.parse(pull.stdout)).to.nested.include({ ok: true, "result.files[0].path": "README.md" });
    });
  });

  it("compiles and tests the same contract with forge and remappings", async function () {
    // Its package runs on Linux on x64 only.
    if (!existsSync(FORGE)) this.skip();
    const home = await mkdtemp(join(tmpdir(), "scrimshaw-forge-"));
    try {
      const args = ["test", "--offline", "--use", "scripts/solc.mjs", "--json"];
      const { code, stdout, stderr } = await consumer.run(FORGE, args, { HOME: home });
      expect(code, stdout + stderr).to.equal(0);
      const suites = JSON.parse(stdout) as Record<
        string,
        { readonly test_results: Record<string, { status: string }> }
      >;
      const results = Object.values(suites).flatMap(({ test_results: found }) => Object.values(found));
      expect(results.map(({ status }) => status)).to.deep.equal(["Success", "Success", "Success"]);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});
