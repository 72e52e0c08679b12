import { isScrimshawError, ScrimshawError } from "../errors.ts";
import type { EndpointHealth } from "./endpoint-health.ts";
import type { Party } from "./endpoint.ts";
import { summarize } from "./exchange.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { Timing } from "./timing.ts";

export interface RetryPolicy {
  /** Times that every server is asked, at most. */
  readonly rounds: number;
  /** Pause after the first round; it doubles from round to round, up to `maxDelayMs`, less up to half of it by chance. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** No attempt and no pause goes on longer than this after the beginning. Bodies under way are bounded by their rate instead. */
  readonly deadlineMs: number;
  /** Longest `Retry-After` that is believed. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  rounds: 5,
  firstDelayMs: 250,
  maxDelayMs: 8_000,
  deadlineMs: 120_000,
  maxRetryAfterMs: 60_000,
};

/** What one attempt is told. */
export interface Attempt {
  readonly endpoint: EndpointHealth;
  /** 0 the first time that this server is asked. */
  readonly round: number;
  /** Milliseconds until the deadline. */
  readonly leftMs: number;
  /** Passes on the header of a 429 or 5xx: the server is not asked before. */
  readonly onRetryAfter: (header: string | null) => void;
}

export interface TryEndpointsOptions<T> {
  readonly party: Party;
  readonly endpoints: readonly EndpointHealth[];
  readonly retry: RetryPolicy;
  readonly timing: Timing;
  readonly signal?: AbortSignal | undefined;
  /** Codes, the most telling failures first. */
  readonly order: readonly string[];
  /** Further codes that pass with time in this case. */
  readonly passing?: readonly string[];
  readonly attempt: (attempt: Attempt) => Promise<T>;
}

type Verdict = "passing" | "refused" | "wrong" | "local";

const PASSING = /-(?:unreachable|too-slow|failed)$|^walrus\.body-truncated$/;
const REFUSED = /-refused$|^walrus\.(?:blob-not-found|range-not-satisfiable|blob-marked-invalid)$/;
const LOCAL = ["encoder-failed", "hasher-failed", "blob-too-large", "source-changed", "file-unreadable"].map(
  (name) => `walrus.${name}`,
);

/** What a failure says of the server: that time may heal it, that it will not take this request, or that it is wrong. */
export function judge({ code }: ScrimshawError, passing: readonly string[] = []): Verdict {
  if (LOCAL.includes(code) || code.startsWith("walrus.publisher-token")) return "local";
  if (passing.includes(code) || PASSING.test(code)) return "passing";
  return REFUSED.test(code) ? "refused" : "wrong";
}

/**
 * Asks servers in the order of their health until one answers. Failures that may pass are tried again in rounds, with growing pauses,
 * until the deadline; a server that refuses or answers wrongly is not asked again in this call.
 * @throws the most telling failure; the signal's reason when aborted
 */
export async function tryEndpoints<T>(options: TryEndpointsOptions<T>): Promise<T> {
  const { party, endpoints, retry, timing, signal, order, passing = [] } = options;
  const deadline = timing.now() + retry.deadlineMs;
  const failures = new Map<EndpointHealth, unknown>();
  const out = new Set<EndpointHealth>();
  for (let round = 0; round < retry.rounds && out.size < endpoints.length; round += 1) {
    const left = endpoints.filter((endpoint) => !out.has(endpoint));
    const pause = round === 0 ? 0 : backoff({ retry, round, random: timing.random() });
    const free = Math.min(...left.map(({ heldUntil }) => heldUntil));
    const wait = Math.max(pause, free - timing.now());
    if (timing.now() + wait > deadline) {
      if (failures.size === 0) failures.set(left[0] as EndpointHealth, busy({ party, wait, url: left[0]?.url ?? "" }));
      break;
    }
    if (wait > 0) await timing.sleep(wait, signal);
    const ranked = left.toSorted((a, b) => a.rank(timing.now()) - b.rank(timing.now()));
    for (const endpoint of ranked) {
      const now = timing.now();
      if (now >= deadline || endpoint.heldUntil > now) continue;
      const onRetryAfter = (header: string | null): void => {
        const held = retryAfterMs({ header, limit: retry.maxRetryAfterMs });
        if (held !== undefined) endpoint.hold(timing.now() + held);
      };
      try {
        const work = { endpoint, round, leftMs: deadline - now, onRetryAfter };
        const value = await endpoint.during(() => options.attempt(work));
        endpoint.succeeded();
        return value;
      } catch (error) {
        signal?.throwIfAborted();
        if (!isScrimshawError(error)) throw error;
        const verdict = judge(error, passing);
        if (verdict === "local") throw error;
        failures.set(endpoint, error);
        if (verdict !== "passing") out.add(endpoint);
        if (verdict === "wrong" || (verdict === "passing" && !passing.includes(error.code)))
          endpoint.failed({ now: timing.now(), grave: verdict === "wrong" });
      }
    }
  }
  throw summarize({ failures: [...failures.values()], order });
}

function backoff({
  retry,
  round,
  random,
}: {
  readonly retry: RetryPolicy;
  readonly round: number;
  readonly random: number;
}): number {
  const full = Math.min(retry.firstDelayMs * 2 ** (round - 1), retry.maxDelayMs);
  return full * (1 - random / 2);
}

function busy({ party, wait, url }: { readonly party: Party; readonly wait: number; readonly url: string }): unknown {
  return new ScrimshawError({
    code: `walrus.${party}-failed`,
    expected: `the ${party} to take requests`,
    found: `${url} asked to be left alone for ${Math.ceil(wait / 1000)} more seconds`,
    next: `Try again then, or use another ${party}.`,
  });
}
