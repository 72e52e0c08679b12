// @ts-check
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {{ readonly os: string, readonly cpu: string, readonly libc: string }} Platform
 * @typedef {{ readonly version?: string, readonly optional?: boolean, readonly link?: boolean, readonly os?: string[],
 *   readonly cpu?: string[], readonly libc?: string[] }} LockedPackage
 * @typedef {{ readonly packages: Record<string, LockedPackage> }} Lock
 * @typedef {{ readonly lock: string, readonly node: string, readonly platform: string }} Stamp
 */

/** Written last, inside what it speaks of, so that removing or replacing node_modules removes it too. */
export const STAMP_FILE = "node_modules/.scrimshaw-setup.json";

/**
 * What an installation is made from; another one of these needs another installation.
 * @param {{ readonly lockText: string, readonly nodeVersion: string, readonly platform: Platform }} options
 * @returns {Stamp}
 */
export function stampOf({ lockText, nodeVersion, platform }) {
  return {
    lock: createHash("sha256").update(lockText).digest("hex"),
    node: nodeVersion,
    platform: `${platform.os}-${platform.cpu}-${platform.libc}`,
  };
}

/**
 * @param {unknown} found what a stamp file held
 * @param {Stamp} wanted
 * @returns {boolean}
 */
export function sameStamp(found, wanted) {
  if (typeof found !== "object" || found === null) return false;
  const stamp = /** @type {Partial<Stamp>} */ (found);
  return stamp.lock === wanted.lock && stamp.node === wanted.node && stamp.platform === wanted.platform;
}

/**
 * True if a package's `os`, `cpu` or `libc` list admits `value`; `!x` excludes.
 * @param {readonly string[] | undefined} list
 * @param {string} value
 */
function admits(list, value) {
  if (list === undefined || list.length === 0) return true;
  if (list.includes(`!${value}`)) return false;
  const named = list.filter((item) => !item.startsWith("!"));
  return named.length === 0 || named.includes(value) || named.includes("any");
}

/**
 * Packages of the lock file that should be on this platform and are not, or in another version. Optional packages for this
 * platform count: an old Node makes npm leave out Hardhat's native simulator without a word.
 * @param {{ readonly lock: Lock, readonly platform: Platform, readonly installedVersion: (path: string) => string | undefined }} options
 * @returns {string[]}
 */
export function missingPackages({ lock, platform, installedVersion }) {
  return Object.entries(lock.packages)
    .filter(([path, { link }]) => path !== "" && link !== true)
    .filter(
      ([, { os, cpu, libc }]) => admits(os, platform.os) && admits(cpu, platform.cpu) && admits(libc, platform.libc),
    )
    .filter(([path, { version }]) => installedVersion(path) !== version)
    .map(([path]) => path);
}

/**
 * Reads the version of an installed package under `root`.
 * @param {string} root
 * @returns {(path: string) => string | undefined}
 */
export function installedVersionIn(root) {
  return (path) => {
    const found = readJson(join(root, path, "package.json"));
    if (typeof found !== "object" || found === null || !("version" in found)) return undefined;
    return typeof found.version === "string" ? found.version : undefined;
  };
}

/**
 * The parsed file, or undefined if it is missing or cut short.
 * @param {string} file
 * @returns {unknown}
 */
export function readJson(file) {
  if (!existsSync(file)) return undefined;
  try {
    return /** @type {unknown} */ (JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** @returns {Platform} */
export function thisPlatform() {
  const report = process.platform === "linux" ? process.report.getReport() : {};
  const header = "header" in report ? /** @type {Record<string, unknown>} */ (report.header) : {};
  const libc = process.platform !== "linux" ? "none" : "glibcVersionRuntime" in header ? "glibc" : "musl";
  return { os: process.platform, cpu: process.arch, libc };
}
