import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { isScrimshawError, ScrimshawError } from "../../errors.ts";
import { isLoopback } from "../../loopback.ts";
import { parseId } from "../parse-id.ts";
import { readProofFile } from "../proof-file.ts";
import type { Settler } from "./settler.ts";
import type { SettlerStatus } from "./settler-statistics.ts";

export interface StartEndpointOptions {
  readonly settler: Settler;
  /** Default 127.0.0.1. Whoever reaches it may hand proofs in, so it asks for nothing. */
  readonly host?: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Longest body of a request in bytes. Default 32 MiB. */
  readonly maxBody?: number;
  /** Bytes of all bodies that are being read or checked; a request that would pass them is told to come again. Default 256 MiB. */
  readonly maxBodies?: number;
}

/** A running endpoint. */
export interface SettlerEndpoint extends AsyncDisposable {
  readonly url: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Nodes on one machine need no more; each may hold a body. */
const MAX_CONNECTIONS = 256;

/** Which failures of a hand-in are whose fault. */
const STATUS: Readonly<Record<string, number>> = {
  "proofs.queue-full": 503,
  "proofs.queue-failed": 503,
  "proofs.endpoint-busy": 503,
  "proofs.body-too-large": 413,
  "proofs.not-json": 415,
  "proofs.foreign-host": 403,
};

function refusal(code: string, { expected, found, next }: Record<"expected" | "found" | "next", string>) {
  return new ScrimshawError({ code: `proofs.${code}`, expected, found, next });
}

/**
 * Takes proofs in over HTTP, for inference nodes on the same machine: `POST /v1/proofs` with a proof file answers once it is on disk,
 * `GET /v1/proofs/{proof id}` says how far it is, `GET /v1/health` (503 while something fails) and `GET /v1/metrics` how the settler fares. All
 * bodies are JSON; errors are `{error: {code, expected, found, next}}`.
 * @throws ScrimshawError `proofs.port-unavailable`
 */
export async function startEndpoint(options: StartEndpointOptions): Promise<SettlerEndpoint> {
  const { host = "127.0.0.1", port } = options;
  const bodies = new Bodies(options);
  const server = createServer((request, response) => {
    answer({ ...options, bodies }, request).then(
      (found) => {
        send(response, found);
      },
      (error: unknown) => {
        send(response, failure(error));
      },
    );
  });
  server.requestTimeout = 60_000;
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, host, port);
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound.toString()}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const expected = `to listen on ${host}:${port.toString()}`;
      const next = "Stop what uses that port, or choose another one with --port (0: any free one).";
      reject(refusal("port-unavailable", { expected, found: cause.code ?? cause.message, next }));
    });
    server.listen(port, host, resolve);
  });
}

async function answer(
  { settler, bodies, host = "127.0.0.1" }: StartEndpointOptions & { readonly bodies: Bodies },
  request: IncomingMessage,
): Promise<Answer> {
  requireHost(request, host);
  // As it came: read as an address, what begins with two slashes would be of another host, and much is none.
  const [path = ""] = (request.url ?? "/").split("?");
  const { method } = request;
  if (path === "/v1/proofs" && method === "POST") {
    requireJson(request);
    return bodies.read(request, async (text) => {
      const { proofId, state } = await settler.accept(readProofFile(text));
      return { status: 200, body: { proofId, ...state } };
    });
  }
  if (path.startsWith("/v1/proofs/") && method === "GET") {
    const proofId = parseId(path.slice("/v1/proofs/".length));
    const state = settler.find(proofId);
    if (state !== undefined) return { status: 200, body: { proofId, ...state } };
    return { status: 404, body: { proofId, state: "unknown" } };
  }
  if (path === "/v1/health" && method === "GET") {
    const { healthy, lastFailure } = settler.status();
    return { status: healthy ? 200 : 503, body: { healthy, lastFailure: healthy ? null : lastFailure } };
  }
  if (path === "/v1/metrics" && method === "GET") return { status: 200, body: metrics(settler.status()) };
  const expected = "POST /v1/proofs, or GET /v1/proofs/{proof id}, /v1/health or /v1/metrics";
  const found = `${method ?? ""} ${path}`.slice(0, 100);
  return failure(refusal("no-such-route", { expected, found, next: "Correct the method or the path." }), 404);
}

/** In JSON; gas as text, for it may pass what numbers hold. */
export function metrics({ gasUsed, ...status }: SettlerStatus): Readonly<Record<string, unknown>> {
  return { ...status, gasUsed: gasUsed.toString() };
}

/** A page in somebody's browser may reach this server under a name of its own that leads here. */
function requireHost({ headers }: IncomingMessage, host: string): void {
  const given = (headers.host ?? "").replace(/:\d{1,5}$/, "");
  if (!isLoopback(host) || isLoopback(given)) return;
  const next = "Ask by the address that it listens on.";
  throw refusal("foreign-host", { expected: "a request to this machine by its own name", found: "another host", next });
}

/** Browsers send other types across sites without asking; this one they ask for. */
function requireJson({ headers }: IncomingMessage): void {
  if (/^application\/json\b/i.test(headers["content-type"] ?? "")) return;
  const next = "Send a proof file with the header content-type: application/json.";
  throw refusal("not-json", { expected: "a body of application/json", found: "another content type", next });
}

/** Bodies of requests, together within bounds: many at once may be no more than a few large ones. */
class Bodies {
  readonly #maxBody: number;
  readonly #maxBodies: number;
  #held = 0;

  constructor({ maxBody = 32 * 2 ** 20, maxBodies = 256 * 2 ** 20 }: StartEndpointOptions) {
    this.#maxBody = maxBody;
    this.#maxBodies = maxBodies;
  }

  /** Reads a body and holds its bytes until `work` is done with it. */
  async read<T>(request: IncomingMessage, work: (text: string) => Promise<T>): Promise<T> {
    let size = 0;
    try {
      const pieces: Buffer[] = [];
      for await (const piece of request as AsyncIterable<Buffer>) {
        size += piece.length;
        this.#held += piece.length;
        if (size > this.#maxBody) throw this.#tooLarge();
        if (this.#held > this.#maxBodies) throw this.#busy();
        pieces.push(piece);
      }
      return await work(Buffer.concat(pieces).toString("utf8"));
    } finally {
      this.#held -= size;
    }
  }

  #tooLarge(): ScrimshawError {
    const expected = `a proof file of at most ${this.#maxBody.toString()} bytes`;
    const next = "Leave plaintext inputs and outputs out of the evidence, or record this proof by itself.";
    return refusal("body-too-large", { expected, found: "more", next });
  }

  #busy(): ScrimshawError {
    const expected = `at most ${this.#maxBodies.toString()} bytes of requests at a time`;
    return refusal("endpoint-busy", { expected, found: "more", next: "Hand the proof in again in a moment." });
  }
}

function failure(error: unknown, status?: number): Answer {
  if (!isScrimshawError(error)) return { status: 500, body: { error: { code: "internal" } } };
  const { code, expected, found, next } = error;
  return { status: status ?? STATUS[code] ?? 400, body: { error: { code, expected, found, next } } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, { "content-type": "application/json", "x-content-type-options": "nosniff" });
  response.end(text);
}
