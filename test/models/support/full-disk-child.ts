/**
 * Pulls into a cache on a disk that is too small, then looks whether anything wrong has a final name there. Prints what came of
 * it: a process of its own, since the disk is one that only its process sees.
 */
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isScrimshawError } from "../../../src/errors.ts";
import { ModelCache } from "../../../src/models/cache/model-cache.ts";
import { pullModel } from "../../../src/models/pull.ts";
import type { BlobReference } from "../../../src/walrus/blob-store.ts";
import { HttpBlobStore } from "../../../src/walrus/http-blob-store.ts";

const [url = "", root = "", reference = ""] = process.argv.slice(2);
const manifest = JSON.parse(reference) as BlobReference;

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function pull(): Promise<string> {
  await using store = new HttpBlobStore({ publishers: [], aggregators: [url], nShards: 10 });
  try {
    const { files, folder } = await pullModel({ manifest, store, cache: new ModelCache({ root }) });
    for (const { path, sha256 } of files) {
      const found = createHash("sha256")
        .update(await readFile(join(folder, path)))
        .digest("hex");
      if (found !== sha256) return `wrong file ${path}`;
    }
    return "done";
  } catch (error) {
    return isScrimshawError(error) ? error.code : String(error);
  }
}

const outcome = await pull();
const contents = (await filesIn(join(root, "blobs"))).filter((path) => /[0-9a-f]{64}$/.test(path));
let wrong = 0;
for (const path of contents) {
  if (
    createHash("sha256")
      .update(await readFile(path))
      .digest("hex") !== path.slice(-64)
  )
    wrong += 1;
}
const views = (await readdir(join(root, "views")).catch(() => [])).filter((name) => !name.endsWith(".incomplete"));
process.stdout.write(`${JSON.stringify({ outcome, wrong, contents: contents.length, views: views.length })}\n`);
