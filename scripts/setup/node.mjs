// @ts-check
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The Node that the project installs for itself, so that scripts do not depend on the system's.
 * @param {string} root
 */
export function nodeBinary(root) {
  return join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
}

/**
 * True if the installed Node runs and is of `version`.
 * @param {string} root
 * @param {string} version
 */
export function nodeRuns(root, version) {
  const binary = nodeBinary(root);
  if (!existsSync(binary)) return false;
  const { status, stdout } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  return status === 0 && stdout.trim() === `v${version}`;
}

/**
 * Runs `binary` to its end, hands signals on and gives back its exit code (1 if a signal ended it).
 * @param {{ readonly binary: string, readonly args: readonly string[], readonly cwd: string, readonly env?: NodeJS.ProcessEnv, readonly stdout?: "inherit" | "stderr" }} options
 * @returns {Promise<number>}
 */
export function runProgram({ binary, args, cwd, env = process.env, stdout = "inherit" }) {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, {
      cwd,
      env,
      stdio: ["inherit", stdout === "stderr" ? 2 : "inherit", "inherit"],
      // npm is a script with another ending on Windows.
      shell: process.platform === "win32" && !binary.endsWith(".exe"),
    });
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => void child.kill(signal);
    // A terminal sends SIGINT to the child as well; here it only must not end the parent first.
    const wait = () => undefined;
    process.on("SIGTERM", pass);
    process.on("SIGHUP", pass);
    process.on("SIGINT", wait);
    const done = () => {
      process.off("SIGTERM", pass);
      process.off("SIGHUP", pass);
      process.off("SIGINT", wait);
    };
    child.on("error", (error) => {
      done();
      reject(error);
    });
    child.on("close", (code) => {
      done();
      resolve(code ?? 1);
    });
  });
}

/**
 * The environment in which `node` and the project's commands are those of node_modules, and in which Hardhat asks nothing.
 * @param {string} root
 * @returns {NodeJS.ProcessEnv}
 */
export function projectEnvironment(root) {
  const bin = join(root, "node_modules/.bin");
  const PATH = `${bin}${delimiter}${process.env.PATH ?? ""}`;
  return { ...process.env, PATH, HARDHAT_DISABLE_TELEMETRY_PROMPT: "true" };
}
