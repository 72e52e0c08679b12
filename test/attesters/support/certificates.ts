import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import type { KeyUsageFlags } from "@peculiar/asn1-x509";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  KeyUsage,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
  id_ce_basicConstraints,
  id_ce_keyUsage,
} from "@peculiar/asn1-x509";
import { type KeyObject, generateKeyPairSync, sign } from "node:crypto";

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** What a certificate says. */
export interface CertificateSpec {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyPair;
  readonly issuerKey: KeyPair;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly authority: boolean;
  readonly pathLength?: number;
  readonly keyUsage: KeyUsageFlags | undefined;
  readonly basicConstraints?: boolean;
  readonly version?: Version;
  readonly signedWith?: "sha256" | "sha384";
  readonly extensions?: readonly Extension[];
  /** Changes the part that is signed, before it is signed. */
  readonly edit?: (certificate: TBSCertificate) => void;
}

export function newKeyPair(namedCurve = "P-384"): KeyPair {
  return generateKeyPairSync("ec", { namedCurve });
}

const nameOf = (commonName: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: "2.5.4.3", value: new AttributeValue({ utf8String: commonName }) }),
    ]),
  ]);

export function extensionOf(extnID: string, value: unknown, critical = true): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

const ALGORITHM = { sha256: "1.2.840.10045.4.3.2", sha384: "1.2.840.10045.4.3.3" } as const;

/** DER of a certificate, signed by its issuer's key. */
export function makeCertificate(spec: CertificateSpec): Uint8Array {
  const { signedWith = "sha384", keyUsage, basicConstraints = true, version = Version.v3 } = spec;
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: ALGORITHM[signedWith] });
  const constraints = new BasicConstraints({
    cA: spec.authority,
    ...(spec.pathLength !== undefined && { pathLenConstraint: spec.pathLength }),
  });
  const extensions = [
    ...(basicConstraints ? [extensionOf(id_ce_basicConstraints, constraints)] : []),
    ...(keyUsage === undefined ? [] : [extensionOf(id_ce_keyUsage, new KeyUsage(keyUsage))]),
    ...(spec.extensions ?? []),
  ];
  const tbsCertificate = new TBSCertificate({
    version,
    serialNumber: Uint8Array.of(1, 2, 3).buffer,
    signature: new AlgorithmIdentifier({ algorithm: ALGORITHM[signedWith] }),
    issuer: nameOf(spec.issuer),
    validity: new Validity({ notBefore: spec.notBefore, notAfter: spec.notAfter }),
    subject: nameOf(spec.subject),
    subjectPublicKeyInfo: AsnConvert.parse(
      spec.key.publicKey.export({ type: "spki", format: "der" }),
      SubjectPublicKeyInfo,
    ),
    extensions: new Extensions(extensions),
  });
  spec.edit?.(tbsCertificate);
  const signature = sign(signedWith, Buffer.from(AsnConvert.serialize(tbsCertificate)), spec.issuerKey.privateKey);
  return new Uint8Array(
    AsnConvert.serialize(
      new Certificate({
        tbsCertificate,
        signatureAlgorithm,
        signatureValue: Uint8Array.from(signature).buffer,
      }),
    ),
  );
}
