import { createInterface } from "node:readline";

/** Where a command writes and how it hears that it should end. Injected, so that commands are tested without a process. */
export interface CommandIo {
  out(text: string): void;
  err(text: string): void;
  /** Columns of the terminal behind `err`, or undefined if that is no terminal. */
  readonly columns: number | undefined;
  /** True if unknown errors should show their stack. */
  readonly debug: boolean;
  setExitCode(code: number): void;
  /** How the command was typed, to be typed again. */
  readonly commandLine: string;
  /** Asks on the terminal and gives the answer, empty at its end; undefined if there is no terminal. Rejects when aborted. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
  /** Calls `handler` at the first interrupt; a later one ends the process. Returns what takes the handler away. */
  onInterrupt(handler: () => void): () => void;
}

/** Signals closer together than this are one wish: a terminal and npm both pass on the same Ctrl-C. */
const SAME_INTERRUPT_MS = 1_000;

/** Ctrl-C, a service manager, and a terminal that is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A word as a shell reads it back. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

async function askOnTerminal(question: string, signal: AbortSignal): Promise<string | undefined> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  signal.throwIfAborted();
  stderr.write(question);
  // The terminal keeps its own line mode, so that Ctrl-C stays a signal.
  const lines = createInterface({ input: stdin, terminal: false });
  let stop: (() => void) | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      stop = () => reject(signal.reason as Error);
      signal.addEventListener("abort", stop);
      lines.once("line", resolve);
      lines.once("close", () => resolve(""));
    });
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
    lines.close();
  }
}

/** The process's own streams, exit code and signals. */
export function processIo(): CommandIo {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    columns: process.stderr.isTTY ? process.stderr.columns : undefined,
    debug: process.env.DEBUG !== undefined && process.env.DEBUG !== "",
    commandLine: ["npx", "hardhat", ...process.argv.slice(2)].map(shellWord).join(" "),
    ask: askOnTerminal,
    setExitCode: (code) => void (process.exitCode = code),
    onInterrupt: (handler) => {
      let first: number | undefined;
      const interrupt = (): void => {
        if (first === undefined) {
          first = Date.now();
          handler();
        } else if (Date.now() - first > SAME_INTERRUPT_MS) {
          process.exit(130);
        }
      };
      for (const signal of SIGNALS) process.on(signal, interrupt);
      return () => {
        for (const signal of SIGNALS) process.off(signal, interrupt);
      };
    },
  };
}
