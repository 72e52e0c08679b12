import { AWS_NITRO_ROOT, checkCertificateChain } from "./certificate-chain.ts";
import { readCoseSign1, verifyCoseSign1 } from "./cose-sign1.ts";
import { type NitroDocument, readNitroDocument } from "./document.ts";
import { measurementOf } from "./measurement.ts";
import { refusal, shown } from "./refusal.ts";

export interface VerifyNitroDocumentOptions {
  /** The document as the enclave's security module answers it: COSE_Sign1, not base64. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the root certificate to trust, hex. Default: the one of AWS. */
  readonly root?: string;
  /** What the document must carry as its nonce, if it was asked for with one. */
  readonly nonce?: Uint8Array;
}

export interface VerifiedNitroDocument extends NitroDocument {
  /** What the enclave runs; see `measurementOf`. */
  readonly measurement: `0x${string}`;
}

/**
 * Verifies an AWS Nitro attestation document: its form, its certificates down from the pinned root at the document's own time, its signature,
 * that the enclave does not run in debug mode, and the nonce where one was asked for. The answer for the same bytes never changes, so that
 * anyone can repeat it later. It does not say how old the document is, nor whose key is in it.
 * @throws ScrimshawError `attesters.document-malformed`, `-certificates`, `-signature`, `-debug`, `-nonce`
 */
export function verifyNitroDocument({
  bytes,
  root = AWS_NITRO_ROOT,
  nonce,
}: VerifyNitroDocumentOptions): VerifiedNitroDocument {
  const message = readCoseSign1(bytes);
  const document = readNitroDocument(message.payload);
  const chain = [...document.cabundle, document.certificate];
  const key = checkCertificateChain({ chain, root: root.toLowerCase().replaceAll(":", ""), at: document.timestamp });
  if (!verifyCoseSign1(message, key)) {
    throw refusal("signature", {
      expected: "the document to be signed by the key of its certificate",
      found: "another signature, or other bytes than were signed",
    });
  }
  const measurement = measurementOf(document.pcrs);
  if (nonce !== undefined && !(document.nonce !== undefined && Buffer.from(nonce).equals(document.nonce))) {
    throw refusal("nonce", {
      expected: `the nonce ${shown(nonce)}`,
      found: document.nonce === undefined ? "none" : shown(document.nonce),
    });
  }
  return { ...document, measurement };
}
