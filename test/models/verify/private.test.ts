import { expect } from "chai";
import { parseRecipients } from "../../../src/models/age/recipients.ts";
import { ModelCache } from "../../../src/models/cache/model-cache.ts";
import type { BlobAge } from "../../../src/models/manifest.ts";
import { sha256 } from "../support/manifests.ts";
import { newKey, system } from "../support/private-world.ts";
import { about, expectOnlyFailed, named, useVerifyWorld } from "./verify-world.ts";

/** A file of several blobs, beside which is one that shares a blob with it, and a pack. */
const SECRET = "the weights that nobody else shall have";
const CONTENTS = { "README.md": "# m", "w.bin": SECRET, "w2.bin": SECRET.slice(0, 20), "x.txt": "x" };
const MAX_BLOB = 20;

describe("verifyModel of a private model", function () {
  this.timeout(60_000);
  let reader: Awaited<ReturnType<typeof newKey>>;
  const setUp = useVerifyWorld({
    contents: CONTENTS,
    options: async (folders) => {
      reader = await newKey();
      const recipients = await parseRecipients([reader.recipient]);
      const encryption = { recipients, cache: new ModelCache({ root: await folders.empty() }) };
      return { encryption, system, maxBlobSize: MAX_BLOB };
    },
  });

  async function publish() {
    const world = await setUp();
    /** Registers a version that vouches for another age file in the place of a pack. */
    const forgePack = (ciphertext: Uint8Array | undefined, change: Partial<BlobAge>) =>
      world.forgeBlob("README.md", ciphertext, (blob) => Object.assign(blob.age ?? {}, change));
    return { ...world, forgePack, identities: reader.identities };
  }

  it("passes everything for who can open it, with no plaintext on the disk", async () => {
    const { verifyDeep, manifest, identities } = await publish();
    expect(manifest.blobs.length).to.equal(3);
    const report = await verifyDeep({ identities });
    expectOnlyFailed(report);
    for (const check of ["blob-hash", "blob-id", "decrypted"])
      expect(about(report, "passed", check), check).to.have.members(manifest.blobs.map(({ id }) => id));
    expect(about(report, "passed", "file")).to.have.members(Object.keys(CONTENTS));
  });

  it("passes all ciphertexts for others, and says what it could not look into", async () => {
    const { verifyDeep } = await publish();
    for (const options of [{}, { identities: (await newKey()).identities }]) {
      const report = await verifyDeep(options);
      expect(report.outcome).to.equal("incomplete");
      expect(named(report, "failed")).to.be.empty;
      expect(named(report, "not-checked")).to.have.members(["decrypted", "file"]);
      expect(about(report, "not-checked", "file")).to.have.members(Object.keys(CONTENTS));
      expect(named(report, "passed")).to.include.members(["blob-hash", "blob-id"]);
    }
  });

  it("compares a folder of it without any key", async () => {
    const { verify, folders } = await publish();
    expectOnlyFailed(await verify({ folder: await folders.with(CONTENTS) }));
  });

  it("fails a flipped byte of a ciphertext, with the files behind it", async () => {
    const { verifyDeep, manifest, walrus, identities } = await publish();
    const pack = manifest.files.find(({ path }) => path === "README.md")?.parts[0]?.blob ?? -1;
    const { id, size } = manifest.blobs[pack] ?? { id: "", size: 0 };
    walrus.faults.flipByte({ blobId: id, offset: size - 1 });
    const report = await verifyDeep({ identities });
    expectOnlyFailed(report, "blob-hash", "blob-id", "decrypted");
    expect(about(report, "not-checked", "file")).to.have.members(["README.md", "x.txt"]);
  });

  it("fails what the manifest invents about the plaintext, or about the header", async () => {
    const { verifyDeep, forgePack, identities } = await publish();
    await forgePack(undefined, { sha256: "0".repeat(64) });
    expectOnlyFailed(await verifyDeep({ identities }), "decrypted");
    await forgePack(undefined, { header: "0".repeat(64) });
    expectOnlyFailed(await verifyDeep({ identities }), "decrypted");
    expectOnlyFailed(await verifyDeep(), "decrypted");
  });

  it("fails what is no age file", async () => {
    const { verifyDeep, forgePack, identities, manifest } = await publish();
    const size = manifest.blobs[manifest.files[0]?.parts[0]?.blob ?? -1]?.size ?? 0;
    const junk = Buffer.alloc(size, "junk");
    await forgePack(junk, { header: sha256(junk.subarray(0, 168)) });
    const report = await verifyDeep({ identities });
    expectOnlyFailed(report, "decrypted");
    expect(named(report, "not-checked")).to.deep.equal(["file"]);
  });
});
