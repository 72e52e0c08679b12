import { expect } from "chai";
import { parseReference } from "../../src/models/reference.ts";
import { refusal } from "../support/rejection.ts";
import { Folders } from "./support/folders.ts";
import { CONTENTS, filesIn, setUpPull } from "./support/pull-world.ts";

describe("pullModel", function () {
  this.timeout(30_000);
  const folders = new Folders();
  afterEach(() => folders.remove());

  it("brings only the files that are included, beside the whole version", async () => {
    const { pull, publish } = await setUpPull(folders);
    await publish();
    const some = await pull({ include: ["*.md", "**/copy.*"] });
    expect(await filesIn(some.folder)).to.deep.equal(["README.md", "a/copy.bin"]);
    expect(some.files.map(({ path }) => path)).to.deep.equal(["README.md", "a/copy.bin"]);
    expect(await pull({ include: ["**/copy.*", "*.md"] })).to.include({ folder: some.folder, downloaded: 0 });
    const all = await pull({ include: ["**"] });
    expect(await filesIn(all.folder)).to.deep.equal(Object.keys(CONTENTS).sort());
    expect((await pull()).folder).to.equal(all.folder);
    await refusal("models.nothing-included", () => pull({ include: ["*.onnx"] }));
  });

  it("takes a revoked version only when forced to", async () => {
    const { pull, publish, registry, publisher } = await setUpPull(folders);
    const { modelId } = await publish();
    await registry.setStatus(modelId, 1, 2, "bad");
    const reference = parseReference({ text: `${publisher.address}/m@1` });
    await refusal("models.version-revoked", () => pull({ reference }));
    expect((await pull({ reference, force: true })).resolved?.version.status).to.equal("revoked");
  });
});
