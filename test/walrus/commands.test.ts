import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { expect } from "chai";

import { type CommandRun, finish, spawnHardhat } from "../support/dev-process.ts";
import { deadUrl } from "./fake-server.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";

interface Document {
  readonly ok: boolean;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly expected: string; readonly next: string };
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
    const secret = { SCRIMSHAW_WALRUS_SECRET: "0x5ec2e7" };
    const options = ["--port", "0", "--n-shards", "10", "--directory", folder, "--demand-token", "--json"];
    server = spawnHardhat(["walrus", "serve", ...options], secret);
    if (server.stdout === null) throw new Error("no stdout");
    for await (const line of createInterface({ input: server.stdout })) {
      ready = JSON.parse(line) as Document;
      break;
    }
    env = { SCRIMSHAW_WALRUS_URL: String(ready.result?.["url"]), SCRIMSHAW_WALRUS_SHARDS: "10", ...secret };
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

  it("serves, puts, tells the status, gets, certifies and extends", async () => {
    expect(ready.result).to.include({ nShards: 10, epoch: 1, epochSeconds: 0 });
    expect(ready.result?.["nodes"]).to.have.length(10);
    expect(ready.result?.["notice"]).to.contain("10 shards");
    expect(ready.result?.["demandsToken"]).to.equal(true);

    const input = join(directory.path, "input");
    await writeFile(input, "walrus blob id v1 regression test");
    const put = await run(["put", input]);
    expect(put.code).to.equal(0);
    expect(put.document.result).to.include({ blobId: "RcU82Mwf-CFkv1LaI_2qcpANwpGUuG3TMwnVzZxD2kY", endEpoch: 6 });

    const hex = String(put.document.result?.["blobIdHex"]);
    const status = await run(["status", hex]);
    expect(status.document.result).to.include({ state: "certified", endEpoch: 6, deletable: false });
    expect(status.document.result?.["sources"]).to.have.all.keys("state", "endEpoch", "deletable");

    const unknown = await run(["status", `0x${"1".repeat(64)}`]);
    expect([unknown.code, unknown.document.result?.["state"]]).to.deep.equal([2, "nonexistent"]);
    const repeated = await run(["put", input]);
    expect(repeated.document.result).to.deep.include({ alreadyCertified: true });
    expect(repeated.document.result?.["cost"], "nothing was paid for").to.include({ encodedSize: 0 });

    const certificate = join(directory.path, "certificate.json");
    const certify = await run(["certify", hex, "--save", certificate]);
    expect(certify.document.result).to.have.nested.property("certificates[0].epoch", 1);
    expect(JSON.parse(await readFile(certificate, "utf8"))).to.have.nested.property("certificates[0].weight");

    const extended = await run(["extend", hex, "--epochs", "9"]);
    expect(extended.document.result).to.have.nested.property("blobs[0].endEpoch", 10);

    const output = join(directory.path, "output");
    const get = await run(["get", hex, "--output", output]);
    expect(get.document.result).to.include({ size: 33, checked: "Blob ID" });
    expect(await readFile(output, "utf8")).to.equal("walrus blob id v1 regression test");

    const again = await run(["get", hex, "--output", output]);
    expect([again.code, again.document.error?.code]).to.deep.equal([1, "walrus.file-exists"]);
    const wrong = await run(["get", hex, "--output", `${output}2`, "--content-hash", `0x${"0".repeat(64)}`]);
    expect([wrong.code, wrong.document.error?.code]).to.deep.equal([1, "walrus.content-hash-mismatch"]);
    expect((await readdir(directory.path)).toSorted()).to.deep.equal([
      "certificate.json",
      "input",
      "network",
      "output",
    ]);

    const plain = await finish(spawnHardhat(["walrus", "get", hex], env));
    expect(plain).to.include({ code: 0, stdout: "walrus blob id v1 regression test" });

    // A Blob ID that begins with "-" is none of Hardhat's options after "--".
    const dashed = await finish(spawnHardhat(["walrus", "status", "--json", "--", `-${"A".repeat(42)}`], env));
    expect(JSON.parse(dashed.stdout)).to.have.nested.property("result.state", "nonexistent");
  }).timeout(60_000);

  it("puts a folder, tells what it costs, and gets it back from its list", async () => {
    const folder = join(directory.path, "folder");
    await mkdir(join(folder, "inner"), { recursive: true });
    await writeFile(join(folder, "a.txt"), "a");
    await writeFile(join(folder, "inner", "b.txt"), "b".repeat(10_000));

    const cost = await run(["cost", folder, "--epochs", "3"]);
    expect(cost.document.result).to.include({ size: 10_001, epochs: 3, smallest: 6_940, unit: "FROST" });
    expect(cost.document.result?.["total"]).to.equal(2 * (3 * 100 + 2_000));

    const list = join(directory.path, "list.json");
    const put = await run(["put", folder, "--save", list]);
    expect(put.document.result?.["blobs"]).to.have.length(2);
    const output = join(directory.path, "copy");
    const get = await run(["get", list, "--output", output]);
    expect(get.code).to.equal(0);
    expect(await readFile(join(output, "inner", "b.txt"), "utf8")).to.equal("b".repeat(10_000));

    const again = await run(["put", folder, "--save", list]);
    expect([again.code, again.document.error?.code]).to.deep.equal([1, "walrus.file-exists"]);
    const status = await run(["status", list]);
    expect([status.code, status.document.result?.["missing"]]).to.deep.equal([0, 0]);
  }).timeout(60_000);

  it("stores nothing for who does not know the publisher's secret", async () => {
    const put = await run(["put", "package.json"], { ...env, SCRIMSHAW_WALRUS_SECRET: "0xbad0" });
    expect([put.code, put.document.error?.code]).to.deep.equal([1, "walrus.publisher-refused"]);
    expect(put.stdout + put.stderr)
      .to.contain("InvalidSignature")
      .and.not.contain("bad0");
  }).timeout(30_000);

  it("says which epochs, shards and ports there are", async () => {
    const wrong = [
      await run(["put", "package.json", "--epochs", "54"]),
      await run(["cost", "package.json"], { ...env, SCRIMSHAW_WALRUS_SHARDS: "1000" }),
      await run(["serve", "--port", "65536", "--n-shards", "10", "--directory", join(directory.path, "other")]),
    ];
    expect(wrong.map(({ code, document }) => [code, document.error?.code, document.error?.expected])).to.deep.equal([
      [1, "walrus.epochs-invalid", "a whole number of epochs from 1 to 53"],
      [1, "walrus.shard-count-mismatch", "a network of 1000 shards, as configured"],
      [1, "walrus.local-port-invalid", "a port from 1 to 65535, or 0 for any free one"],
    ]);
  }).timeout(60_000);

  it("stops with exit code 0", async () => {
    const ended = finish(server);
    server.kill("SIGINT");
    expect((await ended).code).to.equal(0);
  }).timeout(30_000);

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
