import { isScrimshawError, ScrimshawError } from "../errors.ts";
import { type CommandIo, processIo } from "./command-io.ts";
import { fromHardhat } from "./from-hardhat.ts";
import { escapeUnprintable, plainText } from "./plain-text.ts";

/** 0 done, 1 failed, 2 incomplete. */
export type ExitCode = 0 | 1 | 2;

export interface ConfirmationRequest {
  readonly lines: readonly string[];
  /** To be answered by yes or no, for example "Publish this?". */
  readonly question: string;
}

export interface CommandContext {
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** One line for stderr: on a terminal it replaces the line before it. */
  readonly progress: (line: string) => void;
  /** True if progress is shown on a terminal, where a line costs nothing. */
  readonly terminal: boolean;
  /**
   * Shows what is about to be paid for and goes on only after a yes.
   * @throws ScrimshawError `command.not-confirmed` after anything else, and, without asking, with `--json` or without a terminal
   */
  readonly confirm: (request: ConfirmationRequest) => Promise<void>;
  /** A line of the result for stdout, now: for lists without end. Without `json` alone. */
  readonly printLine: (line: string) => void;
  /**
   * Prints the result now, for a command that goes on running after it (a server). What `run` returns later is not
   * printed any more.
   */
  readonly ready: (outcome: { readonly result: unknown; readonly lines: readonly string[] }) => void;
}

export interface CommandOutcome<T = unknown> {
  /** What `--json` prints; integers beyond 2^53 become strings. */
  readonly result: T;
  /** What people read on stdout. */
  readonly lines: readonly string[];
  readonly exitCode?: ExitCode;
}

export interface CommandOptions<T = unknown> {
  /** Name and version of the result's shape, for example `scrimshaw.model-publish/1`. */
  readonly schema: string;
  readonly json: boolean;
  /** `T` is not inferred, so that the branches of one command may return different results. */
  readonly run: (context: CommandContext) => Promise<CommandOutcome<NoInfer<T>>>;
  readonly io?: CommandIo;
}

/**
 * `value` as one line of JSON. Integers that JSON readers would round, beyond 2^53, are strings, whatever their type here. What would
 * move a terminal's cursor or turn text around is escaped.
 */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "number" && Number.isInteger(item) && !Number.isSafeInteger(item))
      return BigInt(item).toString();
    if (typeof item !== "bigint") return item;
    const number = Number(item);
    return Number.isSafeInteger(number) ? number : item.toString();
  });
  return escapeUnprintable(text);
}

function asScrimshawError(error: unknown, interrupted: boolean): ScrimshawError {
  if (interrupted && !(isScrimshawError(error) && error.code === "command.interrupted")) {
    return new ScrimshawError({
      code: "command.interrupted",
      expected: "to finish the command",
      found: "an interrupt",
      next: "Run the same command again: what is stored and sent already is found and not repeated.",
      cause: error,
    });
  }
  if (isScrimshawError(error)) return error;
  const known = fromHardhat(error);
  if (known !== undefined) return known;
  return new ScrimshawError({
    code: "internal",
    expected: "the command to succeed or to fail with a known error",
    found: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    next: "Run it again with DEBUG=1 to see where it happened, and report that.",
    cause: error,
  });
}

function notConfirmed(found: string, next: string): ScrimshawError {
  const expected = "a yes before anything is paid for on a network that is not local";
  return new ScrimshawError({ code: "command.not-confirmed", expected, found, next });
}

async function askToGoOn(
  { lines, question }: ConfirmationRequest,
  { json, io, signal }: { readonly json: boolean; readonly io: CommandIo; readonly signal: AbortSignal },
): Promise<void> {
  for (const line of json ? [] : lines) io.err(`${plainText(line)}\n`);
  const answer = json ? undefined : await io.ask(`${plainText(question)} [y/N] `, signal);
  if (/^y(es)?$/i.test(answer?.trim() ?? "")) return;
  if (answer !== undefined) throw notConfirmed("another answer", "Nothing was stored, paid or sent.");
  const found = json ? "--json, with which nothing is asked" : "no terminal to ask on";
  throw notConfirmed(found, `See what it costs with --dry-run, then run: ${io.commandLine} --yes`);
}

function errorLines(error: ScrimshawError): string {
  const next = plainText(error.next);
  return `Error ${plainText(error.code)}: expected ${plainText(error.expected)}\n  found: ${plainText(error.found)}\n  next:  ${next}\n`;
}

/**
 * Runs what a task does and reports it: the result on stdout, progress on stderr, the exit code on the process. With `json`
 * stdout holds exactly one document `{schema, ok, result | error {code, expected, found, next}}`, whatever happens.
 * Never rejects.
 */
export async function runCommand<T = unknown>({
  schema,
  json,
  run,
  io = processIo(),
}: CommandOptions<T>): Promise<void> {
  const abort = new AbortController();
  const forget = io.onInterrupt(() => {
    abort.abort();
  });
  const state = { unfinishedLine: false, reported: false };
  const endLine = (): void => {
    if (state.unfinishedLine) io.err("\r\u001b[2K");
    state.unfinishedLine = false;
  };
  const report = ({ result, lines }: { readonly result: unknown; readonly lines: readonly string[] }): void => {
    if (state.reported) return;
    // Serialised before the flag is set: a result that JSON cannot hold becomes the one error document.
    const text = json
      ? `${toJson({ schema, ok: true, result })}\n`
      : lines.map((line) => `${plainText(line)}\n`).join("");
    state.reported = true;
    endLine();
    io.out(text);
  };
  const progress = (line: string): void => {
    const text = plainText(line);
    if (io.columns === undefined || io.columns === 0) {
      io.err(`${text}\n`);
    } else {
      io.err(`\r\u001b[2K${text.slice(0, Math.max(io.columns - 1, 1))}`);
      state.unfinishedLine = true;
    }
  };
  try {
    const { signal } = abort;
    const confirm = async (request: ConfirmationRequest): Promise<void> => {
      endLine();
      await askToGoOn(request, { json, io, signal });
    };
    const terminal = io.columns !== undefined && io.columns > 0;
    const printLine = (line: string): void => {
      endLine();
      io.out(`${plainText(line)}\n`);
    };
    const outcome = await run({ signal, progress, terminal, confirm, printLine, ready: report });
    report(outcome);
    io.setExitCode(outcome.exitCode ?? 0);
  } catch (caught) {
    const error = asScrimshawError(caught, abort.signal.aborted);
    const { code, expected, found, next } = error;
    endLine();
    if (json && !state.reported) io.out(`${toJson({ schema, ok: false, error: { code, expected, found, next } })}\n`);
    else io.err(errorLines(error));
    if (io.debug && caught instanceof Error)
      io.err(`${(caught.stack ?? caught.message).split("\n").map(plainText).join("\n")}\n`);
    io.setExitCode(1);
  } finally {
    forget();
  }
}
