import { readFile } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { isScrimshawError, ScrimshawError } from "../../src/errors.ts";
import { keyVerifiers } from "../../src/hardhat/open-attester.ts";
import { describeChecks, EXIT_CODE } from "../../src/hardhat/audit-words.ts";
import { isLoopback } from "../../src/loopback.ts";
import { auditSubject, describeSubject, parseSample } from "../../src/hardhat/audit-subject.ts";
import type { SubjectArguments } from "../../src/hardhat/audit-subject.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { readIdentityFile } from "../../src/hardhat/identity-file.ts";
import type { Environment } from "../../src/hardhat/environment.ts";
import { parseDocumentTerms } from "../../src/hardhat/parse-attester-options.ts";
import type { AuditSources } from "../../src/proofs/audit/context.ts";
import type { Check } from "../../src/proofs/audit/report.ts";
import { readDisclosureFile } from "../../src/proofs/disclosure-file.ts";
import type { Disclosure } from "../../src/proofs/disclosure-file.ts";
import { certificateCheck } from "../../src/walrus/certificate-check.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { fetchLocalCommittee } from "../../src/walrus/fetch-local-committee.ts";
import { auditOpenGradient } from "./audit-opengradient.ts";
import type { DumpArguments } from "./audit-opengradient.ts";

interface AuditArguments extends Omit<DumpArguments, "opengradient">, SubjectArguments {
  readonly opengradient: string | undefined;
  readonly rerun: boolean;
  readonly rerunSeconds: number;
  readonly rerunTotalSeconds: number;
  readonly disclosure: string | undefined;
  readonly identityFile: string | undefined;
  readonly trust: string;
  readonly maxAge: string | undefined;
  readonly registry: string | undefined;
}

/** Answers between two lines of progress. */
const PROGRESS_EVERY = 100;

function line({ check, proofId, detail }: Check): string {
  return `${check.padEnd(16)}  ${proofId === undefined ? "" : `${proofId.slice(0, 10)}: `}${detail}`;
}

function parseVerifier(text: string): string {
  const address = text.trim();
  if (/^0x[0-9a-fA-F]{40}$/.test(address)) return address;
  throw new ScrimshawError({
    code: "proofs.argument-invalid",
    expected: "addresses of verifiers after --trust, separated by commas",
    found: JSON.stringify(address.slice(0, 80)),
    next: "Write each as 0x and 40 hex digits.",
  });
}

/** A network on this machine tells its own committee. Elsewhere the committee is on Sui, and an aggregator's word for it is worth nothing. */
async function certificates(
  environment: Environment,
  signal: AbortSignal,
): Promise<Pick<AuditSources, "checkCertificate">> {
  const url = environment.walrus.aggregators.find((one) => isLoopback(new URL(one).hostname));
  if (url === undefined) return {};
  try {
    return { checkCertificate: certificateCheck({ committee: await fetchLocalCommittee({ url, signal }), signal }) };
  } catch (error) {
    if (!isScrimshawError(error)) throw error;
    return {};
  }
}

async function disclosures(path: string | undefined): Promise<readonly Disclosure[]> {
  if (path === undefined) return [];
  try {
    return [readDisclosureFile(await readFile(path, "utf8"))];
  } catch (error) {
    if (isScrimshawError(error)) throw error;
    throw new ScrimshawError({
      code: "proofs.argument-invalid",
      expected: `a readable disclosure file ${path}`,
      found: error instanceof Error ? error.message.slice(0, 200) : "none",
      next: "Check the path.",
      cause: error,
    });
  }
}

/** Node's timers count no further than 2^31 milliseconds. */
const LONGEST_RERUN = 86_400;
const LONGEST_BUDGET = 365 * LONGEST_RERUN;

function requireSeconds(option: string, seconds: number, longest: number): void {
  if (seconds >= 1 && seconds <= longest) return;
  throw new ScrimshawError({
    code: "proofs.argument-invalid",
    expected: `--${option} from 1 to ${longest}`,
    found: String(seconds),
    next: "Correct the number.",
  });
}

export default async function audit(args: AuditArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { opengradient } = args;
  if (opengradient !== undefined) return auditOpenGradient({ ...args, opengradient });
  await runCommand({
    schema: "scrimshaw.proof-audit/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const sample = parseSample(args);
      requireSeconds("rerun-seconds", args.rerunSeconds, LONGEST_RERUN);
      requireSeconds("rerun-total-seconds", args.rerunTotalSeconds, LONGEST_BUDGET);
      const environment = await openEnvironment(hre, { addresses: { proofRegistry: args.registry } });
      const pool = new EncoderPool();
      let answers = 0;
      try {
        const { nShards } = environment.walrus;
        const verifier = await environment.contract("attestedSignatureVerifier");
        const further = args.trust === "" ? [] : args.trust.split(",").map(parseVerifier);
        const report = await auditSubject(args, environment, {
          provider: environment.provider,
          proofRegistry: await environment.contract("proofRegistry"),
          modelRegistry: await environment.contract("modelRegistry"),
          attesterRegistry: await environment.contract("attesterRegistry"),
          trustedVerifiers: [await verifier.getAddress(), ...further],
          keyVerifiers: await keyVerifiers(environment),
          attestationTerms: parseDocumentTerms({ maxAge: args.maxAge, nonce: undefined, root: undefined }),
          fromBlock: (await environment.deployment()).block,
          store: await environment.store(),
          computeBlobId: async (bytes) => (await computeBlobId({ bytes, nShards, signal, pool })).blobId,
          ...(await certificates(environment, signal)),
          ...sample,
          rerun: args.rerun || args.disclosure !== undefined,
          rerunTimeoutMs: args.rerunSeconds * 1_000,
          rerunBudgetMs: args.rerunTotalSeconds * 1_000,
          disclosures: await disclosures(args.disclosure),
          ...(await readIdentityFile(args.identityFile)),
          signal,
          onCheck: () => {
            answers += 1;
            if (answers % PROGRESS_EVERY === 0) progress(`${answers} answers`);
          },
        });
        return {
          result: report,
          lines: describeChecks({ ...report, subject: describeSubject(report), line }),
          exitCode: EXIT_CODE[report.outcome],
        };
      } finally {
        await pool.close();
        await environment.close();
      }
    },
  });
}
