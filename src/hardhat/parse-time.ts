import { ScrimshawError } from "../errors.ts";

/** Largest second that contracts hold and JavaScript's dates can show. */
const LATEST = 8_640_000_000_000n;

/**
 * A time from the command line as Unix seconds: a whole number of seconds, or an ISO 8601 date or time (UTC unless it says
 * otherwise).
 * @throws ScrimshawError `command.time-invalid`
 */
export function parseTime(options: { readonly text: string; readonly option: string }): bigint {
  const { text, option } = options;
  if (/^\d{1,13}$/.test(text) && BigInt(text) <= LATEST) return BigInt(text);
  const iso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;
  if (iso.test(text)) {
    const zoned = text.includes("T") && !/(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text;
    const milliseconds = Date.parse(zoned);
    if (Number.isFinite(milliseconds) && milliseconds >= 0) return BigInt(Math.floor(milliseconds / 1000));
  }
  throw new ScrimshawError({
    code: "command.time-invalid",
    expected: `${option} as Unix seconds or as ISO 8601, for example 2027-01-31T12:00:00Z`,
    found: JSON.stringify(text.slice(0, 80)),
    next: "Write the time in one of the two forms.",
  });
}
