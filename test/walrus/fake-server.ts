import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeServer extends AsyncDisposable {
  readonly url: string;
}

/** A server that answers as a test says, for publishers, aggregators and storage nodes that misbehave. */
export async function fakeServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<FakeServer> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A URL at which nothing listens. */
export async function deadUrl(): Promise<string> {
  const server = await fakeServer(() => undefined);
  await server[Symbol.asyncDispose]();
  return server.url;
}
