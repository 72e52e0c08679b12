import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { z } from "zod";

const Measured = z.object({ seconds: z.number(), peakMib: z.number() });

/** What one scenario took, in a process of its own. */
export type Measured = z.infer<typeof Measured>;

/** Runs a scenario in a fresh process, so that its peak of memory is its own. */
export async function measure(scenario: string, ...args: readonly string[]): Promise<Measured> {
  const script = fileURLToPath(new URL("./scenario.ts", import.meta.url));
  const child = spawn(process.execPath, [script, scenario, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`the scenario ${scenario} ended with code ${String(code)}`);
  return Measured.parse(JSON.parse(Buffer.concat(parts).toString("utf8")));
}

/** The middle one. */
export function median(values: readonly Measured[]): Measured {
  const sorted = values.toSorted((a, b) => a.seconds - b.seconds);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError("nothing was measured");
  return { ...middle, peakMib: Math.max(...values.map(({ peakMib }) => peakMib)) };
}
