/**
 * Runs all tests under the project's own Node: the Solidity ones, then Mocha's. Writes how many passed and failed to the
 * file named by SCRIMSHAW_TEST_SUMMARY, so that the closing line does not depend on anyone's wording.
 */
import { globSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import hre from "hardhat";
import type { Result } from "hardhat/types/utils";
import Mocha from "mocha";

/** How long open servers and workers may keep the process after the last test. */
const PATIENCE_MS = 10_000;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: "string" } } });
const total = { passed: 0, failed: 0 };

function save(): void {
  const file = process.env.SCRIMSHAW_TEST_SUMMARY;
  if (file !== undefined) writeFileSync(file, JSON.stringify(total));
}

/** What the task hands back beyond its summary, which it fills in only when it runs as a part of `hardhat test`. */
interface SolidityRun {
  readonly suiteResults: readonly { readonly testResults: readonly { readonly status: string }[] }[];
}

async function runSolidity(testFiles: readonly string[]): Promise<void> {
  const task = hre.tasks.getTask(["test", "solidity"]);
  const filter = values.grep === undefined ? {} : { grep: values.grep };
  const args = { ...filter, testFiles: [...testFiles], noCompile: true };
  const outcome = (await task.run(args)) as Result<SolidityRun, SolidityRun>;
  const { suiteResults } = outcome.success ? outcome.value : outcome.error;
  const statuses = suiteResults.flatMap(({ testResults }) => testResults.map(({ status }) => status));
  // A skipped test has not passed.
  const failed = statuses.filter((status) => status !== "Success").length;
  total.passed += statuses.filter((status) => status === "Success").length;
  // A runner that fails without a failed test (a contract that does not deploy, say) has failed once.
  total.failed += outcome.success ? failed : Math.max(failed, 1);
}

/** Not by Hardhat's task for it, which counts tests that never ran as passed. */
async function runMocha(testFiles: readonly string[]): Promise<void> {
  const mocha = new Mocha({ ...hre.config.test.mocha, forbidOnly: true, forbidPending: true });
  if (values.grep !== undefined) mocha.grep(values.grep);
  for (const file of testFiles) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
  });
  total.passed += stats?.passes ?? 0;
  total.failed += stats?.failures ?? 1;
}

await hre.tasks.getTask("build").run();
const chosen = positionals.length > 0;
const solidity = chosen ? positionals.filter((file) => file.endsWith(".sol")) : [];
const mocha = chosen ? positionals.filter((file) => file.endsWith(".ts")) : globSync("test/**/*.test.ts").sort();
if (!chosen || solidity.length > 0) await runSolidity(solidity);
if (mocha.length > 0) await runMocha(mocha);
save();
if (total.failed > 0) process.exitCode = 1;

setTimeout(() => {
  console.error(`After the last test something stayed open: ${process.getActiveResourcesInfo().join(", ")}`);
  total.failed += 1;
  save();
  process.exit(1);
}, PATIENCE_MS).unref();
