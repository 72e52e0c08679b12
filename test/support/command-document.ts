import { expect } from "chai";
import type { CommandRun } from "./dev-process.ts";

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
