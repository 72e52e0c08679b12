/** Text that cannot be read, and why, in words that follow "found". */
export class JsonFault extends Error {}

export interface JsonBounds {
  /** Objects within objects, and lists within them. */
  readonly depth: number;
  /** Keys of all objects, and entries of all lists, together. */
  readonly values: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
const COMMA = 0x2c;
const COLON = 0x3a;

/** Bounds what parsing can be made to build, before anything is built. Returns how many keys are written. */
function countKeys(bytes: Uint8Array, { depth: deepest, values: most }: JsonBounds): number {
  let depth = 0;
  let values = 0;
  let keys = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    } else if (OPENING.has(byte)) {
      values++;
      if (++depth > deepest) throw new JsonFault(`values nested more than ${String(deepest)} deep`);
    } else if (CLOSING.has(byte)) depth--;
    else if (byte === COMMA) values++;
    else if (byte === COLON) keys++;
    if (values > most) throw new JsonFault(`more than ${String(most)} values`);
  }
  return keys;
}

function keysIn(value: unknown): number {
  if (value === null || typeof value !== "object") return 0;
  const children: unknown[] = Array.isArray(value) ? value : Object.values(value);
  const own = Array.isArray(value) ? 0 : children.length;
  return children.reduce<number>((sum, child) => sum + keysIn(child), own);
}

/**
 * Parses JSON from outside in time and memory that its length and the bounds allow. Parsers differ in which of two equal keys they
 * take, so none may come twice.
 * @throws JsonFault
 */
export function parseBoundedJson(bytes: Uint8Array, bounds: JsonBounds): unknown {
  const keys = countKeys(bytes, bounds);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new JsonFault("no JSON in UTF-8");
  }
  if (keysIn(value) !== keys) throw new JsonFault("a key that comes twice");
  return value;
}
