import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readPieces } from "../../src/walrus/read-pieces.ts";
import { BlobList } from "./blob-list.ts";

/** Serves a model's blobs from memory as an aggregator does, so that a read measures the reader. Prints its URL. */

const [list = ""] = process.argv.slice(2);
const { blobs, manifest } = BlobList.parse(JSON.parse(readFileSync(list, "utf8")));
const bytes = new Map<string, Uint8Array>([[manifest.blobId, Buffer.from(manifest.bytes, "base64")]]);
for (const { blobId, pieces, size } of blobs) {
  for await (const whole of readPieces({ pieces, size })) bytes.set(blobId, whole);
}
const server = createServer((request, response) => {
  const blob = bytes.get((request.url ?? "").split("?")[0]?.split("/").at(-1) ?? "");
  if (blob === undefined) {
    response.writeHead(404).end();
    return;
  }
  const [, first, last] = /^bytes=([0-9]+)-([0-9]+)$/.exec(request.headers.range ?? "") ?? [];
  if (first === undefined) {
    response.writeHead(200, { "content-length": blob.length }).end(blob);
    return;
  }
  const range = blob.subarray(Number(first), Number(last) + 1);
  const headers = { "content-length": range.length, "content-range": `bytes ${first}-${String(last)}/${blob.length}` };
  response.writeHead(206, headers).end(range);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
