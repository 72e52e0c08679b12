import { expect } from "chai";
import { fileURLToPath } from "node:url";
import { previewPublish } from "../../src/models/preview.ts";
import { publishModel } from "../../src/models/publish.ts";
import { findModel } from "../../src/models/records.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { MemoryStore } from "./support/memory-store.ts";

const IRIS = fileURLToPath(new URL("../../examples/iris/model", import.meta.url));

describe("previewPublish", () => {
  it("says what would be stored and sent, and does none of it", async () => {
    const { registry } = await networkHelpers.loadFixture(deployRegistry);
    const preview = await previewPublish({ folder: IRIS, registry, nShards: 1000 });
    expect(preview).to.deep.include({
      name: "iris",
      label: "1.0.0",
      nextVersion: 1,
      transactions: ["register", "publish"],
    });
    expect(preview.blobs.map(({ encodedSize }) => encodedSize)).to.deep.equal([66_034_000]);
    expect(preview.encodedSize).to.equal(2 * 66_034_000);
    expect(await registry.modelCount()).to.equal(0n);

    const store = new MemoryStore();
    const { modelId, manifestReference } = await publishModel({ folder: IRIS, registry, store });
    expect(preview.modelId).to.equal(modelId);
    expect(preview.manifest.size).to.be.closeTo(manifestReference.size, 8);
    expect(await findModel(registry, modelId)).to.deep.include({ name: "iris", versionCount: 1 });
  });
});
