import { quiltInvalid } from "./quilt-invalid.ts";

const MAX_U32 = 0xffff_ffff;

/** Key and value pairs in the order in which BCS writes a map: by the serialized keys. */
export type Tags = Readonly<Record<string, string>>;

/** The variable-length form in which BCS writes lengths. */
export function encodeLength(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.from([...bytes, rest]);
}

/** A BCS string: its length in bytes, then UTF-8. */
export function encodeString(text: string): Uint8Array {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([encodeLength(bytes.length), bytes]);
}

/** A BCS map of strings, ordered by the serialized keys as BCS wants it. */
export function encodeTags(tags: Tags): Uint8Array {
  const pairs = Object.entries(tags).map(([key, value]) => [encodeString(key), encodeString(value)] as const);
  const ordered = pairs.toSorted(([a], [b]) => Buffer.compare(a, b));
  return Buffer.concat([encodeLength(pairs.length), ...ordered.flat()]);
}

export function encodeU16(value: number): Uint8Array {
  return Uint8Array.from([value & 0xff, value >> 8]);
}

/**
 * Reads BCS from bytes that are not trusted. Lengths are checked against what is left before anything is allocated, and only the
 * canonical form is taken, as in the Rust crate `bcs`.
 */
export class BcsReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** @throws ScrimshawError `walrus.quilt-invalid` */
  u16(): number {
    return this.#take(2).readUInt16LE();
  }

  /** @throws ScrimshawError `walrus.quilt-invalid` */
  length(): number {
    let value = 0;
    for (let place = 0; place < 5; place += 1) {
      const byte = this.#take(1).readUInt8();
      value += (byte % 0x80) * 0x80 ** place;
      if (byte >= 0x80) continue;
      if (value > MAX_U32 || (byte === 0 && place > 0)) break;
      return value;
    }
    throw quiltInvalid("a length in canonical form, below 2^32", "another one");
  }

  /** @throws ScrimshawError `walrus.quilt-invalid` */
  string(): string {
    const bytes = this.#take(this.length());
    try {
      // A byte order mark is part of the name: dropping it would make two names of one.
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw quiltInvalid("text in UTF-8", "other bytes");
    }
  }

  /** @throws ScrimshawError `walrus.quilt-invalid` */
  tags(): Tags {
    const count = this.length();
    const tags: [string, string][] = [];
    let before: Uint8Array | undefined;
    for (let place = 0; place < count; place += 1) {
      const key = this.string();
      const serialized = encodeString(key);
      if (before !== undefined && Buffer.compare(before, serialized) >= 0) {
        throw quiltInvalid("tags in order, each key once", `key ${JSON.stringify(key.slice(0, 80))} out of order`);
      }
      before = serialized;
      tags.push([key, this.string()]);
    }
    return Object.fromEntries(tags);
  }

  /** @throws ScrimshawError `walrus.quilt-invalid` */
  end(): void {
    const left = this.#bytes.length - this.#offset;
    if (left > 0) throw quiltInvalid("nothing after the value", `${left} more bytes`);
  }

  #take(length: number): Buffer {
    const left = this.#bytes.length - this.#offset;
    if (length > left) throw quiltInvalid(`${length} more bytes`, `${left}`);
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }
}
