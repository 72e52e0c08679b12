import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HARDHAT = join(ROOT, "node_modules/hardhat/dist/src/cli.js");
const N_SHARDS = 10;

/** What a command printed with `--json`, and how it ended. */
export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function spawnHardhat(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [HARDHAT, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a program until it ends and keeps what it printed. */
export async function finish(child: ChildProcess): Promise<CommandRun> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

interface StartOptions {
  readonly nShards?: number;
  /** Of another project. */
  readonly hardhat?: (args: readonly string[]) => ChildProcess;
}

interface Started {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly addresses: Readonly<Record<string, string>>;
}

/** `hardhat dev` in a process and folders of its own, at free ports, with 10 shards unless told otherwise. */
export class DevProcess {
  /** For the commands of another process. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the deployed contracts, by their names in `deployments.json`. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor({ child, folder, env, addresses }: Started) {
    this.#child = child;
    this.#folder = folder;
    this.env = env;
    this.addresses = addresses;
  }

  static async start({ nShards = N_SHARDS, hardhat = spawnHardhat }: StartOptions = {}): Promise<DevProcess> {
    const folder = await mkdtemp(join(tmpdir(), "scrimshaw-dev-"));
    const options = [
      "--n-shards",
      String(nShards),
      "--port",
      "0",
      "--walrus-port",
      "0",
      "--directory",
      join(folder, "walrus"),
    ];
    const child = hardhat(["dev", "--json", ...options]);
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    if (child.stdout === null) throw new Error("dev has no stdout");
    for await (const line of createInterface({ input: child.stdout })) {
      const { result } = JSON.parse(line) as {
        readonly result: {
          readonly chainUrl: string;
          readonly walrusUrl: string;
          readonly addresses: Readonly<Record<string, string>>;
        };
      };
      const { chainUrl, walrusUrl, addresses } = result;
      const env = {
        SCRIMSHAW_CHAIN_URL: chainUrl,
        SCRIMSHAW_WALRUS_URL: walrusUrl,
        SCRIMSHAW_WALRUS_SHARDS: String(nShards),
        SCRIMSHAW_CACHE: join(folder, "cache"),
      };
      return new DevProcess({ child, folder, env, addresses });
    }
    throw new Error(`dev ended before it was ready: ${stderr}`);
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    await closed;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
