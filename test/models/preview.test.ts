import { expect } from "chai";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MEASURED_GAS } from "../../src/models/estimate-gas.ts";
import { LARGE_FILE } from "../../src/models/limits.ts";
import { previewPublish } from "../../src/models/preview.ts";
import type { PreviewPublishOptions, PublishPreview } from "../../src/models/preview.ts";
import { publishModel } from "../../src/models/publish.ts";
import { findModel } from "../../src/models/records.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { EPOCH_4, MemoryStore } from "./support/memory-store.ts";
import { refusal } from "../support/rejection.ts";

const SNAPSHOT = new URL("../contracts/gas-snapshot.json", import.meta.url);
const IRIS = fileURLToPath(new URL("../../examples/iris/model", import.meta.url));

describe("previewPublish", () => {
  it("says what would be stored and sent, and does none of it", async () => {
    const { registry } = await networkHelpers.loadFixture(deployRegistry);
    const preview = await previewPublish({ folder: IRIS, registry, nShards: 1000 });
    expect(preview).to.deep.include({
      name: "iris",
      label: "1.0.0",
      nextVersion: 1,
      unchanged: undefined,
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

  describe("of a folder that was published before", () => {
    const folders = new Folders();
    afterEach(() => folders.remove());

    async function setUp() {
      const { registry, publisher, stranger } = await networkHelpers.loadFixture(deployRegistry);
      const store = new MemoryStore();
      const folder = await folders.with({ weights: Buffer.alloc(LARGE_FILE, 1), "README.md": "one" });
      const options = { folder, name: "m", registry, store, system: EPOCH_4 };
      await publishModel({ ...options, label: "1.0" });
      const preview = (change: Partial<PreviewPublishOptions> = {}) => previewPublish({ ...options, ...change });
      const what = ({ fee }: PublishPreview): string[] => fee.transactions.map((transaction) => transaction.what);
      return { registry, publisher, stranger, store, folder, preview, what };
    }

    it("tells what Walrus holds already, and that nothing would be published", async () => {
      const { preview, what, store } = await setUp();
      const puts = store.puts.length;
      const same = await preview({ tag: "stable", label: "1.0" });
      expect(same).to.include({ unchanged: 1, encodedSize: 0 });
      expect([...same.blobs, same.manifest].map(({ held }) => held?.endEpoch)).to.deep.equal([9, 9, 9]);
      expect(what(same)).to.deep.equal(["tag"]);
      const unasked = await preview({ system: { ...EPOCH_4, system: () => Promise.resolve(undefined) } });
      expect(unasked.unchanged).to.equal(undefined);
      expect(what(unasked)).to.deep.equal(["publish"]);
      expect(store.puts.length).to.equal(puts);
    });

    it("tells what would have to be sent after a change, and what that costs", async () => {
      const { preview, what, folder, registry } = await setUp();
      await writeFile(join(folder, "README.md"), "two");
      const changed = await preview({ label: "2.0", tag: "stable" });
      expect(changed).to.include({ unchanged: undefined, nextVersion: 2 });
      expect(changed.blobs.map(({ size, held }) => [size, held !== undefined])).to.deep.equal([
        [3, false],
        [LARGE_FILE, true],
      ]);
      expect(changed.encodedSize).to.equal(2 * 66_034_000);
      expect(what(changed)).to.deep.equal(["publish", "tag"]);
      const { transactions } = await publishModel({
        folder,
        name: "m",
        registry,
        store: new MemoryStore(),
        label: "2.0",
      });
      const gas = changed.fee.transactions[0]?.gas ?? 0n;
      expect(Number(gas)).to.be.closeTo(Number(transactions[0]?.gasUsed), 4_000);
      expect(changed.fee.fee).to.equal(changed.fee.gas * (changed.fee.gasPrice ?? 0n));
    });

    it("refuses what the real run would refuse", async () => {
      const { preview, folder, registry, publisher, stranger } = await setUp();
      await refusal("models.label-too-late", () => preview({ label: "9.0" }));
      await writeFile(join(folder, "README.md"), "two");
      await publishModel({ folder, name: "m", registry, store: new MemoryStore() });
      await refusal("models.label-taken", () => preview({ label: "1.0" }));
      await refusal("models.tag-invalid", () => preview({ tag: "1.0" }));
      await refusal("models.name-invalid", () => preview({ name: "No Name" }));
      await refusal("models.not-publisher", () =>
        preview({ creator: publisher.address, registry: registry.connect(stranger) }),
      );
    });
  });

  it("holds to the gas that was measured where the chain cannot be asked yet", async () => {
    const measured = JSON.parse(await readFile(SNAPSHOT, "utf8")) as Readonly<Record<string, number>>;
    for (const [name, key] of [
      ["publish", "ModelRegistry.publish (first)"],
      ["newTag", "ModelRegistry.setTag (new)"],
      ["movedTag", "ModelRegistry.setTag (moved)"],
    ] as const) {
      expect(Number(MEASURED_GAS[name]), name).to.be.closeTo(measured[key] ?? 0, 1_000);
    }
  });
});
