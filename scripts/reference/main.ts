/** `npm run docs:reference`: writes docs/reference from the NatSpec of the contracts and the TSDoc of what the package exports. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { REFERENCE, referencePages } from "./pages.ts";

const root = resolve(fileURLToPath(new URL("../../", import.meta.url)));
const pages = referencePages(root);
rmSync(join(root, REFERENCE), { recursive: true, force: true });
for (const [path, text] of pages) {
  const file = join(root, REFERENCE, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
process.stdout.write(`${pages.size} pages in ${REFERENCE}\n`);
