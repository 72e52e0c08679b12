import { refusal } from "./refusal.ts";

/** Base64 of the largest document, with line ends. */
const MAX_TEXT = 32_768;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * A document's bytes, given as they are or as base64, which is how nitriding answers them. No document begins with a letter, so the two cannot be
 * mistaken for each other.
 * @throws ScrimshawError `attesters.document-malformed`
 */
export function readDocumentFile(content: Uint8Array): Uint8Array {
  const first = content[0];
  if (first === undefined || first >= 0x80) return content;
  const text = content.length > MAX_TEXT ? "" : Buffer.from(content).toString("latin1").replaceAll(/\s/g, "");
  if (BASE64.test(text)) return new Uint8Array(Buffer.from(text, "base64"));
  throw refusal("malformed", {
    expected: `an attestation document of at most ${MAX_TEXT} bytes, as it is or in base64`,
    found: `${content.length} other bytes`,
  });
}
