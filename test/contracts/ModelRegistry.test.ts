import { expect } from "chai";
import { AbiCoder, id, keccak256, ZeroHash, ZeroAddress } from "ethers";
import { networkHelpers } from "./support/chain.ts";
import { deploy, now } from "./support/deployment.ts";
import { release, withModel } from "./support/models.ts";
import { plain } from "./support/plain.ts";

const { loadFixture } = networkHelpers;
const ACTIVE = 0n;
const DEPRECATED = 1n;
const REVOKED = 2n;

describe("ModelRegistry", () => {
  describe("register", () => {
    it("names a model by its creator and name, and makes the creator its owner", async () => {
      const { models, accounts } = await loadFixture(deploy);
      const { publisher } = accounts;
      const modelId = keccak256(AbiCoder.defaultAbiCoder().encode(["address", "string"], [publisher.address, "iris"]));
      await expect(models.connect(publisher).register("iris"))
        .to.emit(models, "ModelRegistered")
        .withArgs(modelId, publisher, "iris");
      expect(await models.modelIdOf(publisher, "iris")).to.equal(modelId);
      const record = await models.model(modelId);
      expect(plain(record)).to.deep.equal({
        owner: publisher.address,
        creator: publisher.address,
        pendingOwner: ZeroAddress,
        versionCount: 0n,
        registeredAt: await now(),
        name: "iris",
      });
    });

    it("lets two creators use one name, and one creator use it once", async () => {
      const { models, modelId, stranger } = await withModel();
      await models.connect(stranger).register("iris");
      await expect(models.register("iris"))
        .to.be.revertedWithCustomError(models, "ModelRegistryAlreadyRegistered")
        .withArgs(modelId);
    });

    it("refuses a name that breaks its grammar", async () => {
      const { models } = await withModel();
      for (const name of ["", "Iris", "a b", "a/b", "a@1", "é", "a\u0000", "x".repeat(65)]) {
        await expect(models.register(name), JSON.stringify(name))
          .to.be.revertedWithCustomError(models, "ModelRegistryInvalidName")
          .withArgs(name);
      }
      for (const name of ["a", "0", "-", "a.b_c-9", "x".repeat(64)]) await models.register(name);
    });
  });

  describe("publish", () => {
    it("numbers versions from 1 and keeps all of a release", async () => {
      const { models, modelId } = await withModel();
      expect(await models.publish.staticCall(modelId, release("one"))).to.equal(1n);
      await models.publish(modelId, release("one", "v1.0.0"));
      await models.publish(modelId, release("two"));
      expect(await models.versionCount(modelId)).to.equal(2n);
      const { manifest, blobsHash, endEpoch } = release("two");
      const expected = { manifest, blobsHash, endEpoch, status: ACTIVE, publishedAt: await now() };
      expect(plain(await models.releaseOf(modelId, 2))).to.deep.equal(expected);
      expect(await models.versionOfLabel(modelId, "v1.0.0")).to.equal(1n);
    });

    it("is only for a publisher of a model that exists", async () => {
      const { models, modelId, publisher, stranger } = await withModel();
      await expect(models.connect(stranger).publish(modelId, release("one")))
        .to.be.revertedWithCustomError(models, "ModelRegistryNotPublisher")
        .withArgs(modelId, stranger, publisher);
      await expect(models.publish(id("no model"), release("one")))
        .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
        .withArgs(id("no model"));
    });

    it("refuses a release of which a part is zero", async () => {
      const { models, modelId } = await withModel();
      const { manifest, ...rest } = release("one");
      const incomplete = [
        { manifest: { ...manifest, blobId: ZeroHash }, ...rest },
        { manifest: { ...manifest, contentHash: ZeroHash }, ...rest },
        { manifest: { ...manifest, size: 0n }, ...rest },
        { manifest, ...rest, blobsHash: ZeroHash },
      ];
      for (const one of incomplete) {
        await expect(models.publish(modelId, one))
          .to.be.revertedWithCustomError(models, "ModelRegistryIncompleteRelease")
          .withArgs(Object.values(one.manifest), one.blobsHash);
      }
    });

    it("refuses the manifest of the newest version, so that a publish run again cannot register twice", async () => {
      const { models, modelId } = await withModel();
      await models.publish(modelId, release("one"));
      await expect(models.publish(modelId, release("one", "again")))
        .to.be.revertedWithCustomError(models, "ModelRegistryUnchanged")
        .withArgs(modelId, 1);
      await models.publish(modelId, release("two"));
      await models.publish(modelId, release("one"));
      expect(await models.versionCount(modelId)).to.equal(3n);
    });

    it("takes a manifest that differs in any field, also when the marks of their Blob IDs agree", async () => {
      const { models, modelId } = await withModel();
      const { manifest, ...rest } = release("one");
      const twin = `0x${"ab".repeat(24)}${manifest.blobId.slice(-16)}`;
      const others = [{ ...manifest, blobId: twin }, manifest, { ...manifest, contentHash: id("other") }];
      for (const other of [manifest, ...others, { ...manifest, contentHash: id("other"), size: 1n }]) {
        await models.publish(modelId, { ...rest, manifest: other });
      }
      expect(await models.versionCount(modelId)).to.equal(5n);
    });

    it("takes the first manifest even when its Blob ID ends in zeros", async () => {
      const { models, modelId } = await withModel();
      const { manifest, ...rest } = release("one");
      const blobId = `${manifest.blobId.slice(0, -16)}${"0".repeat(16)}`;
      await models.publish(modelId, { ...rest, manifest: { ...manifest, blobId } });
      expect(await models.versionCount(modelId)).to.equal(1n);
    });

    it("gives a label to one version of a model only, for good", async () => {
      const { models, modelId, stranger } = await withModel();
      await models.publish(modelId, release("one", "v1"));
      await expect(models.publish(modelId, release("two", "v1")))
        .to.be.revertedWithCustomError(models, "ModelRegistryLabelTaken")
        .withArgs(modelId, "v1", 1);
      await models.connect(stranger).register("iris");
      await models.connect(stranger).publish(await models.modelIdOf(stranger, "iris"), release("two", "v1"));
    });

    it("refuses a label that could be taken for a number, or breaks its grammar", async () => {
      const { models, modelId } = await withModel();
      for (const label of ["1", "007", "9".repeat(31), "latest", "a b", "a/b", "v@1", "é", "x".repeat(32)]) {
        await expect(models.publish(modelId, release(label, label)), label)
          .to.be.revertedWithCustomError(models, "ModelRegistryInvalidLabel")
          .withArgs(label);
      }
      const accepted = ["1.0", "v1", "1.0.0-rc.1+build.5", "Latest", "LATEST", "x".repeat(31), "0x1", "-"];
      for (const label of accepted) await models.publish(modelId, release(label, label));
      expect(await models.versionCount(modelId)).to.equal(BigInt(accepted.length));
    });
  });

  describe("setStatus", () => {
    it("moves between active and deprecated, and never away from revoked", async () => {
      const { models, modelId } = await withModel();
      await models.publish(modelId, release("one"));
      for (const status of [DEPRECATED, ACTIVE, DEPRECATED, REVOKED]) {
        await expect(models.setStatus(modelId, 1, status, "why"))
          .to.emit(models, "StatusSet")
          .withArgs(modelId, 1, status, "why");
        expect((await models.releaseOf(modelId, 1)).status).to.equal(status);
      }
      for (const status of [ACTIVE, DEPRECATED, REVOKED]) {
        await expect(models.setStatus(modelId, 1, status, "back"))
          .to.be.revertedWithCustomError(models, "ModelRegistryVersionRevoked")
          .withArgs(modelId, 1);
      }
    });

    it("is only for the owner, of a version that exists, with a reason of at most 256 bytes", async () => {
      const { models, modelId, publisher, stranger } = await withModel();
      await models.publish(modelId, release("one"));
      await expect(models.connect(stranger).setStatus(modelId, 1, REVOKED, ""))
        .to.be.revertedWithCustomError(models, "ModelRegistryNotOwner")
        .withArgs(modelId, stranger, publisher);
      for (const version of [0, 2]) {
        await expect(models.setStatus(modelId, version, REVOKED, ""))
          .to.be.revertedWithCustomError(models, "ModelRegistryUnknownVersion")
          .withArgs(modelId, version);
      }
      await expect(models.setStatus(modelId, 1, REVOKED, "x".repeat(257)))
        .to.be.revertedWithCustomError(models, "ModelRegistryReasonTooLong")
        .withArgs(257);
      await models.setStatus(modelId, 1, DEPRECATED, "x".repeat(256));
    });
  });
});
