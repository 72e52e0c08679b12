// @ts-check
/**
 * `npm test`: installs if needed, then runs every test and ends with one line `N passed, N failed`. Arguments choose tests:
 * files, `--grep <pattern>`; `--campaign` runs the long form of fuzzing and crash tests.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJson } from "./setup/installed.mjs";
import { nodeBinary, projectEnvironment, runProgram } from "./setup/node.mjs";
import { ROOT, setup } from "./setup.mjs";

/**
 * @param {unknown} found
 * @returns {{ passed: number, failed: number } | undefined}
 */
function asSummary(found) {
  if (typeof found !== "object" || found === null || !("passed" in found) || !("failed" in found)) return undefined;
  const { passed, failed } = found;
  return typeof passed === "number" && typeof failed === "number" ? { passed, failed } : undefined;
}

await setup();
const args = process.argv.slice(2);
const campaign = args.includes("--campaign");
const folder = mkdtempSync(join(tmpdir(), "scrimshaw-test-"));
const summaryFile = join(folder, "summary.json");
/** @type {NodeJS.ProcessEnv} */
const env = {
  ...projectEnvironment(ROOT),
  SCRIMSHAW_TEST_SUMMARY: summaryFile,
  NODE_ENV: "test",
};
if (campaign) env.SCRIMSHAW_CAMPAIGN = "1";
try {
  const code = await runProgram({
    binary: nodeBinary(ROOT),
    args: [join(ROOT, "scripts/test/run.ts"), ...args.filter((argument) => argument !== "--campaign")],
    cwd: ROOT,
    env,
  });
  const { passed, failed } = asSummary(readJson(summaryFile)) ?? { passed: 0, failed: 0 };
  // A run that ended early or badly has failed, whatever was counted until then.
  const failures = code !== 0 && failed === 0 ? 1 : failed;
  process.stdout.write(`${passed} passed, ${failures} failed\n`);
  process.exitCode = failures > 0 || passed === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
