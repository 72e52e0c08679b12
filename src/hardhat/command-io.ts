/** Where a command writes and how it hears that it should end. Injected, so that commands are tested without a process. */
export interface CommandIo {
  out(text: string): void;
  err(text: string): void;
  /** Columns of the terminal behind `err`, or undefined if that is no terminal. */
  readonly columns: number | undefined;
  /** True if unknown errors should show their stack. */
  readonly debug: boolean;
  setExitCode(code: number): void;
  /** Calls `handler` at an interrupt; returns what takes the handler away. */
  onInterrupt(handler: () => void): () => void;
}

/** The process's own streams, exit code and signals. */
export function processIo(): CommandIo {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    columns: process.stderr.isTTY ? process.stderr.columns : undefined,
    debug: process.env.DEBUG !== undefined && process.env.DEBUG !== "",
    setExitCode: (code) => void (process.exitCode = code),
    onInterrupt: (handler) => {
      process.on("SIGINT", handler);
      process.on("SIGTERM", handler);
      return () => {
        process.off("SIGINT", handler);
        process.off("SIGTERM", handler);
      };
    },
  };
}
