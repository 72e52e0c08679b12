import type { z } from "zod";

import { ScrimshawError } from "../errors.ts";
import type { Party } from "./endpoint.ts";
import { exchange, readText, type TransferLimits } from "./exchange.ts";
import { failedAnswer } from "./failed-answer.ts";

/**
 * A small JSON document of a known shape.
 * @throws ScrimshawError `walrus.<party>-answer-invalid`, `walrus.<party>-unreachable`, `walrus.<party>-too-slow`,
 * `walrus.<party>-refused`, `walrus.<party>-failed`, `walrus.body-truncated`; the signal's reason when aborted
 */
export async function fetchJson<T>({
  fetch,
  party,
  url,
  limits,
  signal,
  shape,
  maxSize = 65_536,
}: {
  readonly fetch: typeof globalThis.fetch;
  readonly party: Party;
  readonly url: string;
  readonly limits: TransferLimits;
  readonly signal?: AbortSignal | undefined;
  readonly shape: z.ZodType<T>;
  readonly maxSize?: number;
}): Promise<T> {
  const text = await exchange({
    fetch,
    party,
    url,
    limits,
    signal,
    read: async ({ response, pieces }) => {
      if (!response.ok) throw await failedAnswer({ party, url, response, pieces });
      return readText({ pieces, limit: maxSize });
    },
  });
  let cause: unknown;
  try {
    const parsed = shape.safeParse(JSON.parse(text ?? ""));
    if (parsed.success) return parsed.data;
    cause = parsed.error;
  } catch (error) {
    cause = error;
  }
  throw new ScrimshawError({
    code: `walrus.${party}-answer-invalid`,
    expected: `a JSON document of at most ${maxSize} bytes as Walrus describes it`,
    found: `another answer from ${url}`,
    next: `Check that this is a Walrus ${party}, and of a version that this release knows.`,
    cause,
  });
}
