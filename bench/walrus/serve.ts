import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Serves one file at every path from memory, so that a read measures the reader. Prints its URL. */

const [file = ""] = process.argv.slice(2);
const bytes = readFileSync(file);
const server = createServer((_, response) => {
  response.writeHead(200, { "content-length": bytes.length });
  response.end(bytes);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
