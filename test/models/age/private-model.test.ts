import { Decrypter } from "age-encryption";
import { expect } from "chai";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LARGE_FILE } from "../../../src/models/limits.ts";
import { decodeManifest, encodeManifest } from "../../../src/models/manifest-bytes.ts";
import { refusal } from "../../support/rejection.ts";
import { Folders } from "../support/folders.ts";
import { sha256 } from "../support/manifests.ts";
import { newKey, setUpPrivate } from "../support/private-world.ts";
import { CONTENTS, filesIn } from "../support/pull-world.ts";

const SECRET = "the weights that nobody else shall have";
const PRIVATE = { ...CONTENTS, "secret.bin": SECRET };
/** Small beside a pack: the largest file that is still packed would take too long in each test. */
const LARGE = Buffer.alloc(LARGE_FILE, SECRET);

describe("a private model", function () {
  this.timeout(60_000);
  const folders = new Folders();
  afterEach(() => folders.remove());
  const setUp = () => setUpPrivate(folders);

  it("is on Walrus as age files only, and comes back for the reader's identity", async () => {
    const { publishPrivate, pull, reader, store, recipients } = await setUp();
    const { manifest } = await publishPrivate(PRIVATE);
    expect(manifest.encryption).to.deep.equal({ format: "age", recipients: recipients.id });
    const [blob] = manifest.blobs;
    const ciphertext = store.blobs.get(blob?.id ?? "") ?? new Uint8Array();
    expect(blob).to.include({ size: ciphertext.length, sha256: sha256(ciphertext) });
    for (const bytes of store.blobs.values()) expect(Buffer.from(bytes).includes(SECRET)).to.equal(false);
    const decrypter = new Decrypter();
    decrypter.addIdentity(reader.secret);
    const plaintext = await decrypter.decrypt(ciphertext);
    expect(blob?.age).to.include({ size: plaintext.length, sha256: sha256(plaintext) });
    expect(decodeManifest(encodeManifest(manifest))).to.deep.equal(manifest);

    const { folder, downloaded } = await pull({ identities: reader.identities });
    expect(await filesIn(folder)).to.deep.equal(Object.keys(PRIVATE).sort());
    for (const [path, text] of Object.entries(PRIVATE)) {
      expect(await readFile(join(folder, path), "utf8")).to.equal(text);
      expect((await lstat(join(folder, path))).mode & 0o377, "rights of others, or to write").to.equal(0);
    }
    expect((await lstat(folder)).mode & 0o077).to.equal(0);
    expect(downloaded).to.equal(ciphertext.length);
  });

  it("leaves no ciphertext in the reader's cache, nor in the publisher's", async () => {
    const { publishPrivate, pull, reader, root, encryption } = await setUp();
    const { manifest } = await publishPrivate({ ...PRIVATE, "large.bin": LARGE });
    const { folder } = await pull({ identities: reader.identities });
    expect((await readFile(join(folder, "large.bin"))).equals(LARGE)).to.equal(true);
    const ciphertexts = new Set(manifest.blobs.map(({ sha256: hash }) => hash));
    const left = [...(await filesIn(root)), ...(await filesIn(encryption.cache.root))];
    const files = left.filter((path) => !path.startsWith("locks/"));
    expect(files.filter((path) => [...ciphertexts].some((hash) => path.includes(hash)))).to.be.empty;
    expect(files.filter((path) => /\.age$|incomplete|^partial/.test(path))).to.be.empty;
  });

  it("comes back whole when its small files were cut into blobs too", async () => {
    const { publishPrivate, pull, reader } = await setUp();
    const { manifest } = await publishPrivate(PRIVATE, { maxBlobSize: 10 });
    expect(manifest.files.find(({ path }) => path === "secret.bin")?.parts).to.have.length(4);
    const { folder } = await pull({ identities: reader.identities });
    expect(await readFile(join(folder, "secret.bin"), "utf8")).to.equal(SECRET);
    expect(await readFile(join(folder, "a/weights.bin"), "utf8")).to.equal("0123456789");
  });

  it("is read by each of several recipients, also with keys that outlast quantum computers", async () => {
    const { publishPrivate, pull, encryption } = await setUp();
    const { generateHybridIdentity, identityToRecipient } = await import("age-encryption");
    const { parseRecipients } = await import("../../../src/models/age/recipients.ts");
    const { Identities } = await import("../../../src/models/age/identities.ts");
    const { ModelCache } = await import("../../../src/models/cache/model-cache.ts");
    const other = await newKey();
    const hybrid = await generateHybridIdentity();
    const recipients = await parseRecipients([`${other.recipient},${await identityToRecipient(hybrid)}`]);
    await publishPrivate(PRIVATE, { encryption: { ...encryption, recipients } });
    for (const identities of [other.identities, new Identities(`# mine\n${hybrid}\n`)]) {
      const cache = new ModelCache({ root: join(await folders.empty(), "cache") });
      expect((await pull({ cache, identities })).files).to.have.length(5);
    }
  });

  it("is refused to who has no identity or a wrong one, before more than a header is read", async () => {
    const { publishPrivate, pull, store, expectNoFiles } = await setUp();
    const { manifestReference } = await publishPrivate({ ...PRIVATE, "large.bin": LARGE });
    store.gets.length = 0;
    await refusal("models.identity-missing", () => pull());
    await refusal("models.identity-wrong", async () => pull({ identities: (await newKey()).identities }));
    const lengths = store.gets.map(({ range }) => range?.length);
    expect(lengths, "the manifest, and the header of one recipient").to.deep.equal([undefined, 168]);
    await expectNoFiles(manifestReference.contentHash.slice(2));
  });

  it("needs no identity for what is in the cache", async () => {
    const { publishPrivate, pull, reader, cache, store, registry, reference } = await setUp();
    await publishPrivate(PRIVATE);
    const online = () => Promise.resolve({ registry, store });
    const cold = { reference: { ...reference, selector: { kind: "number", version: 1 } }, chain: "test" } as const;
    await refusal("models.identity-missing", () => cache.resolve({ ...cold, online }));
    using resolved = await cache.resolve({ ...cold, online, identities: reader.identities });
    using again = await cache.resolve(cold);
    expect(again.folder).to.equal(resolved.folder);
    expect(await pull()).to.include({ downloaded: 0, folder: resolved.folder });
  });

  it("is copied to a folder that nobody else can read", async () => {
    const { publishPrivate, pull, reader } = await setUp();
    await publishPrivate(PRIVATE);
    const to = join(await folders.empty(), "mine");
    await pull({ identities: reader.identities, to });
    expect((await lstat(to)).mode & 0o077).to.equal(0);
    expect((await lstat(join(to, "secret.bin"))).mode & 0o777).to.equal(0o600);
  });

  it("gives some of its files, and a part of a pack", async () => {
    const { publishPrivate, pull, reader } = await setUp();
    await publishPrivate({ ...PRIVATE, "large.bin": LARGE });
    const { folder, downloaded } = await pull({ identities: reader.identities, include: ["secret.*", "README.md"] });
    expect(await readFile(join(folder, "secret.bin"), "utf8")).to.equal(SECRET);
    expect(downloaded).to.be.lessThan(1000);
  });

  it("shares files with public models, which then everybody may read", async () => {
    const { publishPrivate, publish, pull, reader } = await setUp();
    await publishPrivate(PRIVATE);
    await pull({ identities: reader.identities });
    await publish();
    const { folder, downloaded } = await pull();
    expect(downloaded).to.equal(0);
    expect((await lstat(join(folder, "README.md"))).mode & 0o777).to.equal(0o444);
  });

  it("is refused when its manifest says that ciphertext and plaintext are the same", async () => {
    const { publishPrivate, pull, reader, forgeManifest } = await setUp();
    const { manifest } = await publishPrivate({ "small.bin": SECRET });
    const forged = structuredClone(manifest);
    const [blob, file] = [forged.blobs[0], forged.files[0]];
    if (!blob?.age || !file?.parts[0]) throw new Error("it was published");
    for (const claim of [blob.age, file, file.parts[0]]) claim.sha256 = blob.sha256;
    await forgeManifest(forged);
    await refusal("models.manifest-invalid", () => pull({ identities: reader.identities }));
  });
});
