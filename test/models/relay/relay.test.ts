import { expect } from "chai";
import { id, Wallet } from "ethers";
import { signWithAccount } from "../../../src/chain/sign-digest.ts";
import { publishModel, storeRelease } from "../../../src/models/publish.ts";
import { findVersion } from "../../../src/models/records.ts";
import { registerModel } from "../../../src/models/register.ts";
import { readReleaseFile, writeReleaseFile } from "../../../src/models/relay/release-file.ts";
import { messageOf } from "../../../src/models/relay/release-wish.ts";
import { relayRelease } from "../../../src/models/relay/relay-release.ts";
import { signRelease } from "../../../src/models/relay/sign-release.ts";
import { blobIdToHex } from "../../../src/walrus/blob-id.ts";
import { refusal } from "../../support/rejection.ts";
import { deployRegistry, ethers, networkHelpers } from "../support/chain.ts";
import { Folders } from "../support/folders.ts";
import { MemoryStore } from "../support/memory-store.ts";

const DAY = 86_400n;
const now = (): bigint => BigInt(Math.floor(Date.now() / 1000));

describe("A signed release", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  /** The publisher's model, a key that may publish it and holds no coin, and a stranger who pays. */
  async function setUp() {
    const chain = await networkHelpers.loadFixture(deployRegistry);
    const { registry, publisher, stranger } = chain;
    const store = new MemoryStore();
    const folder = await folders.with({ a: "1" });
    const { modelId } = await registerModel({ registry, name: "m" });
    const key = new Wallet(id("a build server's key"));
    await registry.setPublisher(modelId, key, true);
    const reader = registry.connect(ethers.provider);
    const stored = { folder, name: "m", creator: publisher.address, registry: reader, store, account: key.address };
    const { release } = await storeRelease({ ...stored, label: "1.0.0" });
    const signing = { registry: reader, release, publisher: key.address, sign: signWithAccount(key) };
    const relaying = { registry: registry.connect(stranger), store };
    return { ...chain, store, folder, modelId, key, reader, release, stored, signing, relaying };
  }

  it("is sent and paid for by another account, and becomes the signer's version", async () => {
    const { registry, reader, modelId, key, release, signing, relaying } = await setUp();
    expect(await reader.versionCount(modelId)).to.equal(0n);
    const signed = await signRelease(signing);
    expect(signed).to.include({ version: 1, publisher: key.address, label: "1.0.0", chainId: 31337n });
    const relayed = await relayRelease({ ...relaying, signed });
    expect(relayed).to.include({ outcome: "published", version: 1, modelId });
    expect((await findVersion(registry, modelId, 1))?.manifest).to.deep.equal(release.manifestReference);
    const [event] = await registry.queryFilter(registry.filters.VersionPublished(modelId));
    expect(event?.args.publisher).to.equal(key.address);
    expect(await relayRelease({ ...relaying, signed })).to.include({ outcome: "unchanged", transaction: undefined });
  });

  it("has the digest that the registry has", async () => {
    const { registry, signing } = await setUp();
    const signed = await signRelease(signing);
    const { manifestReference, blobsHash, endEpoch, label = "", version, publisher, deadline } = signed;
    const manifest = { ...manifestReference, blobId: blobIdToHex(manifestReference.blobId) };
    const { modelId } = signing.release;
    const there = await registry.publishDigestOf(
      modelId,
      { manifest, blobsHash, endEpoch, label },
      version,
      publisher,
      deadline,
    );
    expect(messageOf(signed).digest).to.equal(there);
  });

  it("comes back from a file as it was written", async () => {
    const { signing } = await setUp();
    const signed = await signRelease(signing);
    expect(readReleaseFile(writeReleaseFile(signed))).to.deep.equal(signed);
    const unnamed = { ...signed, label: undefined };
    expect(readReleaseFile(writeReleaseFile(unnamed))).to.deep.equal(unnamed);
  });

  it("is signed by an HSM that gets the digest alone, or by a wallet that is a contract", async () => {
    const { registry, modelId, key, signing, relaying } = await setUp();
    const bare = (digest: string) => Promise.resolve(key.signingKey.sign(digest).serialized as `0x${string}`);
    await signRelease({ ...signing, sign: bare });
    const wallet = await (await ethers.deployContract("SmartWallet", [key.address])).getAddress();
    await refusal("models.not-publisher", () => signRelease({ ...signing, publisher: wallet }));
    await registry.setPublisher(modelId, wallet, true);
    const signed = await signRelease({ ...signing, publisher: wallet });
    expect(await relayRelease({ ...relaying, signed })).to.include({ outcome: "published", version: 1 });
  });

  it("is refused at once of a key that may not publish, or is not the publisher's", async () => {
    const { signing } = await setUp();
    const other = new Wallet(id("another key"));
    await refusal("models.not-publisher", () => signRelease({ ...signing, publisher: other.address }));
    const wrong = await refusal("chain.reverted", () => signRelease({ ...signing, sign: signWithAccount(other) }));
    expect(wrong.found).to.include("ModelRegistryInvalidSignature");
    const short = (digest: string) =>
      Promise.resolve(
        new Wallet(id("a build server's key")).signingKey.sign(digest).compactSerialized as `0x${string}`,
      );
    await refusal("chain.reverted", () => signRelease({ ...signing, sign: short }));
  });

  it("is refused when it comes too late", async () => {
    const { signing, relaying } = await setUp();
    await refusal("models.deadline-passed", () => signRelease({ ...signing, deadline: now() - DAY }));
    const signed = await signRelease({ ...signing, deadline: now() + DAY });
    await refusal("models.deadline-passed", () => relayRelease({ ...relaying, signed: { ...signed, deadline: 1n } }));
  });

  it("is refused when another version came first, and of another chain or registry", async () => {
    const { registry, signing, relaying, stored } = await setUp();
    const signed = await signRelease(signing);
    await refusal("models.release-elsewhere", () => relayRelease({ ...relaying, signed: { ...signed, chainId: 1n } }));
    const elsewhere = await (await ethers.deployContract("ModelRegistry")).getAddress();
    await refusal("models.release-elsewhere", () =>
      relayRelease({ ...relaying, signed: { ...signed, registry: elsewhere } }),
    );
    await publishModel({ ...stored, registry, label: "0.9" });
    await refusal("models.release-overtaken", () => relayRelease({ ...relaying, signed }));
  });

  it("is not sent when its bytes are missing, or those of something else", async () => {
    const { reader, modelId, signing, relaying, store } = await setUp();
    const signed = await signRelease(signing);
    const other = { ...signed, blobsHash: `0x${"11".repeat(32)}` } as const;
    await refusal("models.blobs-hash-mismatch", () => relayRelease({ ...relaying, signed: other }));
    store.blobs.clear();
    await refusal("walrus.blob-not-found", () => relayRelease({ ...relaying, signed }));
    expect(await reader.versionCount(modelId)).to.equal(0n);
  });

  it("is not sent when anything in it was changed, or it costs more than the sender allows", async () => {
    const { reader, modelId, signing, relaying } = await setUp();
    const signed = await signRelease(signing);
    for (const change of [{ label: "2.0.0" }, { endEpoch: 99 }, { deadline: signed.deadline + 1n }]) {
      await refusal("chain.reverted", () => relayRelease({ ...relaying, signed: { ...signed, ...change } }));
    }
    await refusal("models.relay-too-dear", () => relayRelease({ ...relaying, signed, maxGas: 100_000n }));
    expect(await reader.versionCount(modelId)).to.equal(0n);
  });

  it("cannot be for a model that nobody registered", async () => {
    const { signing, key } = await setUp();
    const release = { ...signing.release, creator: key.address };
    await refusal("models.model-unknown", () => signRelease({ ...signing, release }));
  });
});

describe("readReleaseFile refuses", () => {
  const valid = {
    schema: "scrimshaw.signed-release/1",
    chainId: "1",
    registry: `0x${"11".repeat(20)}`,
    creator: `0x${"22".repeat(20)}`,
    name: "m",
    version: 1,
    manifest: { blobId: "A".repeat(43), contentHash: `0x${"33".repeat(32)}`, size: 1 },
    blobsHash: `0x${"44".repeat(32)}`,
    endEpoch: 1,
    label: null,
    publisher: `0x${"55".repeat(20)}`,
    deadline: "1",
    signature: "0x00",
  };

  it("what is no signed release, in bounded words", async () => {
    readReleaseFile(JSON.stringify(valid));
    const changes: object[] = [
      { schema: "scrimshaw.proof/1" },
      { chainId: 1 },
      { chainId: "01" },
      { registry: `0x${"AA".repeat(20)}` },
      { name: "../m" },
      { version: 0 },
      { version: 2 ** 32 },
      { manifest: { ...valid.manifest, size: 2 ** 40 } },
      { manifest: { ...valid.manifest, blobId: "x" } },
      { label: "latest" },
      { label: "\u001b[2J" },
      { deadline: (2n ** 64n).toString() },
      { signature: "0x0" },
      { more: true },
    ];
    for (const change of changes) {
      await refusal("models.release-file-invalid", () => readReleaseFile(JSON.stringify({ ...valid, ...change })));
    }
    for (const text of ["", "{", "null", "[]"])
      await refusal("models.release-file-invalid", () => readReleaseFile(text));
  });
});
