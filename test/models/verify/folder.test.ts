import { expect } from "chai";
import { chmod, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pullModel } from "../../../src/models/pull.ts";
import { refusal } from "../../support/rejection.ts";
import { about, CONTENTS, expectOnlyFailed, named, useVerifyWorld } from "./verify-world.ts";

describe("verifyModel of a folder", function () {
  this.timeout(60_000);
  const setUp = useVerifyWorld();

  async function setUpFolder() {
    const world = await setUp();
    const folder = await world.folders.with(CONTENTS);
    return {
      ...world,
      folder,
      check: (more: Parameters<typeof world.verify>[0] = {}) => world.verify({ folder, ...more }),
    };
  }

  it("passes the files of the version, and says nothing of blobs", async () => {
    const { check, folder } = await setUpFolder();
    const report = await check();
    expectOnlyFailed(report);
    expect(report).to.deep.include({ folder, missing: [], changed: [], extra: [] });
    expect(about(report, "passed", "folder-file")).to.have.members(Object.keys(CONTENTS));
    expect(named(report, "passed")).to.have.members([
      "version",
      "manifest-hash",
      "manifest",
      "blobs-hash",
      "folder-file",
      "folder-extra",
    ]);
  });

  it("says which files are missing, changed in size, in a byte or in kind, and which should not be there", async () => {
    const { check, folder } = await setUpFolder();
    await rm(join(folder, "README.md"));
    await writeFile(join(folder, "w.bin"), "0123456789abcdefghiX");
    await writeFile(join(folder, "w2.bin"), "0123456789xyz");
    await rm(join(folder, "empty"));
    await symlink("README.md", join(folder, "empty"));
    await writeFile(join(folder, "a/other.txt"), "?");
    const report = await check();
    expectOnlyFailed(report, "folder-file", "folder-extra");
    expect(report).to.deep.include({
      missing: ["README.md"],
      changed: ["empty", "w.bin", "w2.bin"],
      extra: ["a/other.txt"],
    });
    expect(about(report, "passed", "folder-file")).to.deep.equal(["a/b.txt"]);
    const allowed = await check({ allowExtra: true });
    expectOnlyFailed(allowed, "folder-file");
    expect(allowed.extra).to.be.empty;
  });

  it("compares some of the files when only those were taken", async () => {
    const { check, folder } = await setUpFolder();
    await rm(join(folder, "w.bin"));
    expectOnlyFailed(await check({ include: ["*.md", "a/**"] }));
    await refusal("models.nothing-included", () => check({ include: ["*.gguf"] }));
  });

  it("takes the version's folder in the cache when none is named, and finds what was changed there", async () => {
    const { verify, registry, store, cache, modelId } = await setUp();
    await refusal("models.not-in-cache", verify);
    const reference = {
      creator: (await registry.model(modelId)).creator,
      name: "m",
      selector: { kind: "newest" },
    } as const;
    const { folder } = await pullModel({ reference, registry, store, cache });
    const report = await verify();
    expectOnlyFailed(report);
    expect(report.folder).to.equal(folder);
    await chmod(join(folder, "w.bin"), 0o644);
    await writeFile(join(folder, "w.bin"), "0123456789abcdefghiX");
    expect((await verify()).changed).to.deep.equal(["w.bin"]);
  });

  it("refuses what is no folder", async () => {
    const { check, folder } = await setUpFolder();
    await refusal("models.folder-missing", () => check({ folder: join(folder, "nowhere") }));
    await refusal("models.folder-missing", () => check({ folder: join(folder, "README.md") }));
  });

  it("fails a revoked version though its files are right", async () => {
    const { check, registry, modelId } = await setUpFolder();
    await registry.setStatus(modelId, 1, 2, "bad");
    const { creator } = await registry.model(modelId);
    const reference = { creator, name: "m", selector: { kind: "number", version: 1 } } as const;
    expectOnlyFailed(await check({ reference }), "version");
  });

  it("cannot compare without the manifest", async () => {
    const { check, walrus } = await setUpFolder();
    walrus.faults.aggregator({ kind: "status", status: 500 });
    const report = await check();
    expect(report.outcome).to.equal("incomplete");
    expect(named(report, "not-checked")).to.deep.equal(["manifest-hash"]);
  });
});
