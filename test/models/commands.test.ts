import { expect } from "chai";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { CommandRun } from "../support/dev-process.ts";
import { DevProcess, finish, spawnHardhat } from "../support/dev-process.ts";
import { documentOf } from "../support/command-document.ts";
import { Folders } from "./support/folders.ts";
import { newKey } from "./support/private-world.ts";

const IRIS = "examples/iris/model";
/** The first account of every local Hardhat chain. */
const CREATOR = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

describe("hardhat model", function () {
  this.timeout(180_000);
  const folders = new Folders();
  let dev: DevProcess;
  let stop: (() => Promise<void>) | undefined;
  let directory: string;

  before(async () => {
    directory = await folders.empty();
    dev = await DevProcess.start();
    stop = () => dev.stop();
  });
  after(async () => {
    await stop?.();
    await folders.remove();
  });

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandRun> =>
    finish(spawnHardhat(args, { ...dev.env, ...env }));

  it("publishes a folder, pulls it, and prints the folder alone on stdout", async () => {
    const preview = await run(["model", "publish", IRIS, "--dry-run"]);
    expect(preview.stdout).to.include("register, publish");
    expect((await run(["model", "list"])).stdout).to.equal("no models\n");

    const published = await run(["model", "publish", IRIS, "--tag", "stable"]);
    expect(published.code, published.stderr).to.equal(0);
    expect(published.stdout).to.include(`${CREATOR}/iris@1 (published)`).and.to.include("stable -> 1");
    expect(published.stderr).to.include("stored the manifest").and.to.include("Walrus is public");

    const pulled = await run(["model", "pull", `${CREATOR}/iris@stable`]);
    expect(pulled.code, pulled.stderr).to.equal(0);
    const folder = pulled.stdout.trimEnd();
    expect(pulled.stdout).to.equal(`${folder}\n`);
    expect(folder.startsWith(dev.env.SCRIMSHAW_CACHE ?? "?")).to.equal(true);
    expect((await readdir(folder)).sort()).to.deep.equal((await readdir(IRIS)).sort());
    expect((await readFile(join(folder, "iris.onnx"))).equals(await readFile(join(IRIS, "iris.onnx")))).to.equal(true);
  });

  it("asks before anything is paid for where Walrus is not on this machine, and needs a terminal or --yes for it", async () => {
    // Another name for this machine, which does not say so.
    const elsewhere = { SCRIMSHAW_WALRUS_URL: (dev.env.SCRIMSHAW_WALRUS_URL ?? "").replace("127.0.0.1", "0.0.0.0") };
    const folder = await folders.with({ "it's here": "1" });
    const publish = ["model", "publish", folder, "asked", "--notes", "it's"];
    const { error } = documentOf(await run([...publish, "--json"], elsewhere));
    expect(error?.code).to.equal("command.not-confirmed");
    expect(error?.next).to.include(`run: npx hardhat ${publish.slice(0, -1).join(" ")} 'it'\\''s' --json --yes`);
    const done = documentOf(await run([...publish, "--json", "--yes"], elsewhere));
    expect(done.result).to.include({ outcome: "published", version: 1 });
  });

  it("finds the same version when it is published again", async () => {
    const again = await run(["model", "publish", IRIS, "--json"]);
    const { result } = documentOf(again);
    expect(again.stderr, "said once").to.not.include("Walrus is public");
    expect(result).to.include({ outcome: "unchanged", version: 1 });
    expect(result?.["transactions"]).to.deep.equal([]);
  });

  it("copies to a folder of the user's choice, and not over anything else", async () => {
    const to = join(directory, "mine");
    const first = documentOf(await run(["model", "pull", `${CREATOR}/iris`, to, "--json"]));
    expect(first).to.deep.include({ schema: "scrimshaw.model-pull/1", ok: true });
    expect(first.result).to.include({ folder: to, downloaded: 0 });
    const taken = await run(["model", "pull", `${CREATOR}/iris`, "examples", "--json"]);
    expect(taken.code).to.equal(1);
    expect(documentOf(taken).error?.code).to.equal("models.destination-taken");
  });

  it("pulls without a network what was pulled before, some files, or by the manifest's Blob ID", async () => {
    const nowhere = { SCRIMSHAW_CHAIN_URL: "http://127.0.0.1:9", SCRIMSHAW_WALRUS_URL: "http://127.0.0.1:9" };
    const online = documentOf(await run(["model", "pull", `${CREATOR}/iris@stable`, "--json"]));
    const pull = ["model", "pull", `${CREATOR}/iris@stable`, "--offline", "--json"];
    const offline = documentOf(await run(pull, nowhere));
    expect(offline.result).to.include({ folder: online.result?.["folder"], downloaded: 0 });
    const unknown = documentOf(await run(["model", "pull", `${CREATOR}/other`, "--offline", "--json"], nowhere));
    expect(unknown.error?.code).to.equal("models.not-in-cache");
    const some = await run(["model", "pull", `${CREATOR}/iris`, "--include", "*.onnx,labels.*"]);
    expect((await readdir(some.stdout.trimEnd())).sort()).to.deep.equal(["iris.onnx", "labels.json"]);
    const large = documentOf(await run(["model", "pull", `${CREATOR}/iris`, "--max-size", "1KB", "--json"]));
    expect(large.error?.code).to.equal("models.too-large");
    const { blobId } = online.result?.["manifest"] as { readonly blobId: string };
    const { SCRIMSHAW_CHAIN_URL } = nowhere;
    const alone = documentOf(await run(["model", "pull", "--json", "--", blobId], { SCRIMSHAW_CHAIN_URL }));
    expect(alone.result).to.include({ version: null, folder: online.result?.["folder"] });
    const again = documentOf(await run(["model", "pull", "--offline", "--json", "--", blobId], nowhere));
    expect(again.result).to.include({ downloaded: 0, folder: online.result?.["folder"] });
  });

  it("publishes for some only, and pulls with the file of their key, which appears nowhere", async () => {
    const { secret, recipient } = await newKey();
    const folder = await folders.with({ "key.txt": `# mine\n${secret}\n`, "readers.txt": `${recipient}\n` });
    const [file, readers] = [join(folder, "key.txt"), join(folder, "readers.txt")];
    const cache = { SCRIMSHAW_CACHE: join(folder, "cache") };
    const published = await run(["model", "publish", IRIS, "hidden", "--recipients-file", readers], cache);
    expect(published.code, published.stderr).to.equal(0);
    expect(published.stderr).to.include("Encrypting to 1 recipient.").and.to.not.include("Walrus is public");
    const again = documentOf(await run(["model", "publish", IRIS, "hidden", "--encrypt-to", recipient, "--json"]));
    expect(again.result).to.include({ outcome: "unchanged" });
    const reading = { SCRIMSHAW_CACHE: join(folder, "reader") };
    const closed = documentOf(await run(["model", "pull", `${CREATOR}/hidden`, "--json"], reading));
    expect(closed.error).to.include({ code: "models.identity-missing" });
    const pulled = await run(["model", "pull", `${CREATOR}/hidden`, "--identity-file", file], reading);
    expect(
      (await readFile(join(pulled.stdout.trimEnd(), "iris.onnx"))).equals(await readFile(join(IRIS, "iris.onnx"))),
    ).to.equal(true);
    const shown = await run(["model", "show", `${CREATOR}/hidden`]);
    expect(shown.stdout).to.include("encrypted    with age");
    const slip = await run(["model", "pull", `${CREATOR}/hidden`, "--identity-file", secret, "--json"], reading);
    expect(documentOf(slip).error?.code).to.equal("models.key-file-unreadable");
    for (const { stdout, stderr } of [published, pulled, shown, slip])
      expect(`${stdout}${stderr}`).to.not.include(secret);
  });

  it("lists, verifies and prunes the cache", async () => {
    const listed = documentOf(await run(["cache", "list", "--json"]));
    const views = listed.result?.["views"] as readonly { readonly models: readonly string[] }[];
    expect(views.map(({ models }) => models)).to.deep.equal([[`${CREATOR}/iris@1`], [`${CREATOR}/iris@1`]]);
    expect((await run(["cache", "verify"])).stdout).to.equal("2 right, 0 damaged\n");
    const pruned = documentOf(await run(["cache", "prune", "--json"]));
    expect(pruned.result).to.include({ keptBytes: 0 });
    expect((await run(["cache", "list"])).stdout).to.match(/^0 bytes in /);
  });

  it("lists and shows what exists", async () => {
    expect((await run(["model", "list"])).stdout).to.include(`${CREATOR}/iris  1 version\n`);
    const { stdout } = await run(["model", "show", `${CREATOR}/iris`]);
    for (const text of ["label 1.0.0, tag stable", "tabular-classification", "features float32 [N, 4]", "iris.onnx"]) {
      expect(stdout).to.include(text);
    }
  });

  it("registers names and moves tags", async () => {
    const registered = documentOf(await run(["model", "register", "other", "--from", "1", "--json"]));
    expect(registered.result).to.include({ name: "other", creator: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" });
    const removed = await run(["model", "tag", `${CREATOR}/iris`, "stable", "--remove"]);
    expect(removed.stdout).to.include("names no version");
    const unknown = documentOf(await run(["model", "pull", `${CREATOR}/iris@stable`, "--json"]));
    expect(unknown.error?.code).to.equal("models.version-unknown");
  });

  it("tells bad input in three lines and exits with 1", async () => {
    const missing = await run(["model", "publish", "/nowhere/at/all", "x"]);
    expect(missing).to.include({ code: 1, stdout: "" });
    expect(missing.stderr).to.match(/^Error models\.folder-missing: expected .*\n {2}found: .*\n {2}next: {2}.*\n$/);
    const unknown = documentOf(await run(["model", "pull", `${CREATOR}/nothing`, "--json"]));
    expect(unknown).to.deep.include({ schema: "scrimshaw.model-pull/1", ok: false });
    expect(unknown.error).to.include({ code: "models.model-unknown" });
  });

  it("says how to start a chain or Walrus that does not run", async () => {
    const noChain = await run(["model", "list", "--json"], { SCRIMSHAW_CHAIN_URL: "http://127.0.0.1:9" });
    expect(noChain.code).to.equal(1);
    expect(documentOf(noChain).error?.next).to.include("npx hardhat dev");
    const folder = await folders.with({ a: "1" });
    const noWalrus = await run(["model", "publish", folder, "x", "--json"], {
      SCRIMSHAW_WALRUS_URL: "http://127.0.0.1:9",
    });
    expect(noWalrus.code).to.equal(1);
    expect(documentOf(noWalrus).error?.code).to.equal("walrus.publisher-unreachable");
    expect((await run(["model", "list"])).stdout).to.not.include("/x ");
  });
});
