import { ScrimshawError } from "../errors.ts";
import type { Party } from "./endpoint.ts";
import { readText } from "./exchange.ts";
import { serverText } from "./server-text.ts";

const MAX_ERROR_BODY = 16_384;

/** The message in Walrus's error body, or the beginning of whatever came. */
function messageOf(text: string): string {
  try {
    const value = JSON.parse(text) as { readonly error?: { readonly message?: unknown } } | null;
    if (typeof value?.error?.message === "string") return value.error.message;
  } catch {
    return text;
  }
  return text;
}

/** Statuses of requests that may be taken later. */
const PASSING = [408, 425, 429];

/** What helps against a status, where that is known. */
function remedy({ party, status }: { readonly party: Party; readonly status: number }): string {
  if (party === "publisher" && status === 413) {
    return (
      "Use an upload relay, or a publisher of your own that takes bodies of this size (`walrus publisher --max-body-size`); " +
      "public ones take 10 MiB."
    );
  }
  if (party === "publisher" && (status === 401 || status === 403)) {
    return "Give a token that this publisher takes: walrus.publisherToken in hardhat.config.ts.";
  }
  if (status === 451) return `The ${party} blocks this blob; another one may not.`;
  return `Try again later, or use another ${party}.`;
}

/**
 * The error for an HTTP status that is not a success: `walrus.<party>-refused` where the request will never be taken (400 to 499
 * without 408, 425 and 429), else `walrus.<party>-failed`. `secret` is taken out of what the server says.
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
  const refused = status >= 400 && status < 500 && !PASSING.includes(status);
  const said = serverText(messageOf(text));
  return new ScrimshawError({
    code: `walrus.${party}-${refused ? "refused" : "failed"}`,
    expected: `the ${party} to take the request`,
    found: `HTTP ${status} from ${url}${said === "" ? "" : `: ${said}`}`,
    next: remedy({ party, status }),
  });
}
