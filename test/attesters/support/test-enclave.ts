import { KeyUsageFlags } from "@peculiar/asn1-x509";
import { encode } from "cborg";
import { createHash, sign } from "node:crypto";
import { type CertificateSpec, type KeyPair, makeCertificate, newKeyPair } from "./certificates.ts";

/** The four certificates of a chain like Nitro's: root, region, instance, enclave. */
const LEVELS = ["root", "region", "instance", "enclave"] as const;
export type Level = (typeof LEVELS)[number];

export interface DocumentSpec {
  /** Milliseconds of Unix time. */
  readonly timestamp?: number;
  readonly pcrs?: ReadonlyMap<number, Uint8Array>;
  readonly publicKey?: Uint8Array;
  readonly userData?: Uint8Array;
  readonly nonce?: Uint8Array;
  /** Changes what a certificate says, before it is signed. */
  readonly certificates?: Partial<Record<Level, Partial<CertificateSpec>>>;
  /** Changes the chain after it is signed. */
  readonly chain?: (chain: readonly Uint8Array[]) => readonly Uint8Array[];
  /** Changes the payload's fields. */
  readonly fields?: (fields: Map<string, unknown>) => Map<string, unknown>;
  /** Replaces the encoded payload before it is signed. */
  readonly payload?: (payload: Uint8Array) => Uint8Array;
  /** Changes the four items of the message after it is signed. */
  readonly envelope?: (items: unknown[]) => unknown[];
  /** Who signs the document instead of the enclave's certificate. */
  readonly signer?: KeyPair;
}

/** PCR0 to PCR15 of an enclave whose image is called `image`. */
export function registersOf(image: string): Map<number, Uint8Array> {
  const hash = (text: string): Uint8Array => new Uint8Array(createHash("sha384").update(text).digest());
  return new Map(
    Array.from({ length: 16 }, (_, index) => [index, index < 3 ? hash(`${image} ${index}`) : new Uint8Array(48)]),
  );
}

/** A hypervisor of our own: it issues documents as AWS Nitro does, under a root whose key the test holds. */
export class TestHypervisor {
  readonly #keys: Readonly<Record<Level, KeyPair>>;
  readonly #issuedAt: number;

  constructor({ at = Date.UTC(2026, 1, 12, 18) }: { readonly at?: number } = {}) {
    this.#issuedAt = at;
    this.#keys = { root: newKeyPair(), region: newKeyPair(), instance: newKeyPair(), enclave: newKeyPair() };
  }

  /** SHA-256 of the root certificate. */
  get root(): string {
    return createHash("sha256").update(this.chain()[0]!).digest("hex");
  }

  keyOf(level: Level): KeyPair {
    return this.#keys[level];
  }

  /** DER of the certificates, root first. Deterministic signatures are not needed: the root is made once. */
  chain(edits: DocumentSpec["certificates"] = {}): readonly Uint8Array[] {
    return LEVELS.map((level, i) => {
      const above = LEVELS[i - 1] ?? "root";
      const edit = edits[level];
      if (level === "root" && edit === undefined) return this.#rootCertificate();
      return makeCertificate({ ...this.#spec(level, above), ...edit });
    });
  }

  document(spec: DocumentSpec = {}): Uint8Array {
    const chain = (spec.chain ?? ((same) => same))(this.chain(spec.certificates));
    const fields = new Map<string, unknown>([
      ["module_id", "i-0123456789abcdef0-enc0123456789abcdef"],
      ["digest", "SHA384"],
      ["timestamp", spec.timestamp ?? this.#issuedAt],
      ["pcrs", spec.pcrs ?? registersOf("image")],
      ["certificate", chain.at(-1)],
      ["cabundle", chain.slice(0, -1)],
      ["public_key", spec.publicKey ?? null],
      ["user_data", spec.userData ?? null],
      ["nonce", spec.nonce ?? null],
    ]);
    const encoded = encode((spec.fields ?? ((same) => same))(fields));
    const payload = (spec.payload ?? ((same) => same))(encoded);
    const protectedHeader = Buffer.from("a1013822", "hex");
    const signed = encode(["Signature1", protectedHeader, new Uint8Array(0), payload]);
    const { privateKey } = spec.signer ?? this.#keys.enclave;
    const signature = sign("sha384", signed, { key: privateKey, dsaEncoding: "ieee-p1363" });
    const items = [protectedHeader, new Map(), payload, signature];
    return encode((spec.envelope ?? ((same) => same))(items));
  }

  #root: Uint8Array | undefined;
  #rootCertificate(): Uint8Array {
    return (this.#root ??= makeCertificate(this.#spec("root", "root")));
  }

  #spec(level: Level, issuer: Level): CertificateSpec {
    const HOUR = 3_600_000;
    const authority = level !== "enclave";
    return {
      subject: `${level}.nitro.test`,
      issuer: `${issuer}.nitro.test`,
      key: this.#keys[level],
      issuerKey: this.#keys[issuer],
      notBefore: new Date(this.#issuedAt - HOUR),
      notAfter: new Date(this.#issuedAt + 3 * HOUR),
      authority,
      ...(level === "region" && { pathLength: 1 }),
      ...(level === "instance" && { pathLength: 0 }),
      keyUsage: authority ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature,
    };
  }
}
