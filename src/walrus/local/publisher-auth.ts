import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

import { z } from "zod";

import { isSigned, publisherSecretBytes } from "../publisher-jwt.ts";
import { type Answer, errorAnswer } from "./api-answer.ts";
import type { Route } from "./http-server.ts";
import { parseStoreOptions, type StoreOptions } from "./store-options.ts";

/** Clocks may differ by so many seconds, as in Walrus's publisher. */
const LEEWAY = 60;
/** Tokens remembered as used; more are refused. */
const MAX_TOKENS = 10_000;
/** Carries what quilts' routes know, so that the blob route behind them does not ask for the token again. */
const PASS_HEADER = "x-local-walrus-pass";

export interface PublisherAuthOptions {
  /** What tokens are signed with (HS256): text, or bytes as 0x and hex digits. */
  readonly secret: string;
  /** Seconds that must lie between `iat` and `exp`. Default: any. */
  readonly expiringSeconds?: number;
  /** Default true: size, epochs and owner of an upload must be as the token says. */
  readonly verifyUpload?: boolean;
}

const count = z.int().min(0);
const Claims = z.object({
  iat: z.int().optional(),
  exp: z.int(),
  jti: z.string().max(1_000),
  epochs: count.optional(),
  max_epochs: count.optional(),
  size: count.optional(),
  max_size: count.optional(),
  send_object_to: z.string().optional(),
});
type Claims = z.infer<typeof Claims>;

/** Status codes of Walrus's general kinds of errors, as its publisher uses them here. */
const KINDS = {
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  RESOURCE_EXHAUSTED: 429,
  DEADLINE_EXCEEDED: 504,
} as const;

function refuse(status: keyof typeof KINDS, reason: string, message: string): Answer {
  return errorAnswer({ code: KINDS[status], status, reason, message, domain: "auth.publisher.walrus.space" });
}

/** What the framework of Walrus's publisher says of headers, in plain text. */
function badHeader(message: string): Answer {
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return { status: 400, headers, body: new TextEncoder().encode(message) };
}

function invalid(why: string): Answer {
  return refuse("FAILED_PRECONDITION", "INVALID_TOKEN", `the JWT token is invalid: ${why}`);
}

function json(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The claims of a token that is signed and has not expired. */
function readClaims({
  token,
  secret,
  seconds,
}: {
  readonly token: string;
  readonly secret: string;
  readonly seconds: number;
}): Claims | Answer {
  const parts = token.split(".");
  const [header = "", body = ""] = parts;
  if (parts.length !== 3) return invalid("InvalidToken");
  const { data: algorithm } = z.object({ alg: z.string() }).safeParse(json(header));
  if (algorithm?.alg !== "HS256") return invalid("InvalidAlgorithm");
  if (!isSigned({ token, secret })) {
    return refuse("UNAUTHENTICATED", "INVALID_SIGNATURE", "the signature on the token is invalid: InvalidSignature");
  }
  const claims = Claims.safeParse(json(body));
  if (!claims.success) {
    const [issue] = claims.error.issues;
    return invalid(`JSON error: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }
  if (claims.data.exp < seconds - LEEWAY) {
    return refuse("DEADLINE_EXCEEDED", "EXPIRED_SIGNATURE", "the signature on the token has expired: ExpiredSignature");
  }
  return claims.data;
}

function mismatch({
  claims,
  options,
  length,
  auth: { expiringSeconds = 0, verifyUpload = true },
}: {
  readonly claims: Claims;
  readonly options: StoreOptions;
  /** Bytes of the body, as far as the client says. */
  readonly length: number | undefined;
  readonly auth: PublisherAuthOptions;
}): Answer | undefined {
  const refused = (reason: string, message: string): Answer => refuse("FAILED_PRECONDITION", reason, message);
  if (expiringSeconds > 0 && claims.exp - (claims.iat ?? 0) !== expiringSeconds) {
    return refused("INVALID_EXPIRATION", "the expiration in the query does not match the token");
  }
  const { size, max_size: maxSize, epochs, max_epochs: maxEpochs, send_object_to: owner } = claims;
  const twice = (size !== undefined && maxSize !== undefined) || (epochs !== undefined && maxEpochs !== undefined);
  if (twice) return refused("INCONSISTENT_TOKEN", "the token is inconsistent");
  if (!verifyUpload) return undefined;
  if (length !== undefined && (length > (maxSize ?? Infinity) || length !== (size ?? length))) {
    return refused("INVALID_SIZE", "the size of the request does not match the size specified in the token");
  }
  if (options.epochs !== (epochs ?? options.epochs) || options.epochs > (maxEpochs ?? Infinity)) {
    return refused("INVALID_EPOCHS", "the epochs field in the query does not match the token");
  }
  if (owner !== undefined && owner.toLowerCase() !== options.owner) {
    const message = "the send_object_to field in the query does not match the token, or is missing";
    return refused("INVALID_SEND_OBJECT_TO", message);
  }
  return undefined;
}

/** Who may store: the holders of tokens that the publisher's secret signed, each of which serves once. */
export class PublisherAuth {
  readonly #auth: PublisherAuthOptions;
  readonly #now: () => number;
  readonly #used = new Map<string, number>();
  readonly #pass = randomBytes(16).toString("hex");

  /** @throws ScrimshawError `walrus.publisher-secret-invalid` */
  constructor(auth: PublisherAuthOptions, now: () => number = Date.now) {
    publisherSecretBytes(auth.secret);
    this.#auth = auth;
    this.#now = now;
  }

  /** With these headers a route of this process asks another one, for a client that it has let in. */
  get pass(): Readonly<Record<string, string>> {
    return { [PASS_HEADER]: this.#pass };
  }

  /** The same routes, whose PUTs ask for a token first. */
  guard(routes: readonly Route[]): Route[] {
    return routes.map((route) => {
      if (route.method !== "PUT") return route;
      return { ...route, handle: (asked) => this.#refusal(asked.request, asked.query) ?? route.handle(asked) };
    });
  }

  #refusal(request: IncomingMessage, query: URLSearchParams): Answer | undefined {
    if (request.headers[PASS_HEADER] === this.#pass) return undefined;
    const options = parseStoreOptions(query);
    if ("status" in options) return options;
    const { authorization } = request.headers;
    if (authorization === undefined) return badHeader("Header of type `authorization` was missing");
    const [, token] = /^bearer (.*)$/i.exec(authorization) ?? [];
    if (token === undefined) return badHeader("invalid HTTP header (authorization)");
    const seconds = this.#now() / 1000;
    const claims = readClaims({ token: token.trim(), secret: this.#auth.secret, seconds });
    if ("status" in claims) return claims;
    for (const [jti, exp] of this.#used) if (exp < seconds - LEEWAY) this.#used.delete(jti);
    if (this.#used.has(claims.jti)) {
      return refuse("RESOURCE_EXHAUSTED", "TOKEN_ALREADY_USED", "the JWT token was already used");
    }
    if (this.#used.size >= MAX_TOKENS) {
      return errorAnswer({ code: 500, reason: "INTERNAL", message: "an internal error occurred" });
    }
    const declared = request.headers["content-length"];
    const length = declared === undefined ? undefined : Number(declared);
    const wrong = mismatch({ claims, options, length, auth: this.#auth });
    if (wrong === undefined) this.#used.set(claims.jti, claims.exp);
    return wrong;
  }
}
