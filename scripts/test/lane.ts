/**
 * One of the processes among which `run.ts` deals the tests: runs what it is told, one job after the other, and answers with
 * the counts.
 */
import { resolve as absolute } from "node:path";
import hre from "hardhat";
import type { Result } from "hardhat/types/utils";
import Mocha from "mocha";
import type { Job, Outcome } from "./job.ts";

/** How long open servers and workers may keep the process after the last test. */
const PATIENCE_MS = 10_000;

/** What the task hands back beyond its summary, which it fills in only when it runs as a part of `hardhat test`. */
interface SolidityRun {
  readonly suiteResults: readonly { readonly testResults: readonly { readonly status: string }[] }[];
}

async function runSolidity(testFiles: readonly string[], grep: string | undefined): Promise<Outcome> {
  const task = hre.tasks.getTask(["test", "solidity"]);
  const filter = grep === undefined ? {} : { grep };
  const args = { ...filter, testFiles: [...testFiles], noCompile: true };
  const outcome = (await task.run(args)) as Result<SolidityRun, SolidityRun>;
  const { suiteResults } = outcome.success ? outcome.value : outcome.error;
  const statuses = suiteResults.flatMap(({ testResults }) => testResults.map(({ status }) => status));
  // A skipped test has not passed.
  const failed = statuses.filter((status) => status !== "Success").length;
  const passed = statuses.length - failed;
  // A runner that fails without a failed test (a contract that does not deploy, say) has failed once.
  return { passed, failed: outcome.success ? failed : Math.max(failed, 1), failures: [] };
}

/** Not by Hardhat's task for it, which counts tests that never ran as passed. */
async function runMocha(testFile: string, grep: string | undefined): Promise<Outcome> {
  const mocha = new Mocha({ ...hre.config.test.mocha, forbidOnly: true, forbidPending: true });
  if (grep !== undefined) mocha.grep(grep);
  mocha.addFile(absolute(testFile));
  await mocha.loadFilesAsync();
  const failures: string[] = [];
  const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
    const runner = mocha.run(() => {
      resolve(runner.stats);
    });
    runner.on("fail", (test) => failures.push(test.fullTitle()));
  });
  // Else what it listens to on the process stays for the files after it.
  mocha.dispose();
  return { passed: stats?.passes ?? 0, failed: stats?.failures ?? 1, failures };
}

function tell(outcome: Outcome): void {
  // Once what it printed is on its way, so that the output of a job stands together.
  process.stdout.write("", () => process.stderr.write("", () => process.send?.(outcome)));
}

process.on("message", (job: Job) => {
  const work = job.kind === "solidity" ? runSolidity(job.files, job.grep) : runMocha(job.file, job.grep);
  work.then(tell, (error: unknown) => {
    console.error(error);
    tell({ passed: 0, failed: 1, failures: [error instanceof Error ? error.message : String(error)] });
  });
});

process.on("disconnect", () => {
  setTimeout(() => {
    console.error(`After the last test something stayed open: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit(1);
  }, PATIENCE_MS).unref();
});
