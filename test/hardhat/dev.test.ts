import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HARDHAT = join(ROOT, "node_modules/hardhat/dist/src/cli.js");
const SIGNER = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

interface Document {
  readonly ok: boolean;
  readonly result?: { readonly chainUrl: string; readonly walrusUrl: string; readonly attesterId: string };
  readonly error?: { readonly code: string; readonly next: string };
}

function hardhat(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [HARDHAT, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The one JSON document of a command that ends. */
async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Document> {
  const child = hardhat([...args, "--json"], env);
  let out = "";
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()));
  await once(child, "close");
  return JSON.parse(out) as Document;
}

describe("hardhat dev", () => {
  let directory: string;
  const running: ChildProcess[] = [];

  async function start(
    options: readonly string[],
  ): Promise<{ readonly child: ChildProcess; readonly ready: Document }> {
    const child = hardhat(["dev", "--n-shards", "10", "--directory", directory, "--json", ...options]);
    running.push(child);
    let err = "";
    child.stderr?.on("data", (chunk: Buffer) => (err += chunk.toString()));
    if (child.stdout === null) throw new Error("no stdout");
    for await (const line of createInterface({ input: child.stdout })) {
      return { child, ready: JSON.parse(line) as Document };
    }
    throw new Error(`dev ended before it was ready: ${err}`);
  }

  async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    const closed = once(child, "close");
    child.kill(signal);
    const [code] = (await closed) as [number | null];
    return code;
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "scrimshaw-dev-"));
  });

  afterEach(async () => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
    await rm(directory, { recursive: true, force: true });
  });

  it("serves commands, stops cleanly, and serves the same commands when it is started again", async () => {
    const first = await start(["--port", "0", "--walrus-port", "0"]);
    const { chainUrl = "", walrusUrl = "" } = first.ready.result ?? {};
    const env = { SCRIMSHAW_CHAIN_URL: chainUrl, SCRIMSHAW_WALRUS_URL: walrusUrl, SCRIMSHAW_WALRUS_SHARDS: "10" };
    const added = await run(["attester", "add", SIGNER], env);
    expect(added.ok).to.equal(true);
    const again = await run(["attester", "add", SIGNER], env);
    expect(again.result).to.include({ alreadyAdded: true, attesterId: added.result?.attesterId });
    expect(await stop(first.child, "SIGINT")).to.equal(0);

    const gone = await run(["attester", "add", SIGNER], env);
    expect(gone.error?.code).to.equal("chain.unreachable");
    expect(gone.error?.next).to.include("npx hardhat dev");

    const ports = ["--port", new URL(chainUrl).port, "--walrus-port", new URL(walrusUrl).port];
    const second = await start(ports);
    expect(second.ready.result).to.deep.equal(first.ready.result);
    const taken = await run(["dev", ...ports], {});
    expect(taken.error?.code).to.equal("dev.port-in-use");
    expect((await run(["attester", "add", SIGNER], env)).result?.attesterId).to.equal(added.result?.attesterId);
    expect(await stop(second.child, "SIGTERM")).to.equal(0);
  });

  it("forgets the deployment of a run that was killed", async () => {
    const first = await start(["--port", "0", "--walrus-port", "0"]);
    const { chainUrl = "", walrusUrl = "" } = first.ready.result ?? {};
    expect(await stop(first.child, "SIGKILL")).to.equal(null);
    const second = await start(["--port", new URL(chainUrl).port, "--walrus-port", "0"]);
    const env = { SCRIMSHAW_CHAIN_URL: chainUrl, SCRIMSHAW_WALRUS_URL: walrusUrl };
    expect((await run(["attester", "add", SIGNER], env)).ok).to.equal(true);
    expect(await stop(second.child, "SIGTERM")).to.equal(0);
  });
});
