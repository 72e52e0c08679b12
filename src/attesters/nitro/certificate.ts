import { AsnConvert } from "@peculiar/asn1-schema";
import {
  BasicConstraints,
  Certificate as X509,
  KeyUsage,
  type KeyUsageType,
  Version,
  id_ce_basicConstraints,
  id_ce_keyUsage,
} from "@peculiar/asn1-x509";
import { type KeyObject, createHash, createPublicKey, verify } from "node:crypto";
import { isScrimshawError } from "../../errors.ts";
import { refusal } from "./refusal.ts";

/** What path validation asks of a certificate. */
export interface Certificate {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  /** DER of the names, to be compared byte by byte. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  /** Milliseconds of Unix time, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isAuthority: boolean;
  /** How many authorities may follow it; undefined for any number. */
  readonly pathLength: number | undefined;
  readonly keyUsage: readonly KeyUsageType[];
  /** P-384. */
  readonly key: KeyObject;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3";
const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
/** The named curve, and never its parameters written out: those could describe another generator. */
const SECP384R1 = Buffer.from("06052b81040022", "hex");
/** The extensions that are understood here; a critical one beyond them ends the check, as RFC 5280 says. */
const UNDERSTOOD: readonly string[] = [id_ce_basicConstraints, id_ce_keyUsage];

function problemOf(certificate: X509): string | undefined {
  const { tbsCertificate, signatureAlgorithm } = certificate;
  const { subjectPublicKeyInfo: key, signature, version } = tbsCertificate;
  const extensions = tbsCertificate.extensions === undefined ? [] : [...tbsCertificate.extensions];
  const algorithms = [signatureAlgorithm, signature];
  if (version !== Version.v3) return "a certificate of another version than 3";
  if (algorithms.some(({ algorithm, parameters }) => algorithm !== ECDSA_WITH_SHA384 || parameters !== undefined))
    return "a certificate that is not signed with ECDSA and SHA-384";
  const { algorithm, parameters } = key.algorithm;
  if (algorithm !== EC_PUBLIC_KEY || parameters == null || !SECP384R1.equals(new Uint8Array(parameters)))
    return "a key that is not on the named curve P-384";
  const ids = extensions.map(({ extnID }) => extnID);
  if (new Set(ids).size !== ids.length) return "an extension twice in one certificate";
  const unknown = extensions.find(({ critical, extnID }) => critical && !UNDERSTOOD.includes(extnID));
  if (unknown !== undefined) return `the critical extension ${unknown.extnID}, which is not understood here`;
  return undefined;
}

/** The library reads past what follows a certificate. DER of 256 to 1024 bytes has its length in the third and fourth byte. */
function isExactDer(der: Buffer): boolean {
  return der.length > 256 && der[0] === 0x30 && der[1] === 0x82 && der.readUInt16BE(2) + 4 === der.length;
}

/**
 * Reads an X.509 certificate of the kind that AWS Nitro uses: version 3, ECDSA on P-384 with SHA-384.
 * @throws ScrimshawError `attesters.document-certificates`
 */
export function readCertificate(der: Uint8Array): Certificate {
  const expected = "X.509 certificates of version 3 on P-384";
  try {
    const buffer = Buffer.from(der);
    if (!isExactDer(buffer)) throw refusal("certificates", { expected, found: `${der.length} bytes that are not DER` });
    const certificate = AsnConvert.parse(buffer, X509);
    const problem = problemOf(certificate);
    if (problem !== undefined) throw refusal("certificates", { expected, found: problem });
    const { tbsCertificate, tbsCertificateRaw, signatureValue } = certificate;
    const { subject, issuer, validity, subjectPublicKeyInfo } = tbsCertificate;
    const extension = (id: string) => tbsCertificate.extensions?.find(({ extnID }) => extnID === id)?.extnValue;
    const constraints = extension(id_ce_basicConstraints);
    const usage = extension(id_ce_keyUsage);
    const basic = constraints && AsnConvert.parse(constraints, BasicConstraints);
    const notBefore = validity.notBefore.getTime().getTime();
    const notAfter = validity.notAfter.getTime().getTime();
    if (tbsCertificateRaw === undefined || !Number.isFinite(notBefore) || !Number.isFinite(notAfter))
      throw new Error("no signed part, or no date");
    return {
      fingerprint: createHash("sha256").update(der).digest("hex"),
      subject: new Uint8Array(AsnConvert.serialize(subject)),
      issuer: new Uint8Array(AsnConvert.serialize(issuer)),
      notBefore,
      notAfter,
      isAuthority: basic?.cA === true,
      pathLength: basic?.pathLenConstraint,
      keyUsage: usage === undefined ? [] : AsnConvert.parse(usage, KeyUsage).toJSON(),
      key: createPublicKey({
        key: Buffer.from(AsnConvert.serialize(subjectPublicKeyInfo)),
        format: "der",
        type: "spki",
      }),
      signed: new Uint8Array(tbsCertificateRaw),
      signature: new Uint8Array(signatureValue),
    };
  } catch (cause) {
    if (isScrimshawError(cause)) throw cause;
    throw refusal("certificates", { expected, found: `${der.length} bytes that cannot be read as one`, cause });
  }
}

/** Whether `issuer`'s key signed `certificate`. */
export function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  return verify("sha384", certificate.signed, issuer.key, certificate.signature);
}
