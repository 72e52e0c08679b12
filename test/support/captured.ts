import type { CommandRun } from "./dev-process.ts";

/** Keeps what is printed while `action` runs, and the exit code that it sets. */
export async function captured(action: () => Promise<unknown>): Promise<CommandRun> {
  const { stdout, stderr, exitCode } = process;
  const [out, err] = [stdout.write, stderr.write];
  const said = { stdout: "", stderr: "" };
  const keep = (stream: "stdout" | "stderr") => (text: string | Uint8Array) => {
    said[stream] += String(text);
    return true;
  };
  stdout.write = keep("stdout");
  stderr.write = keep("stderr");
  try {
    await action();
    return { ...said, code: Number(process.exitCode ?? 0) };
  } finally {
    stdout.write = out;
    stderr.write = err;
    process.exitCode = exitCode;
  }
}
