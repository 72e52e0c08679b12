import { expect } from "chai";
import { showModel } from "../../src/models/show.ts";
import { Folders } from "./support/folders.ts";
import { setUpPull } from "./support/pull-world.ts";

describe("showModel", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());
  const setUp = () => setUpPull(folders);

  it("shows a model with its versions and what one of them holds", async () => {
    const { registry, reference, store, publish } = await setUp();
    const { manifest, modelId } = await publish();
    await publish({ a: "2" });
    const shown = await showModel({
      reference: { ...reference, selector: { kind: "number", version: 1 } },
      registry,
      store,
    });
    expect(shown.versions.map(({ version }) => version)).to.deep.equal([1, 2]);
    expect(shown.manifest).to.deep.equal(manifest);
    store.blobs.clear();
    const lost = await showModel({ reference, registry, store });
    expect(lost.version?.version).to.equal(2);
    expect(lost.problem?.code).to.equal("walrus.blob-not-found");
    for (const version of [1, 2]) await registry.setStatus(modelId, version, 2, "");
    const revoked = await showModel({ reference, registry, store });
    expect(revoked).to.include({ version: undefined, manifest: undefined });
  });
});
