import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const HARDHAT = join(ROOT, "node_modules/hardhat/dist/src/cli.js");

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

type Variables = Readonly<Record<string, string>>;

function start(args: readonly string[], variables: Variables): ChildProcess {
  const env = { ...process.env, NO_COLOR: "1", ...variables };
  return spawn(process.execPath, [HARDHAT, ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
}

/** `hardhat dev` in a process of its own, with 10 shards and free ports, and commands that use it. */
export class Dev {
  readonly #process: ChildProcess;
  readonly #variables: Variables;

  private constructor(child: ChildProcess, variables: Variables) {
    this.#process = child;
    this.#variables = variables;
  }

  static async start(directory: string): Promise<Dev> {
    const args = [
      "dev",
      "--port",
      "0",
      "--walrus-port",
      "0",
      "--n-shards",
      "10",
      "--directory",
      join(directory, "walrus"),
      "--json",
    ];
    const child = start(args, {});
    let err = "";
    child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString()));
    if (child.stdout === null) throw new Error("no stdout");
    for await (const line of createInterface({ input: child.stdout })) {
      const { result } = JSON.parse(line) as {
        readonly result: { readonly chainUrl: string; readonly walrusUrl: string };
      };
      return new Dev(child, {
        SCRIMSHAW_CHAIN_URL: result.chainUrl,
        SCRIMSHAW_WALRUS_URL: result.walrusUrl,
        SCRIMSHAW_WALRUS_SHARDS: "10",
        SCRIMSHAW_CACHE: join(directory, "cache"),
      });
    }
    throw new Error(`dev ended before it was ready: ${err}`);
  }

  /** Runs `hardhat` with `args` to its end. */
  async run(args: readonly string[], variables: Variables = {}): Promise<CommandResult> {
    const child = start(args, { ...this.#variables, ...variables });
    let [out, err] = ["", ""];
    child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, out, err };
  }

  async stop(): Promise<void> {
    const closed = once(this.#process, "close");
    this.#process.kill("SIGTERM");
    await closed;
  }
}
