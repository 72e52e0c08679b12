import { Encrypter } from "age-encryption";
import { expect } from "chai";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LARGE_FILE } from "../../../src/models/limits.ts";
import type { BlobAge, Manifest } from "../../../src/models/manifest.ts";
import { refusal } from "../../support/rejection.ts";
import { Folders } from "../support/folders.ts";
import { sha256 } from "../support/manifests.ts";
import { setUpPrivate } from "../support/private-world.ts";
import { filesIn } from "../support/pull-world.ts";

const SMALL = "a secret of few bytes";
const LARGE = Buffer.alloc(LARGE_FILE, "a secret of many bytes");
/** The header for one recipient, and the nonce after it. */
const HEADER = 168;
const NONCE = 16;

describe("a private model that is not what it says", function () {
  this.timeout(60_000);
  const folders = new Folders();
  afterEach(() => folders.remove());

  async function setUp() {
    const world = await setUpPrivate(folders);
    const { publishPrivate, store, root, forgeManifest, reader, pull } = world;
    const expectNoPlaintext = async (): Promise<void> => {
      const left = (await filesIn(root)).filter((path) => !/^(locks|blobs)\//.test(path));
      expect(left, "views and partial files").to.be.empty;
      const known = new Set([sha256(SMALL), sha256(LARGE)]);
      expect((await filesIn(join(root, "blobs"))).filter((path) => known.has(path.split("/").at(-1) ?? ""))).to.be
        .empty;
    };
    /** Registers the model of one file again, with another ciphertext that its manifest vouches for. */
    const forge = async (manifest: Manifest, ciphertext: Uint8Array, change: Partial<BlobAge> = {}): Promise<void> => {
      const forged = structuredClone(manifest);
      const [blob] = forged.blobs;
      if (!blob?.age) throw new Error("it was published");
      Object.assign(blob, { id: store.keep(ciphertext), sha256: sha256(ciphertext), size: ciphertext.length });
      Object.assign(blob.age, { header: sha256(ciphertext.subarray(0, HEADER)), ...change });
      await forgeManifest(forged);
    };
    const publishOne = async (bytes: string | Uint8Array) => {
      const { manifest, manifestReference } = await publishPrivate({ "secret.bin": bytes });
      const ciphertext = store.blobs.get(manifest.blobs[0]?.id ?? "") ?? new Uint8Array();
      return { manifest, manifestReference, ciphertext };
    };
    const pullAsReader = () => pull({ identities: reader.identities });
    return { ...world, expectNoPlaintext, forge, publishOne, pullAsReader };
  }

  for (const [kind, bytes] of [
    ["small", SMALL],
    ["large", LARGE],
  ] as const) {
    it(`leaves nothing of a ${kind} file whose ciphertext was changed on its way`, async () => {
      const { publishOne, pullAsReader, expectNoPlaintext } = await setUp();
      const { ciphertext } = await publishOne(bytes);
      ciphertext[ciphertext.length - 1] = (ciphertext.at(-1) ?? 0) ^ 1;
      await refusal("walrus.content-mismatch", pullAsReader);
      await expectNoPlaintext();
    });

    const lies: Readonly<Record<string, (ciphertext: Uint8Array) => void>> = {
      "last byte": (ciphertext) => ciphertext.set([(ciphertext.at(-1) ?? 0) ^ 1], ciphertext.length - 1),
      ...(kind === "small" && {
        nonce: (ciphertext) => ciphertext.fill(0, HEADER, HEADER + NONCE),
        header: (ciphertext) => ciphertext.fill(0x20, HEADER - 20, HEADER - 1),
      }),
    };
    for (const [place, change] of Object.entries(lies)) {
      it(`leaves nothing of a ${kind} file that was published with another ${place}`, async () => {
        const { publishOne, forge, pullAsReader, expectNoPlaintext } = await setUp();
        const { manifest, ciphertext } = await publishOne(bytes);
        const changed = Uint8Array.from(ciphertext);
        change(changed);
        await forge(manifest, changed);
        const error = await refusal("models.ciphertext-invalid", pullAsReader);
        expect(error.found).to.include("bytes that age refuses");
        await expectNoPlaintext();
      });
    }

    it(`leaves nothing of a ${kind} file that holds another plaintext than its manifest says`, async () => {
      const { publishOne, forge, pullAsReader, expectNoPlaintext, reader } = await setUp();
      const { manifest } = await publishOne(bytes);
      const encrypter = new Encrypter();
      encrypter.addRecipient(reader.recipient);
      const other = Buffer.from(bytes);
      other.fill("x", 0, 1);
      await forge(manifest, await encrypter.encrypt(other));
      await refusal(kind === "small" ? "models.content-mismatch" : "models.part-mismatch", pullAsReader);
      await expectNoPlaintext();
    });
  }

  it("is not read line by line without end: a header that never ends is none", async () => {
    const { publishOne, forge, pullAsReader, expectNoPlaintext } = await setUp();
    const { manifest, ciphertext } = await publishOne(SMALL);
    await forge(manifest, Buffer.alloc(ciphertext.length, "age-encryption.org/v1\n-> X25519 "));
    await refusal("models.ciphertext-invalid", pullAsReader);
    await expectNoPlaintext();
  });

  it("is not opened with a share of low order", async () => {
    const { publishOne, forge, pullAsReader, expectNoPlaintext } = await setUp();
    const { manifest, ciphertext } = await publishOne(SMALL);
    const changed = Buffer.from(ciphertext);
    const share = changed.indexOf("X25519 ") + "X25519 ".length;
    changed.fill("A", share, share + 43);
    await forge(manifest, changed);
    await refusal("models.ciphertext-invalid", pullAsReader);
    await expectNoPlaintext();
  });

  it("goes on with what an earlier run has left of a ciphertext, and anew if that is wrong", async () => {
    const { publishOne, pullAsReader, cache } = await setUp();
    const { manifest, ciphertext } = await publishOne(LARGE);
    const path = `${cache.pathOfPartial({ sha256: manifest.blobs[0]?.sha256 ?? "", size: 0 })}.age`;
    await mkdir(dirname(path), { recursive: true });
    const half = Uint8Array.from(ciphertext.subarray(0, ciphertext.length / 2));
    await writeFile(path, half);
    expect((await pullAsReader()).downloaded).to.equal(ciphertext.length - half.length);
    await rm(cache.root, { recursive: true });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, half.fill(0));
    expect((await pullAsReader()).downloaded, "half of it, and then all").to.equal(ciphertext.length * 1.5);
  });
});
