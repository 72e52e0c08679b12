/** Everything that moves a cursor, hides, reorders or breaks a line: controls, format characters, separators, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Longest text that is passed on; a hostile server may send more. */
const MAX_LENGTH = 4_096;

/**
 * Text from outside (names, labels, reasons, manifests, servers) as it may be printed on a terminal: without control
 * characters, bidirectional overrides and line breaks, and of bounded length.
 */
export function plainText(text: string): string {
  const bounded = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;
  return bounded.replace(UNPRINTABLE, "");
}

/** JSON text in which everything unprintable inside its strings is written as `\\uXXXX`; the same value when it is read. */
export function escapeUnprintable(json: string): string {
  return json.replace(UNPRINTABLE, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
