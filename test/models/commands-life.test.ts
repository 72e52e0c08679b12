import { expect } from "chai";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Folders } from "./support/folders.ts";
import { ALICE, BOB } from "../support/command-network.ts";
import { useCommands } from "./support/use-commands.ts";

describe("hardhat model, about a model's life,", function () {
  this.timeout(60_000);
  const folders = new Folders();
  const { run, runJson, walrus } = useCommands();
  let folder: string;
  before(async () => {
    folder = await folders.with({ a: "1" });
  });
  after(() => folders.remove());

  it("lets a publisher sign what somebody else sends", async () => {
    await run("model register", { name: "m" });
    const added = await run("model publisher add", { model: "alice/m", account: BOB });
    expect(added.stdout, added.stderr).to.include(`${BOB} may publish and renew ${ALICE}/m`);
    const listed = await run("model publisher list", { model: "alice/m" });
    expect(listed.stdout).to.equal(`${ALICE}  owner\n${BOB}  publisher\n`);
    const signOnly = join(await folders.empty(), "release.json");
    const theirs = { folder, name: "alice/m", from: "1" };
    const signed = await runJson("model publish", { ...theirs, label: "1.0", signOnly });
    expect(signed.result).to.include({ outcome: "signed", version: 1, publisher: BOB, file: signOnly });
    const relayed = await run("model relay", { file: signOnly, from: "2" });
    expect(relayed.stdout, relayed.stderr).to.include(`${ALICE}/m@1 (published)`).and.to.include(`${BOB}, as signed`);
    const again = await runJson("model relay", { file: signOnly });
    expect(again).to.deep.include({ schema: "scrimshaw.model-relay/1", ok: true });
    expect(again.result).to.include({ outcome: "unchanged", transaction: null });
    const same = await runJson("model publish", { ...theirs, label: "1.0", signOnly });
    expect(same.result).to.include({ outcome: "unchanged", version: 1, file: null });

    await writeFile(join(folder, "a"), "2");
    const refused = await runJson("model publish", { ...theirs, tag: "stable" });
    expect(refused.error?.code).to.equal("models.not-owner");
    const published = await runJson("model publish", theirs);
    expect(published.result).to.include({ outcome: "published", version: 2, creator: ALICE });
  });

  it("deprecates, and revokes for good with a reason", async () => {
    const deprecated = await run("model deprecate", { reference: "alice/m@1", reason: "use 2" });
    expect(deprecated.stdout).to.include("deprecated (was active)");
    expect((await run("model pull", { reference: "alice/m@1" })).stderr).to.include("version 1 is deprecated");
    const silent = await runJson("model revoke", { reference: "alice/m@2" });
    expect(silent.error?.code).to.equal("models.reason-missing");
    const revoked = await run("model revoke", { reference: "alice/m@2", reason: "wrong weights" });
    expect(revoked.stdout).to.include("for good");
    const pulled = await runJson("model pull", { reference: "alice/m@2" });
    expect(pulled.error?.code).to.equal("models.version-revoked");
    const shown = await run("model show", { reference: "alice/m@2" });
    expect(shown.stdout).to.include("wrong weights").and.to.include("use 2");
    const back = await run("model deprecate", { reference: "alice/m@1", undo: true });
    expect(back.stdout).to.include("active (was deprecated)");
  });

  it("lists models by creator, tag, status and task, and says what reading manifests cost", async () => {
    expect((await run("model tag", { reference: "alice/m@1", tag: "stable" })).code).to.equal(0);
    expect((await run("model list", { tag: "stable" })).stdout).to.equal(`${ALICE}/m@1  active  of 2 versions\n`);
    const revoked = await runJson("model list", { status: "revoked", creator: "alice" });
    expect(revoked.result?.["models"]).to.have.length(1).and.to.have.nested.property("[0].version.version", 2);
    expect((await runJson("model list", { status: "new" })).error?.code).to.equal("models.argument-invalid");
    const byTask = await run("model list", { task: "speech" });
    expect(byTask.stdout).to.equal("no models\n");
    expect(byTask.stderr).to.match(/^Manifests: 0 fetched \(0 bytes\), 1 from the cache$/m);
    const page = await run("model list", { limit: 0 });
    expect(page.stdout).to.equal("more: --offset 0\n");
  });

  it("verifies a folder, or all of Walrus, a line a check", async () => {
    const reference = "alice/m@1";
    const own = await folders.with({ a: "1" });
    const right = await run("model verify", { reference, folder: own });
    expect(right.code, right.stderr).to.equal(0);
    expect(right.stdout)
      .to.match(/^passed {7}folder-file {7}a: 1 bytes/m)
      .and.to.match(/@1: passed \(6 passed, 0 failed/);
    await writeFile(join(own, "a"), "2");
    await writeFile(join(own, "b"), "?");
    const wrong = await run("model verify", { reference, folder: own });
    expect(wrong.code).to.equal(1);
    expect(wrong.stdout)
      .to.match(/^FAILED {7}folder-file {7}a: has SHA-256/m)
      .and.to.match(/^FAILED {7}folder-extra {6}b: /m);
    const deep = await runJson("model verify", { reference, deep: true });
    expect(deep).to.deep.include({ schema: "scrimshaw.model-verify/1", ok: true });
    expect(deep.result).to.deep.include({ outcome: "passed", folder: null, missing: [] });
    walrus().faults.aggregator({ kind: "status", status: 404 });
    const silent = await run("model verify", { reference, deep: true });
    walrus().faults.clear();
    expect(silent.code).to.equal(2);
    expect(silent.stdout).to.match(/^not checked {2}manifest-hash/m);
  });

  it("adds, lists, shows and revokes documents", async () => {
    const reference = "alice/m@1";
    const file = join(folder, "a");
    const unknown = await runJson("model document add", { reference, kind: "license", file });
    expect(unknown.error?.code).to.equal("models.document-kind-unknown");
    const added = await run("model document add", { reference, kind: "audit", file, from: "1" });
    expect(added.stdout, added.stderr).to.include(`document     1 of ${ALICE}/m@1, audit (added)`);
    await run("model document add", { reference, kind: "licence", file });
    const ours = await runJson("model document list", { reference, author: "alice" });
    expect(ours.result).to.deep.include({ version: 1, total: 2, next: null });
    expect(ours.result?.["documents"]).to.have.length(1);
    expect((await run("model show", { reference })).stdout).to.include(`by ${BOB}`);
    const revoked = await run("model document revoke", { reference, number: 1, reason: "a mistake", from: "1" });
    expect(revoked.stdout).to.include("revoked for good");
    expect((await run("model document list", { reference })).stdout).to.include("revoked: a mistake");
  });

  it("gives a model away in two steps", async () => {
    const both = await runJson("model transfer", { model: "alice/m", to: BOB, cancel: true });
    expect(both.error?.code).to.equal("models.argument-invalid");
    const offered = await run("model transfer", { model: "alice/m", to: BOB });
    expect(offered.stdout).to.include(`model transfer ${ALICE}/m --accept`);
    const accepted = await runJson("model transfer", { model: "alice/m", accept: true, from: "1" });
    expect(accepted.result).to.include({ owner: BOB, creator: ALICE, pendingOwner: null });
    expect((await run("model transfer", { model: "alice/m" })).stdout).to.include("offered to   nobody");
    expect((await run("model publisher list", { model: "alice/m" })).stdout).to.equal(`${BOB}  owner\n`);
    const dropped = await run("model publisher remove", { model: "alice/m", account: ALICE, from: "1" });
    expect(dropped.stdout).to.include("it was like this already");
  });
});
