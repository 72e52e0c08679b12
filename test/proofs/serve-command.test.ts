import { expect } from "chai";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { writeProofFile } from "../../src/proofs/proof-file.ts";
import { proofIdOf } from "../../src/proofs/proof.ts";
import { DevProcess, finish, spawnHardhat } from "../support/dev-process.ts";
import { vanillaPart } from "./settler/settler-world.ts";

/** The local chain's first account, which commands send from unless told otherwise. */
const SETTLER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

type Body = Readonly<Record<string, unknown>>;

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  /** Stops it as Ctrl-C does, and gives its exit code and whatever it printed after its first line. */
  readonly stop: () => Promise<{ readonly code: number | null; readonly rest: readonly string[] }>;
}

describe("proof serve", function () {
  this.timeout(120_000);
  let dev: DevProcess;
  let folder: string;
  const running = new Set<ChildProcess>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-serve-"));
    await mkdir(join(folder, "proofs"));
    dev = await DevProcess.start();
  });
  after(async () => {
    for (const child of running) child.kill("SIGKILL");
    await dev.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const serving = (...options: readonly string[]): ChildProcess =>
    spawnHardhat(["proof", "serve", "--json", "--queue", join(folder, "queue.sqlite"), ...options], dev.env);

  async function serve(...options: readonly string[]): Promise<Served> {
    const child = serving(...options);
    running.add(child);
    child.stderr?.resume();
    const exited = once(child, "exit") as Promise<[number | null]>;
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const first: unknown = (await lines.next()).value;
    const { result } = JSON.parse(String(first)) as { readonly result: { readonly url: string } };
    const stop: Served["stop"] = async () => {
      child.kill("SIGINT");
      const [code] = await exited;
      running.delete(child);
      const rest: string[] = [];
      for (let line = await lines.next(); line.done !== true; line = await lines.next()) rest.push(line.value);
      return { code, rest };
    };
    return { child, url: result.url, stop };
  }

  async function run(...options: readonly string[]): Promise<Body & { readonly code: number | null }> {
    const { code, stdout } = await finish(serving(...options));
    return { code, ...(JSON.parse(stdout) as Body) };
  }

  const read = async (url: string): Promise<Body> => (await (await fetch(url)).json()) as Body;

  async function post(url: string, label: string): Promise<Body> {
    const body = writeProofFile(vanillaPart(label, SETTLER));
    const response = await fetch(`${url}/v1/proofs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    return (await response.json()) as Body;
  }

  it("takes proofs over HTTP and from a folder, settles them, tells how it fares, and stops at Ctrl-C", async () => {
    const watch = join(folder, "proofs");
    const { url, stop } = await serve("--port", "0", "--watch", watch, "--idle-seconds", "1");
    const proofId = proofIdOf(vanillaPart("posted", SETTLER).proof);
    expect(await post(url, "posted")).to.deep.equal({ proofId, state: "queued" });
    const watched = vanillaPart("watched", SETTLER);
    await writeFile(join(folder, "watched.json"), writeProofFile(watched));
    await rename(join(folder, "watched.json"), join(watch, "watched.json"));
    for (const id of [proofId, proofIdOf(watched.proof)]) {
      const state = async (): Promise<Body> => read(`${url}/v1/proofs/${id}`);
      while ((await state())["state"] !== "settled") await sleep(50);
      expect((await state())["batchId"]).to.match(/^0x[0-9a-f]{64}$/);
    }
    expect(await readdir(join(watch, "accepted"))).to.deep.equal(["watched.json"]);
    expect(await read(`${url}/v1/health`)).to.deep.equal({ healthy: true, lastFailure: null });
    expect(await read(`${url}/v1/metrics`)).to.deep.include({ healthy: true, settler: SETTLER, settledProofs: 2 });
    expect(await stop()).to.deep.equal({ code: 0, rest: [] });
  });

  it("refuses a queue that another settler has, and settles with --drain what that one accepted", async () => {
    const { url, stop } = await serve("--port", "0", "--idle-seconds", "3600", "--max-age-seconds", "3600");
    expect(await post(url, "kept")).to.include({ state: "queued" });
    const second = await run("--drain");
    expect(second).to.include({ code: 1, ok: false });
    expect(second).to.have.nested.property("error.code", "proofs.queue-in-use");
    expect(await stop()).to.deep.equal({ code: 0, rest: [] });
    const drained = await run("--drain");
    expect(drained).to.include({ code: 0, ok: true, schema: "scrimshaw.proof-serve/1" });
    expect(drained).to.have.nested.property("result.counts.settled", 1);
    expect(drained).to.have.nested.property("result.waiting.proofs", 0);
  });

  it("says what to do where it is not told whence proofs come, or what gas may cost", async () => {
    for (const options of [[], ["--drain", "--max-fee-gwei", "cheap"]]) {
      const refused = await run(...options);
      expect(refused).to.include({ code: 1, ok: false });
      expect(refused).to.have.nested.property("error.code", "proofs.argument-invalid");
    }
  });
});
