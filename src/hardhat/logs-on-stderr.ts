import { Console } from "node:console";

/** Runs a task of Hardhat whose own logs must not reach stdout, which belongs to the command's result. */
export async function withLogsOnStderr<T>(work: () => Promise<T>): Promise<T> {
  const { console } = globalThis;
  globalThis.console = new Console(process.stderr);
  try {
    return await work();
  } finally {
    globalThis.console = console;
  }
}
