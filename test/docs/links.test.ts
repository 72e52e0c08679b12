import { expect } from "chai";
import { stat } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { ROOT } from "../support/dev-process.ts";
import { pagesIn, readPage } from "./support/pages.ts";

const OTHERS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];
const EXAMPLES = ["examples/iris", "examples/iris/circuit/model", "examples/iris/model", "examples/integrator"];
const LINK = /\[(?:[^[\]]|\[[^\]]*\])*\]\(<?([^()\s>]+)>?(?: "[^"]*")?\)/g;

/** A page without its code, in which brackets are no links. */
function prose(page: string): string {
  return page.replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, "").replaceAll(/`[^`\n]+`/g, "code");
}

/** A heading's anchor, as GitHub makes it; of headings alike the second ends in `-1`. */
function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of page.replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, "").matchAll(/^#{1,6} (.+)$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What is wrong with a link on a page; undefined for a good one. Nothing outside is asked. */
async function faultOf(page: string, link: string): Promise<string | undefined> {
  if (/^[a-z]+:/.test(link)) return URL.canParse(link) && link.startsWith("https://") ? undefined : "no https URL";
  const [path = "", anchor] = link.split("#", 2);
  const target = path === "" ? page : normalize(join(dirname(page), decodeURIComponent(path)));
  if (target.startsWith("..")) return "leads out of the project";
  const found = await stat(join(ROOT, target)).catch(() => undefined);
  if (found === undefined) return "no such file";
  if (anchor === undefined) return undefined;
  if (!target.endsWith(".md")) return "an anchor in a file that is no page";
  return anchorsOf(await readPage(target)).has(anchor) ? undefined : "no such heading";
}

describe("Links", () => {
  it("of all pages lead to files and headings that exist", async () => {
    const examples = EXAMPLES.map((folder) => `${folder}/README.md`);
    const pages = [...OTHERS, ...examples, ...(await pagesIn("docs", { recursive: true }))];
    const faults: string[] = [];
    let seen = 0;
    for (const page of pages) {
      for (const [, link = ""] of prose(await readPage(page)).matchAll(LINK)) {
        seen += 1;
        const fault = await faultOf(page, link);
        if (fault !== undefined) faults.push(`${page}: ${link}: ${fault}`);
      }
    }
    expect(faults).to.be.empty;
    expect(seen).to.be.above(130);
  });

  it("that are wrong would be noticed", async () => {
    const wrong = ["docs/none.md", "#no-such-heading", "docs/proofs.md#none", "../outside.md", "http://plain.example"];
    const faults = await Promise.all(wrong.map((link) => faultOf("README.md", link)));
    expect(faults).to.not.include(undefined);
    expect(await faultOf("docs/guides/audit.md", "../proofs.md#audit")).to.equal(undefined);
  });
});
