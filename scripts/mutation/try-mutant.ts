/**
 * Tries one mutant in the workspace that is its current folder: compiles what it changes, and runs tests until one fails.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Mocha from "mocha";
import { compile, contractsWith } from "./compile.ts";
import type { MutationJob, MutationOutcome } from "./job.ts";
import { mutate } from "./mutant.ts";
import { ROOT } from "./workspace.ts";

async function runMocha({ mutant, tests }: MutationJob): Promise<MutationOutcome> {
  const files = mutant
    ? await contractsWith(mutant.file, ROOT)
    : ["WalrusCommittees.sol", "BlobAvailability.sol", "lenses/AvailabilityLens.sol"];
  await compile(files);
  const mocha = new Mocha({ bail: true, timeout: 300_000, reporter: "min" });
  for (const test of tests) mocha.addFile(join(ROOT, test));
  await mocha.loadFilesAsync();
  return new Promise((resolve) => {
    let caughtBy: string | undefined;
    const runner = mocha.run(() => {
      resolve(runner.stats?.passes === 0 && caughtBy === undefined ? { broken: "no test ran" } : { caughtBy });
    });
    runner.on("fail", (test) => (caughtBy ??= test.fullTitle()));
  });
}

interface SolidityRun {
  readonly suiteResults: readonly {
    readonly testResults: readonly { readonly name: string; readonly status: string }[];
  }[];
}

async function runSolidity({ tests }: MutationJob): Promise<MutationOutcome> {
  const { default: hre } = await import("hardhat");
  const task = hre.tasks.getTask(["test", "solidity"]);
  const outcome = (await task.run({ testFiles: [...tests] })) as {
    readonly value?: SolidityRun;
    readonly error?: SolidityRun;
  };
  const results = (outcome.value ?? outcome.error)?.suiteResults.flatMap(({ testResults }) => testResults) ?? [];
  if (results.length === 0) return { broken: "no test ran" };
  const failed = results.find(({ status }) => status !== "Success");
  return { caughtBy: failed && `${tests.join()} ${failed.name}` };
}

async function run(job: MutationJob): Promise<MutationOutcome> {
  const { mutant, kind } = job;
  if (mutant !== undefined) {
    const path = join("contracts", mutant.file);
    await writeFile(path, mutate(await readFile(path, "utf8"), mutant));
  }
  return kind === "mocha" ? runMocha(job) : runSolidity(job);
}

process.once("message", (job: MutationJob) => {
  const answer = (outcome: MutationOutcome): void => {
    process.send?.(outcome, undefined, undefined, () => {
      process.exit(0);
    });
  };
  run(job).then(answer, (error: unknown) => {
    answer({ broken: error instanceof Error ? error.message : String(error) });
  });
});
