import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "./dev-process.ts";

const ANVIL = join(ROOT, "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");

/** Its package is optional: it exists for one platform. */
export const hasAnvil = existsSync(ANVIL);

export interface ServedChain {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Foundry's chain on the newest rules, in a process of its own at a free port. */
export async function startAnvil(): Promise<ServedChain> {
  const anvil = spawn(ANVIL, ["--port", "0", "--hardfork", "osaka"], { stdio: ["ignore", "pipe", "inherit"] });
  const stop = async (): Promise<void> => {
    if (anvil.exitCode !== null) return;
    anvil.kill();
    await once(anvil, "exit");
  };
  for await (const line of createInterface({ input: anvil.stdout })) {
    const [, address] = /Listening on (127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (address !== undefined) return { url: `http://${address}`, stop };
  }
  throw new Error("anvil ended before it listened");
}
