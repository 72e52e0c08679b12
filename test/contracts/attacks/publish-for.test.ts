import { expect } from "chai";
import { getAddress, id, Signature, Wallet, ZeroAddress, type HDNodeWallet } from "ethers";
import { network } from "hardhat";
import { ethers, networkHelpers } from "../support/chain.ts";
import { deployOn, now, type Deployment } from "../support/deployment.ts";
import { domainOfModels, PUBLISH_TYPES, release, signPublish, withModel, type Publish } from "../support/models.ts";

const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe("A relayed publish", () => {
  it("publishes what an account signed, whoever sends it", async () => {
    const { models, stranger, wish, signature, key } = await signed();
    const tuple = Object.values({ ...wish.release, manifest: Object.values(wish.release.manifest) });
    await expect(send(models.connect(stranger), wish, signature))
      .to.emit(models, "VersionPublished")
      .withArgs(wish.modelId, 1, tuple, key);
    expect(await models.versionOfLabel(wish.modelId, "v1")).to.equal(1n);
  });

  it("publishes for the owner who signed, up to the last second of the deadline", async () => {
    const { models, modelId, wish, key } = await signed();
    await models.offerModel(modelId, key.address);
    const owner = key.connect(ethers.provider);
    await networkHelpers.setBalance(key.address, 10n ** 18n);
    await models.connect(owner).acceptModel(modelId);
    const late = { ...wish, deadline: (await now()) + 10n };
    await networkHelpers.time.setNextBlockTimestamp(late.deadline);
    await send(models, late, await signPublish(models, key, late));
    expect(await models.versionCount(modelId)).to.equal(1n);
  });

  it("signs the digest that the interface describes", async () => {
    const { models, wish } = await signed();
    const { modelId, release: what, version, publisher, deadline } = wish;
    const digest = ethers.TypedDataEncoder.hash(await domainOfModels(models), PUBLISH_TYPES, wish);
    expect(await models.publishDigestOf(modelId, what, version, publisher, deadline)).to.equal(digest);
    const { name, version: number, chainId, verifyingContract } = await models.eip712Domain();
    const domain = { name, version: number, chainId, verifyingContract };
    expect(await models.domainSeparator()).to.equal(ethers.TypedDataEncoder.hashDomain(domain));
  });

  it("cannot be sent twice: its version exists then", async () => {
    const { models, wish, signature } = await signed();
    await send(models, wish, signature);
    await expect(send(models, wish, signature))
      .to.be.revertedWithCustomError(models, "ModelRegistryOtherVersion")
      .withArgs(wish.modelId, 1, 2);
    // Not even after another version, when the manifest would be new again.
    await models.publish(wish.modelId, release("between"));
    await expect(send(models, wish, signature)).to.be.revertedWithCustomError(models, "ModelRegistryOtherVersion");
  });

  it("cannot be replayed on another registry", async () => {
    const { models, publisher, wish, signature, key } = await signed();
    const other = (await ethers.deployContract("ModelRegistry")).connect(publisher);
    await other.register("iris");
    await other.setPublisher(wish.modelId, key, true);
    await expectInvalid(other, wish, signature);
    expect(await models.versionCount(wish.modelId)).to.equal(0n);
  });

  it("cannot be replayed on another chain", async () => {
    const { models, wish, key } = await signed();
    const elsewhere = await network.create({ override: { chainId: 4242 } });
    const deployment = await deployOn(elsewhere.ethers);
    const theirs = deployment.models.connect(deployment.accounts.publisher);
    await theirs.register("iris");
    await theirs.setPublisher(wish.modelId, key, true);
    const here = await domainOfModels(models);
    const there = { ...here, verifyingContract: await theirs.getAddress() };
    const signature = await key.signTypedData(there, PUBLISH_TYPES, wish);
    await expectInvalid(theirs, wish, signature);
    await send(theirs, wish, await signPublish(theirs, key, wish));
  });

  it("cannot be turned to another model, release, version, publisher or deadline", async () => {
    const { models, modelId, publisher, wish, signature, key } = await signed();
    await models.register("other");
    const other = await models.modelIdOf(publisher, "other");
    await models.setPublisher(other, key, true);
    const { manifest } = wish.release;
    const changed = [
      { manifest: { ...manifest, blobId: id("x") } },
      { manifest: { ...manifest, contentHash: id("x") } },
      { manifest: { ...manifest, size: manifest.size + 1n } },
      { blobsHash: id("x") },
      { endEpoch: 524n },
      { label: "v2" },
      { label: "" },
    ];
    const turned: Publish[] = [
      { ...wish, modelId: other },
      { ...wish, publisher: publisher.address },
      { ...wish, deadline: wish.deadline + 1n },
      ...changed.map((fields) => ({ ...wish, release: { ...wish.release, ...fields } })),
    ];
    for (const one of turned) await expectInvalid(models, one, signature);
    await models.publish(modelId, release("first"));
    await expectInvalid(models, { ...wish, version: 2n }, signature);
  });

  it("ends with its deadline", async () => {
    const { models, wish, signature } = await signed();
    await networkHelpers.time.increaseTo(wish.deadline);
    await expect(send(models, wish, signature))
      .to.be.revertedWithCustomError(models, "ModelRegistryExpired")
      .withArgs(wish.deadline, wish.deadline + 1n);
  });

  it("is refused of a publisher that was dropped after it signed", async () => {
    const { models, publisher, wish, signature, key } = await signed();
    await models.setPublisher(wish.modelId, key, false);
    await expect(send(models, wish, signature))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotPublisher")
      .withArgs(wish.modelId, key, publisher);
  });

  it("is refused of the publishers of an owner before, even when that owner comes back", async () => {
    const { models, publisher, stranger, wish, signature, key } = await signed();
    await models.offerModel(wish.modelId, stranger);
    await models.connect(stranger).acceptModel(wish.modelId);
    await expect(send(models, wish, signature))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotPublisher")
      .withArgs(wish.modelId, key, stranger);
    await models.connect(stranger).offerModel(wish.modelId, publisher);
    await models.acceptModel(wish.modelId);
    expect(await models.mayPublish(wish.modelId, key)).to.equal(false);
    await expect(send(models, wish, signature)).to.be.revertedWithCustomError(models, "ModelRegistryNotPublisher");
  });

  it("is refused of a pending owner, who owns nothing yet", async () => {
    const { models, publisher, wish, signature, key } = await signed();
    await models.setPublisher(wish.modelId, key, false);
    await models.offerModel(wish.modelId, key);
    await expect(send(models, wish, signature))
      .to.be.revertedWithCustomError(models, "ModelRegistryNotPublisher")
      .withArgs(wish.modelId, key, publisher);
  });

  it("takes no signature in another form: neither a high s, nor a short one, nor none", async () => {
    const { models, wish, signature } = await signed();
    const { r, s, v } = Signature.from(signature);
    const high = `0x${(N - BigInt(s)).toString(16).padStart(64, "0")}`;
    const malleable = `${r}${high.slice(2)}${(v === 27 ? 28 : 27).toString(16)}`;
    const compact = Signature.from(signature).compactSerialized;
    for (const other of [malleable, compact, "0x", `0x${"00".repeat(65)}`, `${signature}00`]) {
      await expectInvalid(models, wish, other);
    }
  });

  it("is not anybody's for the zero address, should an owner name it", async () => {
    const { models, modelId, wish } = await signed();
    await models.setPublisher(modelId, ZeroAddress, true);
    for (const signature of ["0x", `0x${"00".repeat(65)}`]) {
      await expectInvalid(models, { ...wish, publisher: ZeroAddress }, signature);
    }
  });

  it("that somebody copies and sends first does what was signed, and leaves the copier nothing", async () => {
    const { models, publisher, stranger, wish, signature, key } = await signed();
    await send(models.connect(stranger), wish, signature);
    await expect(send(models, wish, signature)).to.be.revertedWithCustomError(models, "ModelRegistryOtherVersion");
    expect((await models.releaseOf(wish.modelId, 1)).blobsHash).to.equal(wish.release.blobsHash);
    expect((await models.model(wish.modelId)).owner).to.equal(publisher.address);
    expect(await models.mayPublish(wish.modelId, stranger)).to.equal(false);
    expect(await models.mayPublish(wish.modelId, key)).to.equal(true);
  });

  it("for a wallet asks the wallet, and is not for another wallet of the same key", async () => {
    const { models, wish, key } = await signed();
    const [one, other] = [await walletOf(key), await walletOf(key)];
    for (const wallet of [one, other]) await models.setPublisher(wish.modelId, wallet, true);
    const theirs = { ...wish, publisher: one };
    const signature = await signPublish(models, key, theirs);
    await expectInvalid(models, { ...wish, publisher: other }, signature);
    await expectInvalid(models, theirs, await signPublish(models, Wallet.createRandom(), theirs));
    await send(models, theirs, signature);
    expect(await models.versionCount(wish.modelId)).to.equal(1n);
  });

  it("for a wallet that calls back while it is asked publishes once, and changes nothing else", async () => {
    const { models, publisher: owner, stranger, wish } = await signed();
    const wallet = await ethers.deployContract("ReenteringWallet", [await models.getAddress()]);
    const publisher = await wallet.getAddress();
    await models.setPublisher(wish.modelId, publisher, true);
    await models.offerModel(wish.modelId, publisher);
    const theirs = { ...wish, publisher };
    const { modelId, release: what, deadline } = theirs;
    const calls = [
      models.interface.encodeFunctionData("publish", [modelId, release("another")]),
      models.interface.encodeFunctionData("publishFor", [modelId, what, 1, publisher, deadline, "0x"]),
      models.interface.encodeFunctionData("acceptModel", [modelId]),
    ];
    for (const [index, call] of calls.entries()) {
      await wallet.getFunction("prepare")(call);
      const version = BigInt(index + 1);
      await send(models.connect(stranger), { ...theirs, version, release: release(`once ${index}`) }, "0x");
      expect(await models.versionCount(modelId)).to.equal(version);
    }
    expect((await models.model(modelId)).owner).to.equal(owner.address);
  });

  it("for a precompiled contract, should an owner name one, is nobody's", async () => {
    const { models, modelId, wish } = await signed();
    for (const number of [1, 2, 3, 4, 5, 9, 0x100]) {
      const publisher = getAddress(`0x${number.toString(16).padStart(40, "0")}`);
      await models.setPublisher(modelId, publisher, true);
      for (const signature of ["0x", `0x${"1b".repeat(65)}`])
        await expectInvalid(models, { ...wish, publisher }, signature);
    }
  });

  it("for an account with code at its address (EIP-7702) goes by its key", async () => {
    const { models, wish, signature, key } = await signed();
    const code = await ethers.provider.getCode(await models.getAddress());
    await networkHelpers.setCode(key.address, code);
    await send(models, wish, signature);
    expect(await models.versionCount(wish.modelId)).to.equal(1n);
  });
});

type Models = Deployment["models"];

/** A model whose owner named a publisher, and what that publisher signed. */
async function signed() {
  const world = await withModel();
  const { models, modelId } = world;
  const key = new Wallet(id("a publisher's key"));
  await models.setPublisher(modelId, key, true);
  const deadline = (await now()) + 1000n;
  const wish: Publish = { modelId, version: 1n, release: release("one", "v1"), publisher: key.address, deadline };
  return { ...world, key, wish, signature: await signPublish(models, key, wish) };
}

function send(models: Models, wish: Publish, signature: string) {
  const { modelId, release: what, version, publisher, deadline } = wish;
  return models.publishFor(modelId, what, version, publisher, deadline, signature);
}

async function expectInvalid(models: Models, wish: Publish, signature: string): Promise<void> {
  const { modelId, release: what, version, publisher, deadline } = wish;
  await expect(send(models, wish, signature))
    .to.be.revertedWithCustomError(models, "ModelRegistryInvalidSignature")
    .withArgs(publisher, await models.publishDigestOf(modelId, what, version, publisher, deadline));
}

async function walletOf(key: Wallet | HDNodeWallet): Promise<string> {
  return await (await ethers.deployContract("SmartWallet", [key.address])).getAddress();
}
