import type { KeyObject } from "node:crypto";
import { type Certificate, isSignedBy, readCertificate } from "./certificate.ts";
import { refusal } from "./refusal.ts";

/**
 * SHA-256 of the AWS Nitro Enclaves root certificate G1, as AWS publishes it for `openssl x509 -fingerprint -sha256`
 * (https://docs.aws.amazon.com/enclaves/latest/user/verify-root.html). It expires on 28 October 2049.
 */
export const AWS_NITRO_ROOT = "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b";

export interface CheckChainOptions {
  /** DER, root first and the end entity last. */
  readonly chain: readonly Uint8Array[];
  /** SHA-256 of the root's DER, lower-case hex. */
  readonly root: string;
  /** At which time, in milliseconds of Unix time. */
  readonly at: number;
}

/** What is wrong with the certificate at `index` of a chain of `length` by itself. */
function problemOf(certificate: Certificate, { at, index, length }: { at: number; index: number; length: number }) {
  const { notBefore, notAfter, isAuthority, pathLength, keyUsage } = certificate;
  if (at < notBefore || at > notAfter) {
    const [from, to] = [notBefore, notAfter].map((time) => new Date(time).toISOString());
    return `it is valid from ${from} to ${to}, and the document is of ${new Date(at).toISOString()}`;
  }
  if (index === length - 1) {
    if (isAuthority || pathLength !== undefined) return "the document was signed by an authority's certificate";
    return keyUsage.includes("digitalSignature") ? undefined : "its key may not sign documents";
  }
  if (!isAuthority) return "it is no authority and issued a certificate";
  if (!keyUsage.includes("keyCertSign")) return "its key may not sign certificates";
  const following = length - index - 2;
  // Self-issued ones count too: stricter than RFC 5280, and Nitro has none.
  if (pathLength !== undefined && following > pathLength)
    return `${following} authorities follow it, and it allows ${pathLength}`;
  return undefined;
}

/**
 * Validates a certification path (RFC 5280, section 6) that is given in order, from the pinned root down. There are no names, policies or
 * revocation lists to consider in Nitro's hierarchy, and no path to look for.
 * @returns the end entity's key
 * @throws ScrimshawError `attesters.document-certificates`
 */
export function checkCertificateChain({ chain, root, at }: CheckChainOptions): KeyObject {
  const expected = "a chain of valid certificates from the pinned root to the document's signer";
  const certificates = chain.map(readCertificate);
  const [first] = certificates;
  if (first?.fingerprint !== root) {
    throw refusal("certificates", {
      expected: `the root certificate with SHA-256 ${root}`,
      found: first === undefined ? "no certificate" : `one with ${first.fingerprint}`,
    });
  }
  let issuer: Certificate = first;
  for (const [index, certificate] of certificates.entries()) {
    const refused = (problem: string) =>
      refusal("certificates", { expected, found: `certificate ${index} from the root: ${problem}` });
    const problem = problemOf(certificate, { at, index, length: certificates.length });
    if (problem !== undefined) throw refused(problem);
    // The root is trusted for its fingerprint, not for its own signature.
    if (index > 0) {
      if (!Buffer.from(certificate.issuer).equals(issuer.subject)) throw refused("it names another issuer");
      if (!isSignedBy(certificate, issuer)) throw refused("the one before it did not sign it");
    }
    issuer = certificate;
  }
  return issuer.key;
}
