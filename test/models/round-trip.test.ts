import { expect } from "chai";
import fc from "fast-check";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseRecipients } from "../../src/models/age/recipients.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { publishModel } from "../../src/models/publish.ts";
import { pullModel } from "../../src/models/pull.ts";
import { parseReference } from "../../src/models/reference.ts";
import { verifyModel } from "../../src/models/verify/verify-model.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { Folders } from "./support/folders.ts";
import { MemoryStore } from "./support/memory-store.ts";
import { newKey, system } from "./support/private-world.ts";
import { filesIn } from "./support/pull-world.ts";

const CAMPAIGN = process.env.SCRIMSHAW_CAMPAIGN === "1";
const RUNS = CAMPAIGN ? 500 : 25;
/** The slice of every day is the same each time. */
const SEED = CAMPAIGN ? Date.now() % 2 ** 31 : 20_260_103;

/** Few different bytes, so that files share chunks with each other and within themselves. */
const content = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 60 }),
  fc
    .tuple(fc.constantFrom("a", "ab", "abc"), fc.integer({ min: 0, max: 20 }))
    .map(([text, times]) => text.repeat(times)),
);
const path = fc.constantFrom("a", "b.txt", "c/d", "c/e/f.bin", "g/a", "h");
/** One without a byte is refused. */
const folder = fc
  .dictionary(path, content, { minKeys: 1, maxKeys: 6 })
  .filter((files) => Object.values(files).some((text) => text !== ""));

describe("Any folder", function () {
  this.timeout(600_000);
  const folders = new Folders();
  after(() => folders.remove());

  it("comes back as it was, cut into blobs of any size, for everybody or for some", async () => {
    const { registry, publisher } = await networkHelpers.loadFixture(deployRegistry);
    const { recipient, identities } = await newKey();
    const recipients = await parseRecipients([recipient]);
    let count = 0;
    const property = fc.asyncProperty(
      folder,
      fc.integer({ min: 1, max: 50 }),
      fc.boolean(),
      async (files, max, isPrivate) => {
        count += 1;
        const store = new MemoryStore();
        const name = `m${String(count)}`;
        const encryption = isPrivate
          ? { recipients, cache: new ModelCache({ root: await folders.empty() }) }
          : undefined;
        const options = {
          folder: await folders.with(files),
          name,
          registry,
          store,
          system,
          encryption,
          maxBlobSize: max,
        };
        const { manifest } = await publishModel(options);
        for (const { size, age } of manifest.blobs) expect(age?.size ?? size).to.be.at.most(max);
        const reference = parseReference({ text: `${publisher.address}/${name}` });
        const cache = new ModelCache({ root: await folders.empty() });
        const pulled = await pullModel({ reference, registry, store, cache, identities });
        expect(await filesIn(pulled.folder)).to.deep.equal(Object.keys(files).sort());
        for (const [one, text] of Object.entries(files))
          expect(await readFile(join(pulled.folder, one), "utf8"), one).to.equal(text);
        const verified = await verifyModel({ reference, registry, store, folder: pulled.folder, identities });
        expect(verified.outcome).to.equal("passed");
        expect((await publishModel(options)).outcome).to.equal("unchanged");
      },
    );
    await fc.assert(property, { numRuns: RUNS, seed: SEED });
  });
});
