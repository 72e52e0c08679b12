/** Prunes a cache down to nothing, and says when it begins: a process of its own, to be killed. */
import { ModelCache } from "../../../src/models/cache/model-cache.ts";
import { pruneCache } from "../../../src/models/cache/prune.ts";

const cache = new ModelCache({ root: process.argv[2] ?? "" });
process.stdout.write("begins\n");
await pruneCache({ cache });
