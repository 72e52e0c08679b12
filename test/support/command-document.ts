import { expect } from "chai";
import { type CommandRun, type DevProcess, finish, spawnHardhat } from "./dev-process.ts";

/** What a command prints with `--json`. */
export interface CommandDocument {
  readonly schema: string;
  readonly ok: boolean;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: Readonly<Record<"code" | "expected" | "found" | "next", string>>;
}

/** The one JSON document of a command; anything else on its stdout fails the test. */
export function documentOf({ stdout, stderr }: CommandRun): CommandDocument {
  expect(stdout, stderr).to.match(/^\{.*\}\n$/);
  return JSON.parse(stdout) as CommandDocument;
}

/** The document with how the command ended. A test that expects success reads `result`, one that expects failure `error`. */
export interface CommandAnswer extends Required<CommandDocument> {
  readonly code: number | null;
}

/** Runs a command with `--json` in a process of its own, against the chain and the Walrus of `dev`. */
export async function runWithJson(dev: DevProcess, args: readonly string[]): Promise<CommandAnswer> {
  const ended = await finish(spawnHardhat([...args, "--json"], dev.env));
  return { code: ended.code, ...(documentOf(ended) as Required<CommandDocument>) };
}
