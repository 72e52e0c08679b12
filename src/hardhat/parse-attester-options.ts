import { readFile } from "node:fs/promises";
import type { DocumentTerms } from "../attesters/check-document.ts";
import { readDocumentFile } from "../attesters/nitro/read-document-file.ts";
import type { Hex } from "../attesters/sign-digest.ts";
import { ScrimshawError } from "../errors.ts";

/** Options about how a document is judged, as text. */
export interface DocumentTermsArguments {
  readonly maxAge: string | undefined;
  readonly nonce: string | undefined;
  readonly root: string | undefined;
}

const DIGITS = /^\d{1,12}$/;
const NONCE = /^(0x)?([0-9a-fA-F]{2}){0,1024}$/;
const FINGERPRINT = /^[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}$/;
const BYTES32 = /^0x[0-9a-fA-F]{64}$/;
/** Far more than any document has, in base64 with line ends. */
const MAX_FILE = 65_536;

export function invalidArgument(expected: string, found: string): ScrimshawError {
  return new ScrimshawError({
    code: "attesters.argument-invalid",
    expected,
    found: JSON.stringify(found.slice(0, 80)),
    next: "See the command's --help.",
  });
}

/** @throws ScrimshawError `attesters.argument-invalid` */
export function parseSeconds(text: string, option: string): bigint {
  if (DIGITS.test(text)) return BigInt(text);
  throw invalidArgument(`${option} as a whole number of seconds`, text);
}

/** @throws ScrimshawError `attesters.argument-invalid` */
export function parseMeasurement(text: string): Hex {
  if (BYTES32.test(text)) return text.toLowerCase() as Hex;
  throw invalidArgument("a measurement, 0x and 64 hex digits", text);
}

/** @throws ScrimshawError `attesters.argument-invalid` */
export function parseDocumentTerms({ maxAge, nonce, root }: DocumentTermsArguments): DocumentTerms {
  if (nonce !== undefined && !NONCE.test(nonce)) throw invalidArgument("--nonce in hex", nonce);
  if (root !== undefined && !FINGERPRINT.test(root))
    throw invalidArgument("--root as the SHA-256 of a root certificate, 64 hex digits", root);
  return {
    ...(maxAge !== undefined && { maxAge: parseSeconds(maxAge, "--max-age") }),
    ...(nonce !== undefined && { nonce: Buffer.from(nonce.replace(/^0x/, ""), "hex") }),
    ...(root !== undefined && { root }),
  };
}

/** The bytes of a document in a file. @throws ScrimshawError `attesters.argument-invalid`, `attesters.document-malformed` */
export async function readDocument(path: string): Promise<Uint8Array> {
  let content: Uint8Array;
  try {
    content = await readFile(path);
  } catch {
    throw invalidArgument("a readable file with the attestation document", path);
  }
  if (content.length > MAX_FILE) throw invalidArgument("an attestation document", `${path}: ${content.length} bytes`);
  return readDocumentFile(content);
}
