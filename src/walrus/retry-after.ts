/**
 * Milliseconds to wait that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date), at most `limit`; undefined if it
 * asks for nothing that can be understood.
 */
export function retryAfterMs({
  header,
  limit,
  date = Date.now(),
}: {
  readonly header: string | null;
  readonly limit: number;
  /** The wall clock, for headers that hold a date. */
  readonly date?: number;
}): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1_000, limit);
  if (!/^[A-Z][a-z]{2}, [\w :]{1,40}GMT$/.test(text)) return undefined;
  const until = Date.parse(text);
  return Number.isNaN(until) ? undefined : Math.min(Math.max(until - date, 0), limit);
}
