/** Text from outside, shortened and quoted so that it is safe inside an error. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}

/** Order of strings by UTF-16 code units, as RFC 8785 orders keys. */
export function compareText(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
