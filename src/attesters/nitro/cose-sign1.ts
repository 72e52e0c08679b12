import { decode, encode } from "cborg";
import { type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { refusal } from "./refusal.ts";

/** One signed message, RFC 9052 section 4.2. */
export interface CoseSign1 {
  readonly payload: Uint8Array;
  /** `r` and `s`, 48 bytes each. */
  readonly signature: Uint8Array;
}

/** `{1: -35}`, the header of ES384: with deterministic CBOR there is one way to write it. */
const PROTECTED_ES384 = Buffer.from("a1013822", "hex");
/** CBOR tag 18, which may be left out. */
const TAG_COSE_SIGN1 = 0xd2;
const MAX_PAYLOAD_BYTES = 16_384;
const SIGNATURE_BYTES = 96;
/** Heads of the array, of its four items and of the tag. */
export const MAX_ENVELOPE_BYTES = MAX_PAYLOAD_BYTES + SIGNATURE_BYTES + 32;

const bytes = z.instanceof(Uint8Array);
const envelope = z.tuple([
  bytes.refine((header) => PROTECTED_ES384.equals(header), "expected the protected header {1: -35}, ES384 alone"),
  z.map(z.unknown(), z.unknown()).refine(({ size }) => size === 0, "expected no unprotected header"),
  bytes.refine(({ length }) => length > 0 && length <= MAX_PAYLOAD_BYTES, "expected a payload of 1 to 16384 bytes"),
  bytes.refine(({ length }) => length === SIGNATURE_BYTES, "expected a signature of 96 bytes"),
]);

/**
 * Reads a COSE_Sign1 message signed with ES384. Nothing is verified yet.
 * @throws ScrimshawError `attesters.document-malformed`
 */
export function readCoseSign1(message: Uint8Array): CoseSign1 {
  const expected = "a COSE_Sign1 message (RFC 9052) with the algorithm ES384";
  if (message.length > MAX_ENVELOPE_BYTES) throw refusal("malformed", { expected, found: `${message.length} bytes` });
  const untagged = message[0] === TAG_COSE_SIGN1 ? message.subarray(1) : message;
  let value: unknown;
  try {
    value = decode(untagged, { strict: true, useMaps: true, rejectDuplicateMapKeys: true, allowIndefinite: false });
  } catch (cause) {
    throw refusal("malformed", { expected, found: `${message.length} bytes that are not strict CBOR`, cause });
  }
  const parsed = envelope.safeParse(value);
  if (!parsed.success) {
    throw refusal("malformed", { expected, found: z.prettifyError(parsed.error).slice(0, 300) });
  }
  const [, , payload, signature] = parsed.data;
  return { payload, signature };
}

/** Verifies the signature over the message's Sig_structure, RFC 9052 section 4.4. */
export function verifyCoseSign1({ payload, signature }: CoseSign1, key: KeyObject): boolean {
  const signed = encode(["Signature1", PROTECTED_ES384, new Uint8Array(0), payload]);
  return verify("sha384", signed, { key, dsaEncoding: "ieee-p1363" }, signature);
}
