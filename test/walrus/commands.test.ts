import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { expect } from "chai";

import { type CommandRun, finish, spawnHardhat } from "../support/dev-process.ts";
import { deadUrl } from "./fake-server.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";

interface Document {
  readonly ok: boolean;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly next: string };
}

describe("hardhat walrus", () => {
  let directory: TemporaryDirectory;
  let server: ReturnType<typeof spawnHardhat>;
  let ready: Document;
  let env: Readonly<Record<string, string>>;

  before(async function () {
    this.timeout(30_000);
    directory = await temporaryDirectory();
    const folder = join(directory.path, "network");
    server = spawnHardhat(["walrus", "serve", "--port", "0", "--n-shards", "10", "--directory", folder, "--json"]);
    if (server.stdout === null) throw new Error("no stdout");
    for await (const line of createInterface({ input: server.stdout })) {
      ready = JSON.parse(line) as Document;
      break;
    }
    env = { SCRIMSHAW_WALRUS_URL: String(ready.result?.["url"]), SCRIMSHAW_WALRUS_SHARDS: "10" };
  });
  after(async () => {
    server.kill("SIGKILL");
    await directory[Symbol.asyncDispose]();
  });

  async function run(
    args: readonly string[],
    environment = env,
  ): Promise<CommandRun & { readonly document: Document }> {
    const ended = await finish(spawnHardhat(["walrus", ...args, "--json"], environment));
    return { ...ended, document: JSON.parse(ended.stdout) as Document };
  }

  it("serves, puts, tells the status, gets, and stops with exit code 0", async () => {
    expect(ready.result).to.include({ nShards: 10, epoch: 1, epochSeconds: 0 });
    expect(ready.result?.["nodes"]).to.have.length(10);
    expect(ready.result?.["notice"]).to.contain("10 shards");

    const input = join(directory.path, "input");
    await writeFile(input, "walrus blob id v1 regression test");
    const put = await run(["put", input]);
    expect(put.code).to.equal(0);
    expect(put.document.result).to.include({ blobId: "RcU82Mwf-CFkv1LaI_2qcpANwpGUuG3TMwnVzZxD2kY", endEpoch: 6 });

    const hex = String(put.document.result?.["blobIdHex"]);
    const status = await run(["status", hex]);
    expect(status.document.result).to.include({ state: "certified", endEpoch: 6, deletable: false });
    expect(status.document.result).to.have.nested.property("certificate.epoch", 1);

    const output = join(directory.path, "output");
    const get = await run(["get", hex, "--output", output]);
    expect(get.document.result).to.include({ size: 33, checked: "Blob ID" });
    expect(await readFile(output, "utf8")).to.equal("walrus blob id v1 regression test");

    const again = await run(["get", hex, "--output", output]);
    expect([again.code, again.document.error?.code]).to.deep.equal([1, "walrus.file-exists"]);
    const wrong = await run(["get", hex, "--output", `${output}2`, "--content-hash", `0x${"0".repeat(64)}`]);
    expect([wrong.code, wrong.document.error?.code]).to.deep.equal([1, "walrus.content-hash-mismatch"]);
    expect((await readdir(directory.path)).toSorted()).to.deep.equal(["input", "network", "output"]);

    const plain = await finish(spawnHardhat(["walrus", "get", hex], env));
    expect(plain).to.include({ code: 0, stdout: "walrus blob id v1 regression test" });

    const ended = finish(server);
    server.kill("SIGINT");
    expect((await ended).code).to.equal(0);
  }).timeout(60_000);

  it("says how to start Walrus when none is running", async () => {
    const nowhere = { ...env, SCRIMSHAW_WALRUS_URL: await deadUrl() };
    const put = await run(["put", "package.json"], nowhere);
    expect([put.code, put.document.error?.code]).to.deep.equal([1, "walrus.publisher-unreachable"]);
    expect(put.document.error?.next).to.contain("npx hardhat walrus serve");
    const status = await run(["status", `0x${"0".repeat(64)}`], nowhere);
    expect([status.code, status.document.error?.code]).to.deep.equal([1, "walrus.aggregator-unreachable"]);
  }).timeout(30_000);

  it("shows what a put would store without a network", async () => {
    const put = await run(["put", "package.json", "--dry-run"], { ...env, SCRIMSHAW_WALRUS_URL: await deadUrl() });
    expect(put.code).to.equal(0);
    expect(put.document.result).to.include({ dryRun: true, epochs: 5 });
  }).timeout(30_000);
});
