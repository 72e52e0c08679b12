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

/**
 * The error for an HTTP status that is not a success: `walrus.<party>-refused` where the request will never be taken (400 to 499
 * without 429), else `walrus.<party>-failed`.
 */
export async function failedAnswer({
  party,
  url,
  response,
  pieces,
}: {
  readonly party: Party;
  readonly url: string;
  readonly response: Response;
  readonly pieces: AsyncIterable<Uint8Array>;
}): Promise<ScrimshawError> {
  const text = (await readText({ pieces, limit: MAX_ERROR_BODY }).catch(() => undefined)) ?? "";
  const { status } = response;
  const refused = status >= 400 && status < 500 && status !== 429;
  const said = serverText(messageOf(text));
  return new ScrimshawError({
    code: `walrus.${party}-${refused ? "refused" : "failed"}`,
    expected: `the ${party} to take the request`,
    found: `HTTP ${status} from ${url}${said === "" ? "" : `: ${said}`}`,
    next:
      status === 413 ? "Use a publisher that takes blobs of this size." : `Try again later, or use another ${party}.`,
  });
}
