/**
 * `npm run coverage`: runs the tests of the contracts with each line counted, prints what share of each file's lines ran, and fails if
 * that is below 95% for any of them or in all. Lines of assembly are not counted. What costs gas or bytes is not tested here, since counting costs both.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { percentOf, readLines } from "./lines.ts";

const ROOT = resolve(fileURLToPath(new URL("../../", import.meta.url)));
const TRACEFILE = join(ROOT, "coverage/lcov.info");
const LEAST_PERCENT = 95;
/** Of gas (of Bls12381 one test is), of sizes, and of contracts as other programs run them, who count nothing. */
const LEFT_OUT = /\/(Gas\.t\.sol|Bls12381\.t\.sol|gas\.test\.ts|sizes\.test\.ts|other-evms\.test\.ts)$/;

const tests = [
  ...globSync("test/contracts/**/*.t.sol", { cwd: ROOT }),
  ...globSync("test/contracts/**/*.test.ts", { cwd: ROOT }),
]
  .filter((file) => !LEFT_OUT.test(file))
  .sort();
await rm(TRACEFILE, { force: true });
const config = join(ROOT, "scripts/coverage/hardhat.config.ts");
const hardhat = join(ROOT, "node_modules/hardhat/dist/src/cli.js");
const run = spawn(
  process.execPath,
  [hardhat, "--config", config, "test", "--coverage", "--no-typechain", ...tests],
  // The long form of fuzzing reaches no more lines.
  { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, SCRIMSHAW_CAMPAIGN: "0" } },
);
const [code] = (await once(run, "exit")) as [number | null];
if (code !== 0) {
  process.stderr.write("Tests failed while lines were counted.\n");
  process.exit(1);
}

const files = readLines(await readFile(TRACEFILE, "utf8"), (file) => readFileSync(join(ROOT, file), "utf8"));
const own = files.filter(({ file }) => file.startsWith("contracts/")).sort((a, b) => a.file.localeCompare(b.file));
const total = {
  file: "all contracts",
  count: own.reduce((sum, { count }) => sum + count, 0),
  missed: own.flatMap(({ missed }) => missed),
};
process.stdout.write("\nLines of contracts that ran:\n");
for (const lines of [...own, total]) {
  const missed = lines === total || lines.missed.length === 0 ? "" : `  not ${lines.missed.join(", ")}`;
  process.stdout.write(`${percentOf(lines).toFixed(1).padStart(7)}%  ${lines.file}${missed}\n`);
}
const low = [...own, total].filter((lines) => percentOf(lines) < LEAST_PERCENT);
if (low.length > 0 || own.length === 0) {
  const which = low.map(({ file }) => file).join(", ") || "nothing was counted";
  process.stderr.write(`Below ${LEAST_PERCENT}%: ${which}\n`);
  process.exitCode = 1;
}
