/** Pulls a manifest by its blob reference, also to a folder if one is named, and prints the folder: a process of its own, to be killed or to compete. */
import { ModelCache } from "../../../src/models/cache/model-cache.ts";
import { pullModel } from "../../../src/models/pull.ts";
import type { BlobReference } from "../../../src/walrus/blob-store.ts";
import { HttpBlobStore } from "../../../src/walrus/http-blob-store.ts";

const [url = "", root = "", reference = "", to] = process.argv.slice(2);
await using store = new HttpBlobStore({ publishers: [], aggregators: [url], nShards: 10 });
const manifest = JSON.parse(reference) as BlobReference;
const { folder, downloaded } = await pullModel({ manifest, store, cache: new ModelCache({ root }), ...(to && { to }) });
process.stdout.write(`${JSON.stringify({ folder, downloaded })}\n`);
