import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import type { StoredQuilt } from "../../../src/walrus/quilt/stored-quilt.ts";
import { type CommandRun, finish, spawnHardhat } from "../../support/dev-process.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../temporary-directory.ts";
import { useQuilts } from "./use-quilts.ts";

interface Document {
  readonly ok: boolean;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly next: string };
}

describe("hardhat walrus quilt", () => {
  const { walrus } = useQuilts();
  let directory: TemporaryDirectory;
  let folder: string;
  let tags: string;
  before(async () => {
    directory = await temporaryDirectory();
    folder = join(directory.path, "folder");
    tags = join(directory.path, "tags.json");
    await mkdir(join(folder, "sub"), { recursive: true });
    await writeFile(join(folder, "a.txt"), "alpha");
    await writeFile(join(folder, "sub", "b.txt"), "beta");
    await writeFile(tags, JSON.stringify({ "sub/b.txt": { kind: "text" } }));
  });
  after(() => directory[Symbol.asyncDispose]());

  const spawn = (args: readonly string[]): Promise<CommandRun> => {
    const env = { SCRIMSHAW_WALRUS_URL: walrus().url, SCRIMSHAW_WALRUS_SHARDS: "10" };
    return finish(spawnHardhat(["walrus", "quilt", ...args], env));
  };
  const run = async (args: readonly string[]): Promise<CommandRun & { readonly document: Document }> => {
    const ended = await spawn([...args, "--json"]);
    return { ...ended, document: JSON.parse(ended.stdout) as Document };
  };

  it("puts a folder, lists it by tag, and gets files by identifier, patch ID and hash", async () => {
    const dry = await run(["put", folder, "--tags", tags, "--dry-run"]);
    expect(dry.document.result).to.deep.include({ dryRun: true, epochs: 5, deletable: false });
    expect(walrus().blobs()).to.deep.equal([]);

    const put = await run(["put", folder, "--tags", tags, "--as-form"]);
    expect([put.code, put.document.error]).to.deep.equal([0, undefined]);
    const [quilt, ...others] = put.document.result?.["quilts"] as readonly (StoredQuilt & {
      readonly blobIdHex: string;
    })[];
    expect(others).to.deep.equal([]);
    expect(quilt?.patches.map(({ identifier }) => identifier)).to.deep.equal(["a.txt", "sub/b.txt"]);

    const again = await run(["put", folder, "--tags", tags]);
    const [same] = again.document.result?.["quilts"] as readonly StoredQuilt[];
    expect(same).to.include({ blobId: quilt?.blobId, alreadyCertified: true });

    const hex = quilt?.blobIdHex ?? "";
    const listed = await run(["list", hex, "--tag", "kind=text"]);
    expect(listed.document.result).to.deep.equal({
      quiltId: quilt?.blobId,
      patches: quilt?.patches.slice(1),
      checked: "Blob ID",
    });

    const plain = await spawn(["get", hex, "sub/b.txt"]);
    expect(plain).to.include({ code: 0, stdout: "beta" });
    const output = join(directory.path, "output");
    const patchHash = `0x${createHash("sha256").update("alpha").digest("hex")}`;
    const get = await run(["get", hex, "a.txt", "--patch-hash", patchHash, "--output", output]);
    expect(get.document.result).to.deep.equal({ output, size: 5, checked: "patch hash" });
    expect(await readFile(output, "utf8")).to.equal("alpha");
    const wrong = await run(["get", hex, "sub/b.txt", "--patch-hash", patchHash, "--output", `${output}2`]);
    expect([wrong.code, wrong.document.error?.code]).to.deep.equal([1, "walrus.content-hash-mismatch"]);
  }).timeout(60_000);

  it("says what is wrong with its arguments", async () => {
    const nothing = await run(["put", join(directory.path, "nothing")]);
    expect([nothing.code, nothing.document.error?.code]).to.deep.equal([1, "walrus.file-unreadable"]);
    const noPatch = await run(["get", "0x12", "--output", join(directory.path, "never")]);
    expect([noPatch.code, noPatch.document.error?.code]).to.deep.equal([1, "walrus.patch-id-invalid"]);
  }).timeout(30_000);
});
