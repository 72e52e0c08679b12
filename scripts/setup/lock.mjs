// @ts-check
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * @param {string} file
 * @returns {number | undefined}
 */
function ownerOf(file) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs `work` while no other process does: `file` holds the owner's process id, and a dead owner's file is taken away.
 * @template T
 * @param {{ readonly file: string, readonly onWait?: (pid: number | undefined) => void, readonly work: () => Promise<T> }} options
 * @returns {Promise<T>}
 */
export async function withLock({ file, onWait, work }) {
  mkdirSync(dirname(file), { recursive: true });
  for (let waits = 0; ; waits += 1) {
    try {
      writeFileSync(file, process.pid.toString(), { flag: "wx" });
      break;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const owner = ownerOf(file);
    // An empty file is being written by its owner, unless it stays empty.
    if (owner === undefined ? waits > 20 : !isAlive(owner)) rmSync(file, { force: true });
    else {
      if (waits === 0) onWait?.(owner);
      await sleep(200);
    }
  }
  try {
    return await work();
  } finally {
    if (ownerOf(file) === process.pid) rmSync(file, { force: true });
  }
}
