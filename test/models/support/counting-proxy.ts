import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";

export const HEAD = 256;

/** A request with a body that reached the proxy, whether or not its end did. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Bytes that were announced. */
  readonly announced: number;
  /** Bytes that came. */
  received: number;
  /** The first of them, in hex: they tell one body from another. */
  head: string;
}

/** Passes HTTP requests on to a server, counts what is sent, and tells of every step, so that a test can act at any of them. */
export class CountingProxy {
  readonly #server: Server;
  readonly seen: SeenRequest[] = [];
  /** Called when a request begins, when bytes of it come, and before its answer is passed on. */
  onStep: (() => void) | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(target: string): Promise<CountingProxy> {
    const server = createServer();
    const proxy = new CountingProxy(server);
    server.on("request", (incoming: IncomingMessage, response) => {
      const { method = "GET", url: path = "/", headers } = incoming;
      const seen: SeenRequest = {
        method,
        path,
        announced: Number(headers["content-length"] ?? 0),
        received: 0,
        head: "",
      };
      proxy.seen.push(seen);
      proxy.onStep?.();
      const passed = { ...headers, host: new URL(target).host };
      const outgoing = request(new URL(path, target), { method, headers: passed }, (answer) => {
        proxy.onStep?.();
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      });
      outgoing.on("error", () => response.destroy());
      incoming.on("data", (bytes: Buffer) => {
        seen.received += bytes.length;
        seen.head += bytes.subarray(0, HEAD - seen.head.length / 2).toString("hex");
        proxy.onStep?.();
      });
      incoming.on("error", () => outgoing.destroy());
      incoming.on("aborted", () => outgoing.destroy());
      incoming.pipe(outgoing);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** Uploads since the last call, in bytes that were announced. */
  takeUploads(): readonly SeenRequest[] {
    return this.seen.splice(0).filter(({ method }) => method === "PUT");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
