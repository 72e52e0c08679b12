// @ts-check
/**
 * Installs what the project needs, with nothing but Node 20 and npm 10. Does nothing if the installation is complete, and
 * repairs one that was killed, or that was made by a Node too old for Hardhat.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  installedVersionIn,
  missingPackages,
  readJson,
  sameStamp,
  STAMP_FILE,
  stampOf,
  thisPlatform,
} from "./setup/installed.mjs";
import { withLock } from "./setup/lock.mjs";
import { nodeRuns, runProgram } from "./setup/node.mjs";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Below this, npm leaves out native packages that ask for a newer Node. */
const MINIMUM_FOR_NPM = [22, 13];

/** @param {string} text */
function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** @param {string} version */
function isOldNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = MINIMUM_FOR_NPM;
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}

/**
 * The environment for npm: an `allow-scripts` from outside would replace the project's own list.
 * @returns {NodeJS.ProcessEnv}
 */
function npmEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_config_(allow[-_]scripts|ignore[-_]scripts)$/i.test(name)),
  );
}

/**
 * @param {string} root
 * @param {string} nodeVersion
 */
async function install(root, nodeVersion) {
  const env = npmEnvironment();
  const ci = ["ci", "--prefix", root, "--no-audit", "--no-fund"];
  if (!isOldNode(process.versions.node)) {
    say(`installing packages (Node ${process.versions.node})`);
    return runProgram({ binary: "npm", args: ci, cwd: root, env, stdout: "stderr" });
  }
  say(`installing packages with Node ${nodeVersion}, because the system's is ${process.versions.node}`);
  // From an empty folder: inside the project npm would take its half-installed `node` for the one asked for.
  const empty = mkdtempSync(join(tmpdir(), "scrimshaw-setup-"));
  try {
    writeFileSync(join(empty, "package.json"), "{}\n");
    const args = ["exec", "--yes", `--package=node@${nodeVersion}`, "--", "npm", ...ci];
    return await runProgram({ binary: "npm", args, cwd: empty, env, stdout: "stderr" });
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
}

/**
 * Makes sure that node_modules is complete.
 * @param {{ readonly root?: string }} [options]
 * @returns {Promise<"present" | "adopted" | "installed">}
 */
export async function setup({ root = ROOT } = {}) {
  const lockText = readFileSync(join(root, "package-lock.json"), "utf8");
  const lock = /** @type {import("./setup/installed.mjs").Lock} */ (JSON.parse(lockText));
  const nodeVersion = lock.packages["node_modules/node"]?.version;
  if (nodeVersion === undefined) throw new Error("package-lock.json names no version of the package node");
  const platform = thisPlatform();
  const stamp = stampOf({ lockText, nodeVersion, platform });
  const stampFile = join(root, STAMP_FILE);
  const isStamped = () => sameStamp(readJson(stampFile), stamp) && nodeRuns(root, nodeVersion);
  const missing = () => missingPackages({ lock, platform, installedVersion: installedVersionIn(root) });

  if (isStamped()) return "present";
  return withLock({
    file: join(root, ".setup/lock"),
    onWait: (pid) => {
      say(`waiting for another set-up${pid === undefined ? "" : ` (process ${pid.toString()})`}`);
    },
    work: async () => {
      if (isStamped()) return "present";
      // npm writes its own record after everything else, so without it the installation was cut short.
      const finished = readJson(join(root, "node_modules/.package-lock.json")) !== undefined;
      if (finished && missing().length === 0 && nodeRuns(root, nodeVersion)) {
        writeFileSync(stampFile, `${JSON.stringify(stamp)}\n`);
        return "adopted";
      }
      const code = await install(root, nodeVersion);
      const left = missing();
      if (code !== 0 || left.length > 0 || !nodeRuns(root, nodeVersion)) {
        const what = left.length > 0 ? `missing: ${left.slice(0, 5).join(", ")}` : `npm ended with ${code.toString()}`;
        throw new Error(`the installation is not complete (${what}); check the network and run it again`);
      }
      writeFileSync(stampFile, `${JSON.stringify(stamp)}\n`);
      return "installed";
    },
  });
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const outcome = await setup();
    say(outcome === "installed" ? "packages installed" : "packages are complete");
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
