import { z } from "zod";

/** A CBOR byte string, of exactly `length` bytes where given. */
export function byteString(length?: number) {
  return z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && (length === undefined || value.length === length),
    length === undefined ? "expected bytes" : `expected ${length} bytes`,
  );
}
