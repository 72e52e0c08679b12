import { expect } from "chai";
import { JsonRpcProvider } from "ethers";
import { parseReference } from "../../src/models/reference.ts";
import { registerModel } from "../../src/models/register.ts";
import { requireUsable } from "../../src/models/require-usable.ts";
import { resolveVersion } from "../../src/models/resolve.ts";
import { setTag } from "../../src/models/set-tag.ts";
import { readVersionNames } from "../../src/models/version-names.ts";
import { deployRegistry, ethers, networkHelpers } from "./support/chain.ts";
import { refusal } from "../support/rejection.ts";

/** A model `m` of five versions that differ in name only: labels, statuses and a tag. */
async function withVersions() {
  const chain = await deployRegistry();
  const { registry, publisher } = chain;
  const { modelId } = await registerModel({ registry, name: "m" });
  for (const [index, label] of ["v1", "", "v3", "v4", "v5"].entries()) {
    const hash = ethers.id(String(index));
    const manifest = { blobId: hash, contentHash: hash, size: 1 };
    await registry.publish(modelId, { manifest, blobsHash: hash, endEpoch: 1, label });
  }
  await registry.setTag(modelId, "stable", 2);
  await registry.setStatus(modelId, 3, 2, "bad");
  await registry.setStatus(modelId, 4, 1, "old");
  await registry.setStatus(modelId, 5, 2, "bad");
  const reference = (after: string) => parseReference({ text: `${publisher.address}/m${after}` });
  const versionOf = async (after: string) => (await resolveVersion({ reference: reference(after), registry })).version;
  return { ...chain, modelId, reference, versionOf };
}

describe("resolveVersion", () => {
  it("takes a number, else a tag, else a label, else the newest active version", async () => {
    const { versionOf } = await networkHelpers.loadFixture(withVersions);
    expect(await versionOf("@1")).to.include({ version: 1, status: "active" });
    expect(await versionOf("@stable")).to.include({ version: 2 });
    expect(await versionOf("@v1")).to.include({ version: 1 });
    expect(await versionOf("@v3")).to.include({ version: 3, status: "revoked" });
    expect(await versionOf("@4")).to.include({ version: 4, status: "deprecated" });
    expect(await versionOf("")).to.include({ version: 2, status: "active" });
    expect(await versionOf("@latest")).to.include({ version: 2 });
  });

  it("refuses what is unknown, and says what to do next", async () => {
    const { registry, stranger, versionOf } = await networkHelpers.loadFixture(withVersions);
    await refusal("models.version-unknown", () => versionOf("@6"));
    await refusal("models.version-unknown", () => versionOf("@nothing"));
    const unknown = parseReference({ text: `${stranger.address}/m` });
    await refusal("models.model-unknown", () => resolveVersion({ reference: unknown, registry }));
  });

  it("refuses a model without active versions", async () => {
    const { registry, publisher, modelId, versionOf } = await networkHelpers.loadFixture(withVersions);
    for (const version of [1, 2]) await registry.setStatus(modelId, version, 1, "");
    await refusal("models.version-unknown", () => versionOf(""));
    const { name } = await registerModel({ registry, name: "empty" });
    const reference = parseReference({ text: `${publisher.address}/${name}` });
    await refusal("models.version-unknown", () => resolveVersion({ reference, registry }));
  });

  it("finds the newest active version far below revoked ones", async () => {
    const { registry, modelId, versionOf } = await networkHelpers.loadFixture(withVersions);
    for (let version = 6; version <= 105; version++) {
      const hash = ethers.id(String(version));
      const manifest = { blobId: hash, contentHash: hash, size: 1 };
      await registry.publish(modelId, { manifest, blobsHash: hash, endEpoch: 1, label: "" });
      await registry.setStatus(modelId, version, 1, "");
    }
    expect(await versionOf("")).to.include({ version: 2 });
  });

  it("lets revoked versions be seen but not used", async () => {
    const { registry, reference } = await networkHelpers.loadFixture(withVersions);
    const revoked = await resolveVersion({ reference: reference("@3"), registry });
    const error = await refusal("models.version-revoked", () => {
      requireUsable(revoked, reference("@3"));
    });
    expect(error.found).to.include("@3");
    requireUsable(await resolveVersion({ reference: reference("@4"), registry }), reference("@4"));
  });

  it("says that the chain does not answer", async () => {
    const { registry, reference } = await networkHelpers.loadFixture(withVersions);
    const provider = new JsonRpcProvider("http://127.0.0.1:9", 31337, { staticNetwork: true });
    const unreachable = registry.connect(provider);
    await refusal("chain.unreachable", () => resolveVersion({ reference: reference("@1"), registry: unreachable }));
    provider.destroy();
  });
});

describe("setTag", () => {
  it("sets, moves and removes a tag, and sends nothing when it is set already", async () => {
    const { registry, reference, modelId } = await networkHelpers.loadFixture(withVersions);
    const set = await setTag({ registry, reference: reference("@1"), tag: "beta" });
    expect(set).to.include({ version: 1, before: 0 });
    expect((await setTag({ registry, reference: reference("@1"), tag: "beta" })).transaction).to.equal(undefined);
    expect(await setTag({ registry, reference: reference("@stable"), tag: "beta" })).to.include({
      version: 2,
      before: 1,
    });
    expect(await registry.versionOfTag(modelId, "beta")).to.equal(2n);
    expect(await setTag({ registry, reference: reference(""), tag: "beta", remove: true })).to.include({ version: 0 });
    expect(await registry.versionOfTag(modelId, "beta")).to.equal(0n);
  });

  it("refuses bad tags, revoked versions and strangers", async () => {
    const { registry, reference, stranger } = await networkHelpers.loadFixture(withVersions);
    for (const tag of ["latest", "1", "Stable", "", "a b"]) {
      await refusal("models.tag-invalid", () => setTag({ registry, reference: reference("@1"), tag }));
    }
    await refusal("models.version-revoked", () => setTag({ registry, reference: reference("@3"), tag: "beta" }));
    const theirs = registry.connect(stranger);
    const error = await refusal("chain.reverted", () =>
      setTag({ registry: theirs, reference: reference("@1"), tag: "beta" }),
    );
    expect(error.found).to.include("ModelRegistryNotOwner");
  });
});

describe("readVersionNames", () => {
  it("rebuilds labels and tags from the registry's events", async () => {
    const { registry, reference, modelId } = await networkHelpers.loadFixture(withVersions);
    await setTag({ registry, reference: reference("@1"), tag: "beta" });
    await setTag({ registry, reference: reference("@1"), tag: "gone" });
    await setTag({ registry, reference: reference("@1"), tag: "gone", remove: true });
    const names = await readVersionNames({ registry, provider: ethers.provider, modelId, fromBlock: 0 });
    expect([...names.labels]).to.deep.equal([
      [1, "v1"],
      [3, "v3"],
      [4, "v4"],
      [5, "v5"],
    ]);
    expect([...names.tags]).to.deep.equal([
      ["stable", 2],
      ["beta", 1],
    ]);
  });
});
