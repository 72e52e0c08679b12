import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { WriteJournal } from "../../../src/walrus/sdk/write-journal.ts";
import { type TemporaryDirectory, temporaryDirectory } from "../temporary-directory.ts";

const BLOB_ID = "M4hsZGQ1oCktdzegB6HnI6Mi28S2nqOPHxK-W7_4BUk";
const terms = { network: "testnet", systemObjectId: "0x6c", owner: "0xa1", deletable: false };
const entry = { terms, registering: { digest: "5C63", bytes: "AAEC", signature: "AAAA" } };

describe("WriteJournal", () => {
  let directory: TemporaryDirectory;
  beforeEach(async () => {
    directory = await temporaryDirectory();
  });
  afterEach(() => directory[Symbol.asyncDispose]());
  const open = (): WriteJournal => new WriteJournal({ directory: join(directory.path, "deep", "journal") });
  const fileOf = async (): Promise<string> => {
    const folder = join(directory.path, "deep", "journal");
    const [name] = await readdir(folder);
    return join(folder, name ?? "");
  };

  it("keeps an entry, readable by its owner alone, until it is removed", async () => {
    await open().write({ blobId: BLOB_ID, entry });
    expect(await open().read({ blobId: BLOB_ID, terms })).to.deep.include(entry);
    expect((await stat(await fileOf())).mode & 0o777).to.equal(0o600);
    await open().remove({ blobId: BLOB_ID, terms });
    expect(await open().read({ blobId: BLOB_ID, terms })).to.equal(undefined);
  });

  it("begins anew for another owner, network, kind or relay", async () => {
    await open().write({ blobId: BLOB_ID, entry });
    const others = [{ owner: "0xb2" }, { network: "mainnet" }, { deletable: true }, { relay: "https://relay.example" }];
    for (const other of others) {
      expect(await open().read({ blobId: BLOB_ID, terms: { ...terms, ...other } })).to.equal(undefined);
    }
  });

  it("does not believe a damaged entry", async () => {
    await open().write({ blobId: BLOB_ID, entry });
    const path = await fileOf();
    const written = await readFile(path, "utf8");
    for (const damaged of [written.slice(0, 50), written.replace("AAEC", "!"), "{}", ""]) {
      await writeFile(path, damaged);
      expect(await open().read({ blobId: BLOB_ID, terms })).to.equal(undefined);
    }
  });
});
