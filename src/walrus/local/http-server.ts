import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { ScrimshawError } from "../../errors.ts";
import { type Answer, errorAnswer } from "./api-answer.ts";

export interface RouteRequest {
  readonly request: IncomingMessage;
  /** Named parts of the path, still as they were sent. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export interface Route {
  readonly method: "GET" | "PUT" | "POST";
  /** Parts in braces are parameters: `/v1/blobs/{blobId}`. GET routes answer HEAD too. */
  readonly path: string;
  readonly handle: (request: RouteRequest) => Answer | Promise<Answer>;
}

/** Runs before a route: may answer in its place, or break the connection. */
export type Intercept = (request: IncomingMessage) => Promise<Answer | "drop" | undefined>;

function matchPath({
  pattern,
  path,
}: {
  readonly pattern: string;
  readonly path: string;
}): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [place, part] of wanted.entries()) {
    const found = given[place] ?? "";
    if (part.startsWith("{")) params[part.slice(1, -1)] = found;
    else if (part !== found) return undefined;
  }
  return params;
}

async function answerOf({
  routes,
  request,
}: {
  readonly routes: readonly Route[];
  readonly request: IncomingMessage;
}): Promise<Answer> {
  const url = URL.parse(request.url ?? "/", "http://local");
  const method = request.method === "HEAD" ? "GET" : request.method;
  const path = url?.pathname ?? "/";
  const matching = routes.flatMap((route) => {
    const params = matchPath({ pattern: route.path, path });
    return params === undefined ? [] : [{ route, params }];
  });
  const match = matching.find(({ route }) => route.method === method);
  if (match === undefined) {
    return matching.length > 0
      ? errorAnswer({ code: 405, reason: "METHOD_NOT_ALLOWED", message: "this route has no such method" })
      : errorAnswer({ code: 404, reason: "NO_SUCH_ROUTE", message: "there is no such route here" });
  }
  try {
    return await match.route.handle({
      request,
      params: match.params,
      query: url?.searchParams ?? new URLSearchParams(),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return errorAnswer({ code: 500, reason: "INTERNAL", message: message.slice(0, 500) });
  }
}

async function send({
  request,
  response,
  answer,
}: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly answer: Answer;
}): Promise<void> {
  const { status, headers = {}, body } = answer;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader("x-content-type-options", "nosniff");
  if (body instanceof Uint8Array) response.setHeader("content-length", body.length);
  if (body === undefined || request.method === "HEAD") {
    if (body instanceof Readable) body.destroy();
    response.end();
  } else if (body instanceof Readable) {
    await pipeline(body, response);
  } else {
    response.end(body);
  }
}

const MAX_PORT = 65_535;

/** A small HTTP server over fixed routes. */
export class HttpServer {
  readonly url: string;
  readonly #server: Server;
  readonly #underWay: ReadonlySet<Promise<void>>;

  private constructor(server: Server, url: string, underWay: ReadonlySet<Promise<void>>) {
    this.#server = server;
    this.#underWay = underWay;
    this.url = url;
  }

  /**
   * @throws ScrimshawError `walrus.local-port-invalid`, `walrus.local-port-unavailable`
   */
  static async start({
    host,
    port,
    routes,
    intercept = () => Promise.resolve(undefined),
  }: {
    readonly host: string;
    readonly port: number;
    readonly routes: readonly Route[];
    readonly intercept?: Intercept;
  }): Promise<HttpServer> {
    if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
      throw new ScrimshawError({
        code: "walrus.local-port-invalid",
        expected: `a port from 1 to ${MAX_PORT}, or 0 for any free one`,
        found: String(port),
        next: "Choose another one with --port.",
      });
    }
    const underWay = new Set<Promise<void>>();
    const server = createServer((request, response) => {
      const work: Promise<void> = intercept(request)
        .then((early) => early ?? answerOf({ routes, request }))
        .then((answer) => (answer === "drop" ? void response.destroy() : send({ request, response, answer })))
        // The client went away, or a file could not be read on: the broken connection tells.
        .catch(() => void response.destroy())
        .finally(() => underWay.delete(work));
      underWay.add(work);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause: NodeJS.ErrnoException) => {
        reject(
          new ScrimshawError({
            code: "walrus.local-port-unavailable",
            expected: `to listen on ${host}:${port}`,
            found: cause.code ?? cause.message,
            next: "Stop what uses that port, or choose another one with --port.",
            cause,
          }),
        );
      });
      server.listen(port, host, resolve);
    });
    const { port: bound } = server.address() as AddressInfo;
    return new HttpServer(server, `http://${host.includes(":") ? `[${host}]` : host}:${bound}`, underWay);
  }

  /** Stops listening, ends all connections and waits for what their requests had begun. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
    await Promise.all(this.#underWay);
  }
}
