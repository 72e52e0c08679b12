import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Hex } from "../chain/sign-digest.ts";
import { isScrimshawError, ScrimshawError } from "../errors.ts";
import type { BlobId } from "../walrus/blob-id.ts";
import { certifyOnChain } from "./certify-on-chain.ts";
import type { CommandContext, ExitCode } from "./command.ts";
import type { Environment } from "./environment.ts";
import { sourceAddress } from "./source-address.ts";

export interface CertifyFlags {
  readonly certify: boolean;
  readonly source: string | undefined;
  /** Given where nothing is going to be registered now. */
  readonly signOnly?: string | undefined;
}

/**
 * Whose committees are to judge what is certified at the end of a command, or undefined if nothing is. Asked before anything is paid
 * for: a slip in an option, or a chain without the contract, is told then.
 * @throws ScrimshawError `availability.argument-invalid`, `availability.source-invalid`, `chain.not-deployed`
 */
export async function certifySource(
  { certify, source, signOnly }: CertifyFlags,
  environment: Environment,
): Promise<Hex | undefined> {
  if (!certify && source === undefined) return undefined;
  if (!certify)
    throw invalid("--source together with --certify", "--source alone", "Add --certify, or leave --source out.");
  if (signOnly !== undefined) {
    const next = "Leave --certify out, and run `npx hardhat walrus certify` once the release was sent.";
    throw invalid("--certify where a version is registered", "--sign-only, which registers none", next);
  }
  await environment.contract("blobAvailability");
  return sourceAddress(source, environment);
}

function invalid(expected: string, found: string, next: string): ScrimshawError {
  return new ScrimshawError({ code: "availability.argument-invalid", expected, found, next });
}

export interface CertifyAfterOptions {
  readonly hre: HardhatRuntimeEnvironment;
  readonly environment: Environment;
  readonly source: Hex;
  readonly blobIds: readonly BlobId[];
  /** What to certify when this could not be done in full, as words for `walrus certify`. */
  readonly subject: string;
  readonly context: Pick<CommandContext, "signal" | "progress">;
}

export interface CertifiedAfter {
  /** For JSON. */
  readonly certified: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
}

/**
 * Certifies what a command has registered. A failure does not undo the registration: it is told, with the command that tries
 * again, and the exit code is 2. Rejects only after an abort.
 */
export async function certifyAfter(options: CertifyAfterOptions): Promise<CertifiedAfter> {
  const { source, subject, context } = options;
  const again = `npx hardhat walrus certify ${subject} --source ${source}`;
  try {
    const { result, lines, exitCode } = await certifyOnChain(options);
    const next = exitCode === 0 ? null : again;
    return {
      certified: { ...result, problem: null, next },
      lines: [...lines, ...(next === null ? [] : [`next          ${next}`])],
      exitCode,
    };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!isScrimshawError(error)) throw error;
    const { code, expected, found, next } = error;
    return {
      certified: {
        source,
        onChain: [],
        transactions: [],
        problems: [],
        problem: { code, expected, found, next },
        next: again,
      },
      lines: [
        `not certified ${code}: expected ${expected}`,
        `  found:      ${found}`,
        `  next:       ${next}`,
        `then          ${again}`,
      ],
      exitCode: 2,
    };
  }
}
