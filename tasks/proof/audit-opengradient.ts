import type { KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { readPublicKey } from "../../src/attesters/read-key.ts";
import { readBoundedText } from "../../src/bounded-text.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { CHECK_WORD, EXIT_CODE } from "../../src/hardhat/audit-words.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { auditDump } from "../../src/proofs/opengradient/audit-dump.ts";
import type { DumpCheck } from "../../src/proofs/opengradient/audit-dump.ts";
import { MAX_DUMP_BYTES, readDump } from "../../src/proofs/opengradient/read-dump.ts";
import { parseId } from "../../src/proofs/parse-id.ts";

export interface DumpArguments {
  readonly opengradient: string;
  readonly root: string | undefined;
  readonly count: number;
  readonly enclaveKey: string | undefined;
  readonly json: boolean;
}

/** Answers that fit on a screen: beyond, only those that did not pass are printed. */
const SCREEN = 24;

function unreadable(path: string, cause: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "proofs.file-unreadable",
    expected: `a readable file ${path}`,
    found: cause instanceof Error ? cause.message.slice(0, 200) : "none",
    next: "Check the path.",
    cause,
  });
}

function readText(path: string): Promise<string> {
  return readBoundedText(path, MAX_DUMP_BYTES).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

async function readKey(path: string): Promise<KeyObject> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  const key = readPublicKey(text);
  if (key.asymmetricKeyType === "rsa") return key;
  throw new ScrimshawError({
    code: "attesters.key-unreadable",
    expected: `an RSA key in ${path}, as OpenGradient's enclaves have`,
    found: `a key of type ${String(key.asymmetricKeyType)}`,
    next: "Take the enclave's signing key from its registry or attestation document.",
  });
}

function requireRoot(root: string | undefined): string {
  if (root !== undefined) return root;
  throw new ScrimshawError({
    code: "proofs.argument-invalid",
    expected: "--root with the Merkle root that the BatchSettlement event names",
    found: "none",
    next: "Read it from the chain: a root from the dump itself proves nothing.",
  });
}

const line = ({ check, status, leaf, detail }: DumpCheck): string =>
  `${CHECK_WORD[status]}  ${check.padEnd(16)}  ${leaf === undefined ? "" : `leaf ${leaf}: `}${detail}`;

/** `proof audit --opengradient`: needs no chain and no Walrus. */
export async function auditOpenGradient(args: DumpArguments): Promise<void> {
  await runCommand({
    schema: "scrimshaw.proof-audit-opengradient/1",
    json: args.json,
    run: async ({ signal }) => {
      const root = parseId(requireRoot(args.root));
      const leaves = readDump(await readText(args.opengradient));
      const paths = args.enclaveKey === undefined ? [] : args.enclaveKey.split(",");
      const keys = await Promise.all(paths.map((path) => readKey(path.trim())));
      const report = await auditDump({ leaves, root, keys, ...(args.count > 0 && { count: args.count }), signal });
      const { checks, outcome } = report;
      const shown = checks.length > SCREEN ? checks.filter(({ status }) => status !== "passed") : checks;
      const count = (status: DumpCheck["status"]): number => checks.filter((check) => check.status === status).length;
      return {
        result: report,
        lines: [
          ...shown.slice(0, 10 * SCREEN).map(line),
          ...(shown.length > 10 * SCREEN ? [`... and ${shown.length - 10 * SCREEN} more (--json names all)`] : []),
          "",
          `batch ${root}: ${outcome} (${count("passed")} passed, ${count("failed")} failed, ${count("not-checked")} not checked)`,
        ],
        exitCode: EXIT_CODE[outcome],
      };
    },
  });
}
