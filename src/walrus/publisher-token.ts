import { ScrimshawError } from "../errors.ts";

/** What a token is wanted for, so that one can be made for exactly that: publishers check these claims. */
export interface TokenRequest {
  /** Base URL of the publisher. */
  readonly url: string;
  readonly size: number;
  readonly epochs: number;
  readonly deletable: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Gives the JWT for one request to a publisher that asks for one. Called for every attempt, for publishers may take a token only once
 * (its `jti`).
 */
export type PublisherToken = (request: TokenRequest) => string | Promise<string>;

/** The characters of RFC 6750's `b64token`; anything else would break out of its header. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * @throws ScrimshawError `walrus.publisher-token-unavailable`, without what the provider said: it may hold the secret
 */
export async function readToken({
  provider,
  request,
}: {
  readonly provider: PublisherToken;
  readonly request: TokenRequest;
}): Promise<string> {
  let found = "a failure of the provider";
  try {
    const token = (await provider(request)).trim();
    if (TOKEN.test(token)) return token;
    found = token === "" ? "an empty one" : "characters that no token has";
  } catch {
    request.signal?.throwIfAborted();
  }
  throw new ScrimshawError({
    code: "walrus.publisher-token-unavailable",
    expected: `a token for ${request.url}`,
    found,
    next: "Set the variable that walrus.publisherToken names, for example with `npx hardhat keystore set`.",
  });
}
