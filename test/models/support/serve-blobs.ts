import { createServer } from "node:http";
import type { Server } from "node:http";

export interface ServeBlobsOptions {
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  /** Changes what is sent. */
  readonly bend?: (body: Buffer) => void;
}

/** An aggregator in a few lines: blobs and ranges of them by their ID. */
export async function serveBlobs({ blobs, bend }: ServeBlobsOptions): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const id = request.url?.split("/").at(-1)?.split("?")[0] ?? "";
    const bytes = blobs.get(id);
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const body = Buffer.from(from === undefined ? bytes : bytes.subarray(Number(from), Number(to) + 1));
    bend?.(body);
    const range = from === undefined ? {} : { "content-range": `bytes ${from}-${to ?? ""}/${String(bytes.length)}` };
    response.writeHead(from === undefined ? 200 : 206, { "content-length": body.length, ...range });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { server, url: `http://127.0.0.1:${String(address.port)}` };
}
