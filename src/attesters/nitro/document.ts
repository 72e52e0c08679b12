import { decode } from "cborg";
import { z } from "zod";
import { refusal } from "./refusal.ts";

/**
 * What an AWS Nitro hypervisor says of an enclave, as read; see "Nitro Enclaves Attestation Process" of
 * aws/aws-nitro-enclaves-nsm-api, section 3.2.2.
 */
export interface NitroDocument {
  readonly moduleId: string;
  /** When the hypervisor made it, in milliseconds of Unix time. */
  readonly timestamp: number;
  /** Platform configuration registers by their index, 0 to 31. */
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
  /** DER; its key signed the document. */
  readonly certificate: Uint8Array;
  /** DER, from the root down to the issuer of `certificate`. */
  readonly cabundle: readonly Uint8Array[];
  /** Three fields that the enclave fills as it likes. */
  readonly publicKey?: Uint8Array;
  readonly userData?: Uint8Array;
  readonly nonce?: Uint8Array;
}

/** Real bundles hold four; each costs a signature check. */
const MAX_BUNDLE = 10;
const MAX_DATE = 8_640_000_000_000_000;

const sized = (min: number, max: number) =>
  z.instanceof(Uint8Array).refine(({ length }) => length >= min && length <= max, `expected ${min} to ${max} bytes`);
const pcr = z
  .instanceof(Uint8Array)
  .refine(({ length }) => length === 32 || length === 48 || length === 64, "expected 32, 48 or 64 bytes");
// The module that makes these documents writes a field that it does not have as null.
const optional = (min: number) =>
  sized(min, 1024)
    .nullish()
    .transform((value) => value ?? undefined);

const schema = z.strictObject({
  module_id: z.string().min(1).max(256),
  digest: z.literal("SHA384"),
  timestamp: z.int().positive().max(MAX_DATE),
  pcrs: z.map(z.int().min(0).max(31), pcr).refine(({ size }) => size > 0, "expected a register"),
  certificate: sized(1, 1024),
  cabundle: z.array(sized(1, 1024)).min(1).max(MAX_BUNDLE),
  public_key: optional(1),
  user_data: optional(0),
  nonce: optional(0),
});

/**
 * Reads the payload of an attestation document. Nothing is verified yet.
 * @throws ScrimshawError `attesters.document-malformed`
 */
export function readNitroDocument(payload: Uint8Array): NitroDocument {
  const expected = "the CBOR of an AWS Nitro attestation document";
  let value: unknown;
  try {
    // The hypervisor writes its map with an indefinite length.
    value = decode(payload, { strict: true, useMaps: true, rejectDuplicateMapKeys: true, allowUndefined: false });
  } catch (cause) {
    throw refusal("malformed", { expected, found: "a payload that is not strict CBOR", cause });
  }
  const parsed = schema.safeParse(
    value instanceof Map ? Object.fromEntries(value as Map<PropertyKey, unknown>) : value,
  );
  if (!parsed.success) throw refusal("malformed", { expected, found: z.prettifyError(parsed.error).slice(0, 300) });
  const { module_id, timestamp, pcrs, certificate, cabundle, public_key, user_data, nonce } = parsed.data;
  return {
    moduleId: module_id,
    timestamp,
    pcrs,
    certificate,
    cabundle,
    ...(public_key !== undefined && { publicKey: public_key }),
    ...(user_data !== undefined && { userData: user_data }),
    ...(nonce !== undefined && { nonce }),
  };
}
