import { ScrimshawError } from "../errors.ts";

/** Who is spoken to: names the error codes and the advice. */
export type Party = "publisher" | "aggregator" | "node" | "relay";

/**
 * A base URL without a slash at its end.
 * @throws ScrimshawError `walrus.endpoint-invalid`
 */
export function endpointUrl(text: string): string {
  const url = URL.parse(text);
  const usable = url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  if (!usable || url.search !== "" || url.hash !== "") {
    throw new ScrimshawError({
      code: "walrus.endpoint-invalid",
      expected: "an http or https URL without user name, query and fragment",
      found:
        url === null ? JSON.stringify(text.slice(0, 80)) : `${url.protocol}//${url.host}${url.pathname}`.slice(0, 200),
      next: "Correct the address in the `walrus` section of the configuration.",
    });
  }
  return url.href.replace(/\/+$/, "");
}

export function unreachable({
  party,
  url,
  cause,
}: {
  readonly party: Party;
  readonly url: string;
  readonly cause: unknown;
}): ScrimshawError {
  return new ScrimshawError({
    code: `walrus.${party}-unreachable`,
    expected: `an answer from the ${party}`,
    found: `no connection to ${new URL(url).origin} (${connectionFault(cause)})`,
    next:
      party === "node" || party === "relay"
        ? `Ask again, or leave this ${party === "node" ? "storage node" : "upload relay"} out.`
        : `Start a local Walrus with \`npx hardhat walrus serve\`, or set walrus.${party}s in hardhat.config.ts.`,
    cause,
  });
}

export function tooSlow({
  party,
  url,
  what,
}: {
  readonly party: Party;
  readonly url: string;
  readonly what: string;
}): ScrimshawError {
  return new ScrimshawError({
    code: `walrus.${party}-too-slow`,
    expected: `the ${party} to go on`,
    found: `${what}, from ${new URL(url).origin}`,
    next: `Try again later, or use another ${party}.`,
  });
}

/** The system's error code where there is one; the message of `fetch` says nothing. */
function connectionFault(cause: unknown): string {
  const inner = cause instanceof Error ? (cause.cause ?? cause) : cause;
  if (inner instanceof Error) return ((inner as NodeJS.ErrnoException).code ?? inner.message).slice(0, 100);
  return String(inner).slice(0, 100);
}
