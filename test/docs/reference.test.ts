import { expect } from "chai";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REFERENCE, referencePages } from "../../scripts/reference/pages.ts";
import { readTags } from "../../scripts/reference/tags.ts";
import { ROOT } from "../support/dev-process.ts";

describe("docs/reference", () => {
  it("is what npm run docs:reference writes, and nothing else", () => {
    const folder = join(ROOT, REFERENCE);
    const pages = referencePages(ROOT);
    const found = globSync("**/*.md", { cwd: folder }).sort();
    expect(found).to.deep.equal([...pages.keys()].sort());
    for (const path of found) {
      expect(readFileSync(join(folder, path), "utf8"), `${path} is stale: npm run docs:reference`).to.equal(
        pages.get(path),
      );
    }
  });

  it("has a page for every interface, with what is said of each parameter", () => {
    const page = readFileSync(join(ROOT, REFERENCE, "contracts/IProofRegistry.md"), "utf8");
    for (const text of [
      "## interface IProofRegistry",
      "#### verifyInBatch",
      "- `merkleProof`: The leaf's siblings",
      "struct Batch {",
    ]) {
      expect(page).to.include(text);
    }
    const library = readFileSync(join(ROOT, REFERENCE, "library.md"), "utf8");
    for (const text of ["### publishModel", "### HttpBlobStore", "Throws ScrimshawError"])
      expect(library).to.include(text);
  });

  it("reads tags over several lines, paragraphs and lists", () => {
    const text = "What it is,\nin two lines.\n\n- one\n- two\n@param name what\n  it says\n@returns all";
    expect(readTags(text)).to.deep.equal([
      { tag: "", text: "What it is, in two lines.\n\n- one\n- two" },
      { tag: "param", text: "name what it says" },
      { tag: "returns", text: "all" },
    ]);
  });
});
