import { readFileSync } from "node:fs";

import { BlobEncoder } from "@mysten/walrus-wasm";

/** Prints the Blob ID of a file as the encoder gives it for the whole array. In a process of its own, whose memory ends with it. */

const [path = ""] = process.argv.slice(2);
const [id] = new BlobEncoder(1000).compute_metadata(readFileSync(path)) as [readonly number[]];
process.stdout.write(Buffer.from(id).toString("base64url"));
