/**
 * Takes away, one by one, every check of the contracts that verify certificates of Walrus, and shows which test fails without it. Works in temporary
 * folders. Ends with 1 if nothing fails without a check, or if the text of one is no longer found.
 *
 *     npm run test:mutation -- ["words of a check or file" ...]
 */
import { fork } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MutationJob, MutationOutcome } from "./job.ts";
import { type Mutant, mutate } from "./mutant.ts";
import { MUTANTS } from "./mutants/all.ts";
import { mochaWorkspace, ROOT, solidityWorkspace } from "./workspace.ts";

const CERTIFY = ["test/contracts/BlobAvailability.test.ts", "test/contracts/attacks/certificates.test.ts"];
const IMPORT = ["test/contracts/WalrusCommittees.test.ts"];
const LENS = ["test/contracts/lenses/AvailabilityLens.test.ts"];
const REST = [
  "test/contracts/attacks/short-gas.test.ts",
  "test/contracts/attacks/missing-precompiles.test.ts",
  "test/contracts/attacks/random-committees.test.ts",
];
/** Whatever a mutant does to the compiler or the chain, it ends. */
const PATIENCE_MS = 900_000;

/** Those that are likely to notice first. */
function mochaTests(file: string | undefined): readonly string[] {
  if (file === "lenses/AvailabilityLens.sol") return LENS;
  if (file === "WalrusCommittees.sol") return [...IMPORT, ...CERTIFY, ...REST];
  return [...CERTIFY, ...IMPORT, ...LENS, ...REST];
}

/** A library's own, if it has any. */
function solidityTest(file: string): string | undefined {
  const test = `test/contracts/libraries/${basename(file, ".sol")}.t.sol`;
  return file.startsWith("libraries/") && existsSync(join(ROOT, test)) ? test : undefined;
}

function attempt(job: MutationJob, cwd: string): Promise<MutationOutcome> {
  const script = fileURLToPath(new URL("./try-mutant.ts", import.meta.url));
  const child = fork(script, { cwd, stdio: ["ignore", "ignore", "ignore", "ipc"] });
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    child.once("message", (outcome) => {
      resolve(outcome as MutationOutcome);
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      resolve({ broken: `its process ended with ${String(code ?? signal)}` });
    });
    child.send(job);
  });
}

async function tryMutant(mutant: Mutant | undefined): Promise<MutationOutcome> {
  {
    await using workspace = await mochaWorkspace();
    const tests = mochaTests(mutant?.file);
    const outcome = await attempt({ mutant, tests, kind: "mocha" }, workspace.path);
    if (outcome.caughtBy !== undefined || outcome.broken !== undefined) return outcome;
  }
  const test = mutant && solidityTest(mutant.file);
  if (test === undefined) return {};
  await using workspace = await solidityWorkspace(test);
  return await attempt({ mutant, tests: [test], kind: "solidity" }, workspace.path);
}

const wanted = process.argv.slice(2);
const chosen = MUTANTS.filter(
  ({ file, check }) => wanted.length === 0 || wanted.some((words) => `${file}: ${check}`.includes(words)),
);
for (const mutant of chosen) mutate(readFileSync(join(ROOT, "contracts", mutant.file), "utf8"), mutant);
const { caughtBy, broken } = await tryMutant(undefined);
if (caughtBy !== undefined || broken !== undefined)
  throw new Error(`without any change: ${caughtBy ?? broken ?? "unknown"}`);

const totals = { caught: 0, survived: 0, broken: 0 };
const queue = [...chosen];
async function lane(): Promise<void> {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const outcome = await tryMutant(mutant);
    const kind = outcome.caughtBy !== undefined ? "caught" : outcome.broken !== undefined ? "broken" : "survived";
    totals[kind] += 1;
    const what = outcome.caughtBy ?? outcome.broken?.trim() ?? "NO TEST FAILS";
    process.stdout.write(`${kind.padEnd(8)}  ${mutant.file}: ${mutant.check}\n          ${what}\n`);
  }
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
process.stdout.write(
  `${chosen.length} checks taken away: ${totals.caught} noticed, ${totals.survived} not, ${totals.broken} broken\n`,
);
if (totals.caught !== chosen.length || chosen.length === 0) process.exitCode = 1;
