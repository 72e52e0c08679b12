import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { z } from "zod";

const Measured = z.object({ seconds: z.number(), peakMib: z.number() });

/** What one scenario took, in a process of its own. */
export type Measured = z.infer<typeof Measured>;

/** Runs a scenario of `script` in a fresh process, so that its peak of memory is its own. */
export async function measure(script: URL, scenario: string, ...args: readonly string[]): Promise<Measured> {
  const child = spawn(process.execPath, [fileURLToPath(script), scenario, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (code !== 0) throw new Error(`the scenario ${scenario} ended with ${signal ?? `code ${String(code)}`}`);
  return Measured.parse(JSON.parse(Buffer.concat(parts).toString("utf8")));
}

/** The most memory that this process had at once, in MiB: its own, not that of the process which it was forked from. */
export function peakMib(): number {
  const { maxRSS } = process.resourceUsage();
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  const kib = /^VmHWM:\s+([0-9]+) kB$/m.exec(status)?.[1];
  return (kib === undefined ? maxRSS : Number(kib)) / 1024;
}

/** `ok` or `MISSED`, with what was measured. */
export function verdict(right: boolean, text: string): string {
  return `${right ? "ok" : "MISSED"}: ${text}`;
}

/** The middle one. */
export function median(values: readonly Measured[]): Measured {
  const sorted = values.toSorted((a, b) => a.seconds - b.seconds);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError("nothing was measured");
  return { ...middle, peakMib: Math.max(...values.map(({ peakMib }) => peakMib)) };
}
