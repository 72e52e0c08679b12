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

interface Ready {
  readonly chainUrl: string;
  readonly walrusUrl: string;
}

/** What `dev --json` says when it is ready. */
async function readyLine(child: ChildProcess): Promise<Ready> {
  let err = "";
  child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString()));
  if (child.stdout === null) throw new Error("no stdout");
  const patience = setTimeout(() => child.kill("SIGKILL"), 150_000);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      // A compiler that has something to do may speak first.
      if (!line.startsWith("{")) continue;
      const { result } = JSON.parse(line) as { readonly result?: Ready };
      if (result) return result;
    }
  } finally {
    clearTimeout(patience);
  }
  throw new Error(`dev ended before it was ready: ${err}`);
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
    try {
      const { chainUrl, walrusUrl } = await readyLine(child);
      return new Dev(child, {
        SCRIMSHAW_CHAIN_URL: chainUrl,
        SCRIMSHAW_WALRUS_URL: walrusUrl,
        SCRIMSHAW_WALRUS_SHARDS: "10",
        SCRIMSHAW_CACHE: join(directory, "cache"),
      });
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
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
    const patience = setTimeout(() => this.#process.kill("SIGKILL"), 10_000);
    await closed;
    clearTimeout(patience);
  }
}
