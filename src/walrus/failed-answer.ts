import { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import type { Party } from "./endpoint.ts";
import { readText } from "./exchange.ts";
import { serverText } from "./server-text.ts";

const MAX_ERROR_BODY = 16_384;

/** Where Walrus's publisher places errors about a JWT. It answers some of them, a used or expired one, as if they would pass. */
const AUTH_DOMAIN = "auth.publisher.walrus.space";

const ErrorBody = z.object({
  error: z.object({
    message: z.string(),
    details: z.array(z.object({ domain: z.string().optional() }).catch({})).catch([]),
  }),
});

/** The message in Walrus's error body, or whatever came; and whether it is about the token. */
function readBody(text: string): { readonly message: string; readonly ofToken: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const body = ErrorBody.safeParse(value);
  // A missing header is refused by the publisher's framework, in plain text.
  if (!body.success) return { message: text, ofToken: /header.*\bauthorization\b/i.test(text.slice(0, 200)) };
  const { message, details } = body.data.error;
  return { message, ofToken: details.some(({ domain }) => domain === AUTH_DOMAIN) };
}

/** Statuses of requests that may be taken later. */
const PASSING = [408, 425, 429];

/** What helps against a status, where that is known. */
function remedy({
  party,
  status,
  ofToken,
}: {
  readonly party: Party;
  readonly status: number;
  readonly ofToken: boolean;
}): string {
  if (party === "publisher" && status === 413) {
    return (
      "Use an upload relay, or a publisher of your own that takes bodies of this size (`walrus publisher --max-body-size`); " +
      "public ones take 10 MiB."
    );
  }
  if (party === "publisher" && (ofToken || status === 401 || status === 403)) {
    return (
      "Give a token that this publisher takes, each only once: walrus.publisherToken in hardhat.config.ts, or " +
      "walrus.publisherSecret to have one made for each upload."
    );
  }
  if (status === 451) return `The ${party} blocks this blob; another one may not.`;
  return `Try again later, or use another ${party}.`;
}

/**
 * The error for an HTTP status that is not a success: `walrus.<party>-refused` where the request will never be taken (400 to 499
 * without 408, 425 and 429; a token that is not taken), else `walrus.<party>-failed`. `secret` is taken out of what the server says.
 */
export async function failedAnswer({
  party,
  url,
  response,
  pieces,
  secret,
}: {
  readonly party: Party;
  readonly url: string;
  readonly response: Response;
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly secret?: string | undefined;
}): Promise<ScrimshawError> {
  const body = (await readText({ pieces, limit: MAX_ERROR_BODY }).catch(() => undefined)) ?? "";
  const text = secret === undefined ? body : body.replaceAll(secret, "[token]");
  const { status } = response;
  const { message, ...told } = readBody(text);
  const ofToken = party === "publisher" && told.ofToken;
  const refused = ofToken || (status >= 400 && status < 500 && !PASSING.includes(status));
  const said = serverText(message);
  return new ScrimshawError({
    code: `walrus.${party}-${refused ? "refused" : "failed"}`,
    expected: `the ${party} to take the request`,
    found: `HTTP ${status} from ${url}${said === "" ? "" : `: ${said}`}`,
    next: remedy({ party, status, ofToken }),
  });
}
